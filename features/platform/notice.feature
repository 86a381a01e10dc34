@needs-inbox @needs-ledger
Feature: Notices
  After a debit the platform tells the payer, and the bank does if the payer has subscribed to it. The merchant is told by
  webhook.

  @PF-NOTICE-001 @T9
  Rule: The platform tells the payer of a debit by SMS and by WeChat

    Scenario Outline: A debit at a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the platform tells the payer of the debit by SMS and by WeChat, once each

      Examples:
        | kind            |
        | agreement_bank  |
        | withholding_raw |

    Scenario: A payment that fails
      Given the card's balance is 50.00 yuan
      And the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then the platform tells the payer of no debit

    Scenario: A merchant that sends no notices
      Given the merchant sends no notices
      And the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And the platform tells the payer of no debit

  @PF-NOTICE-002 @T9
  Rule: Whether the bank texts after a debit is between the bank and its customer

    Scenario: A customer who has subscribed
      Given the payer has a debit card of ABC
      And the payer has subscribed to the bank's debit notices
      And the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then a debit notice from the bank is on the registered mobile
      And the platform tells the payer of the debit by SMS and by WeChat, once each

    Scenario: A customer who has not
      Given the payer has a debit card of ABC
      And the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then no debit notice is on the registered mobile
      And the platform tells the payer of the debit by SMS and by WeChat, once each

  @PF-NOTICE-003 @needs-socket
  Rule: The merchant is told of each final state once, by a signed webhook

    Scenario: A payment that succeeds
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the webhook has been told once that the payment is succeeded
      And each webhook is signed as Standard Webhooks wants it

    Scenario: A payment that fails
      Given the merchant has a webhook
      And the card's balance is 50.00 yuan
      And the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then the webhook has been told once that the payment is failed

    Scenario: A payment that is closed
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      When the merchant closes the payment
      Then the webhook has been told once that the payment is closed

    Scenario: A payment that waits for a code
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan
      Then the webhook has been told nothing

  @PF-NOTICE-004 @T2 @T9
  Rule: A debit notice is texted only to a number that a check or a signing has confirmed

    Scenario: The payer gives another mobile after the signing
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And the payer binds the card with somebody else's mobile
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And the platform tells the payer of the debit by WeChat alone

    Scenario: A wrong mobile is put right when the card is brought along
      Given the merchant has channel A, of kind agreement_bank
      And the payer binds the card with somebody else's mobile
      And the merchant brings the card along, signed in former days at channel A
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And the platform tells the payer of the debit by SMS and by WeChat, once each
