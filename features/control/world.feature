@needs-clock @needs-ledger @needs-inbox
Feature: Worlds
  A world is a whole universe: banks, channels, cards, a clock, keys, and what happened. Worlds share nothing.

  @CT-WORLD-001
  Rule: What happens in one world is seen in no other

    Scenario: A debit in one of two worlds
      Given a channel of kind agreement_bank
      And the card is signed
      And another world is made
      When the member charges 100.00 yuan
      Then the charge is succeeded
      And the other world has seen no call, no SMS and no debit
      And no member of the other world has a number or a key of this one

  @CT-WORLD-002
  Rule: Worlds of one seed draw the same

    Scenario: A signing in two worlds of one seed
      Given a channel of kind agreement_bank
      And another world of the same seed is made
      And the member has applied for a signing
      When the scenario goes on in the other world
      And the member has applied for a signing
      Then both worlds texted the same code

  @CT-WORLD-003
  Rule: A world that was deleted is gone

    Scenario: Asking for a deleted world
      Given another world is made
      When the other world is deleted
      Then the other world is not found

    Scenario: Deleting a world leaves the others alone
      Given a channel of kind agreement_bank
      And another world is made
      When the other world is deleted
      And the card is signed
      Then the truth shows exactly 1 agreement

  @CT-WORLD-004
  Rule: A name is given once

    Scenario: A second world of the same name
      When a world with the name of this one is asked for
      Then the control plane refuses it with conflict and names "world_id"

  @CT-WORLD-005
  Rule: A fork has the same past and a future of its own

    Scenario: A charge after the fork
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the world is forked
      When the member charges 20.00 yuan
      Then the bank's ledger shows exactly 2 debits
      When the scenario goes on in the other world
      Then the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: A fork has members of its own, who know the orders of before
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the world is forked
      Then no member of the other world has a number or a key of this one
      When the scenario goes on in the other world
      And the member queries the charge
      Then the charge is succeeded

  @CT-WORLD-006
  Rule: A snapshot brings everything back

    Scenario: Going back to before a debit
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 500.00 yuan
      And a snapshot is taken
      And the member has charged 100.00 yuan
      When the snapshot is restored
      Then the bank's ledger shows no debit
      And the card's balance is still 500.00 yuan

    Scenario: The clock goes back too
      Given a snapshot is taken
      And 10 minutes pass
      When the snapshot is restored
      Then the world's clock shows the time of the snapshot

    Scenario: A snapshot that never was
      When a snapshot that was never taken is restored
      Then the control plane refuses it with not_found

  @CT-WORLD-007
  Rule: A world can be carried away as a file

    Scenario: Going on in the imported world
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the world is exported to a file and imported as another
      And the scenario goes on in the other world
      And the member queries the charge
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

  @CT-WORLD-008
  Rule: A file that was tampered with is refused, and makes nothing

    Scenario Outline: A file with <change>
      Given the world is exported to a file
      When the file is imported with <change>
      Then the control plane refuses it and names "<part>"
      And the other world is not found

      Examples:
        | change         | part   |
        | another clock  | digest |
        | another format | format |
        | no state       | state  |

  @CT-WORLD-009
  Rule: A world tells when it will delete itself

    Scenario: A time to live
      Given another world that lives for 1 hour is made
      Then the other world says that it ends 1 hour after it was made
      When the other world is told to live for ever
      Then the other world says no end

  @CT-WORLD-010
  Rule: A world can be put back to how it was made

    Scenario: A reset
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the world is reset
      Then the bank's ledger shows no debit
      And the truth shows exactly 0 agreements
