@needs-clock @needs-faults @needs-ledger @needs-inbox
Feature: Verdicts on the client
  The simulator watches the client that is tested. What breaks the contract is named, with the clause and the calls that prove it.

  @CT-VERDICT-001
  Rule: A client that charges again while the first debit is unknown is named

    Scenario: A new order for a debit whose answer was lost
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with withhold_reply, once in the world
      And the member charges 100.00 yuan
      When the member charges 100.00 yuan
      Then the verdict charged_again_while_unknown is given, with a clause and proof
      And the bank's ledger shows exactly 2 debits

  @CT-VERDICT-002
  Rule: A client that never asks is named

    Scenario: A lost answer nobody asks after
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with withhold_reply, once in the world
      And the member charges 100.00 yuan
      When 1 day passes
      Then the verdict no_query_after_unknown is given, with a clause and proof

  @CT-VERDICT-003
  Rule: Other misdeeds are named too

    Scenario: A number with other content
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member repeats the charge with 20.00 yuan
      Then the verdict resent_with_other_content is given, with a clause and proof

    Scenario: A message that was seen before
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the very same message arrives once more
      Then the verdict jti_reused is given, with a clause and proof

    Scenario: A charge under an agreement the member ended
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has terminated the agreement
      And 1 minute passes
      When the member charges 100.00 yuan
      Then the verdict charged_after_termination is given, with a clause and proof

  @CT-VERDICT-004
  Rule: A client that keeps the contract is not accused

    Scenario: A lost answer that is asked after
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with withhold_reply, once in the world
      And the member charges 100.00 yuan
      And the member queries the charge
      When the member charges 100.00 yuan
      And 1 day passes
      Then no verdict is given

    Scenario: A repeat under the same number
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with withhold_reply, once in the world
      And the member charges 100.00 yuan
      And the member repeats the charge
      When the member charges 100.00 yuan
      Then no verdict is given
