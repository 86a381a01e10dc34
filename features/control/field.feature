Feature: What a tester changes at members, and what the simulator owns up to
  Keys go over to new ones; a broken answer that was asked for is told apart from a bug.

  @CT-FIELD-001
  Rule: Rotated keys are others, under the same number

    Scenario: Without overlap
      Given a channel of kind agreement_bank
      And the card is signed
      When the member's keys are rotated
      Then the member has other keys under its number
      When the member charges 100.00 yuan, whatever comes back
      Then what came back is an unsigned 401

  @CT-FIELD-002
  Rule: A member that is not there has no keys

    Scenario: A number nobody has
      When a stranger's keys are rotated
      Then the control plane refuses it with not_found and names "member_no"

  @CT-BREAK-001
  Rule: A declared break is named by its rule

    Scenario: An answer without a signature
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with signature_missing, once in the world
      When the member charges 100.00 yuan, whatever comes back
      Then the breaks name the fault

  @CT-BREAK-002
  Rule: Without faults nothing breaks

    Scenario: A signing and a debit
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 100.00 yuan
      Then no break is without a fault
