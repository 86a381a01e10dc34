@needs-ledger @needs-inbox
Feature: Closing an order
  Closing lays a tombstone on an order number: after it no copy of the charge can debit.

  @CH-CLOSE-001
  Rule: A closed number is closed for ever

    Scenario: A charge that comes after its closing
      Given a channel of kind agreement_bank
      And the card is signed
      And the member closes an order that the channel has never seen
      When the member charges 100.00 yuan under the closed number
      Then the message is refused with order_closed
      And the bank's ledger shows no debit

    Scenario: Asking for an order closed before it was seen
      Given a channel of kind agreement_bank
      And the member closes an order that the channel has never seen
      When the member queries the charge
      Then the charge is closed

  @CH-CLOSE-002
  Rule: What has succeeded is not closed

    Scenario: Closing after the debit
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member closes the order
      Then the charge is succeeded
      And the bank's ledger shows refunds of 0.00 yuan in all

  @CH-CLOSE-003
  Rule: A closed order takes no code

    Scenario: A code for a closed order
      Given a channel of kind code_every_payment
      And the card is signed
      And the member charges 100.00 yuan
      And the member closes the order
      When the member confirms with the code texted
      Then the charge is closed
      And the bank's ledger shows no debit

  @CH-CLOSE-004
  Rule: Not every channel closes

    Scenario: A channel without closing
      Given a channel of kind withholding_raw
      When the member closes an order that the channel has never seen
      Then the message is refused with close_not_offered

  @CH-CLOSE-005
  Rule: Closing twice is closing once

    Scenario: Closing again
      Given a channel of kind agreement_bank
      And the member closes an order that the channel has never seen
      When the member closes the order
      Then the charge is closed
