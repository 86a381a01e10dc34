@needs-faults @needs-ledger @needs-clock @needs-inbox
Feature: When an answer does not come
  A timeout is not a failure. What the channel committed, it has done; the query tells.

  @CH-UNKNOWN-001
  Rule: A lost answer leaves one debit and the truth in the query

    Scenario Outline: A charge at a <kind> channel whose answer is withheld
      Given a channel of kind <kind>
      And the card is ready to be charged
      And the channel will withhold its reply to the next charge after it has committed
      When the member charges 100.00 yuan
      Then no answer arrives
      When the member queries the charge
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | bank_direct           |
        | withholding_platform  |
        | withholding_raw       |

    @smoke
    Scenario: Repeating a charge whose answer was withheld
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will withhold its reply to the next charge after it has committed
      And the member charges 100.00 yuan
      When the member repeats the charge
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: A refund whose answer is withheld
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the channel will withhold its reply to the next refund after it has committed
      And the member refunds 40.00 yuan
      When the member queries the refund
      Then the refund is succeeded
      And the bank's ledger shows refunds of 40.00 yuan in all

  @CH-UNKNOWN-002
  Rule: What was lost on the way never was

    Scenario: A charge lost before the channel commits it
      Given a channel of kind agreement_bank
      And the card is signed
      And the next charge will be lost before the channel commits it
      When the member charges 100.00 yuan
      Then no answer arrives
      When the member queries the charge
      Then the message is refused with order_not_found
      And the bank's ledger shows no debit

  @CH-UNKNOWN-003
  Rule: A channel that hangs has still done what it has done

    Scenario: A charge that hangs
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will hang at the next charge
      When the member charges 100.00 yuan
      Then no answer arrives
      And the fault has struck
      When the member closes the order
      Then the bank's ledger shows exactly 1 debit

  @CH-UNKNOWN-004
  Rule: A slow answer is a good answer

    Scenario: A charge that takes five seconds
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will take 5 seconds to answer the next charge
      When the member charges 100.00 yuan
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: A charge that takes longer than the member waits
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will take 30 seconds to answer the next charge
      When the member charges 100.00 yuan
      Then no answer arrives
      When the member queries the charge
      Then the charge is succeeded

  @CH-UNKNOWN-005
  Rule: A lost confirmation leaves an agreement

    Scenario: A signing whose confirmation is not answered
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And the channel will withhold its reply to the next signing confirmation after it has committed
      And the member confirms with the code texted
      When the member queries the signing
      Then the signing is signed
      And the truth shows exactly 1 agreement
