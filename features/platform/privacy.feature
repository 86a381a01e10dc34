@needs-inbox @needs-ledger
Feature: What nobody is shown

  @PF-PRIVACY-001 @T14 @needs-socket
  Rule: No answer, webhook or story shows a card number, ID number, mobile or code

    Scenario Outline: A payment on a <kind> channel, from binding to the story
      Given the merchant has a webhook
      And the merchant has channel A, of kind <kind>
      When the payer lands on the payment page to pay 88.00 yuan
      And the payer pays 88.00 yuan, giving every code that is asked for
      Then the merchant has been told something by answers, notices and webhooks
      And nothing that merchant and operator were told shows card number, ID number, mobile or code

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |
        | code_every_payment   |

    Scenario: A payment that fails
      Given the merchant has a webhook
      And the merchant has channel A, of kind withholding_raw
      And the payer binds the card with somebody else's name
      When the payer pays 88.00 yuan
      Then the payment is failed because of elements_mismatch
      And nothing that merchant and operator were told shows card number, ID number, mobile or code

    Scenario: The channel's journal of it all
      Given the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the journal shows no card number, ID number, mobile or code in full

  @PF-PRIVACY-002
  Rule: Another merchant's payment is as unknown as none

    Scenario: Another merchant asks
      Given the merchant has channel A, of kind withholding_raw
      And the payer has paid 88.00 yuan
      When another merchant asks for the payment
      Then it is answered exactly as for a payment that never was

  @PF-PRIVACY-003 @T14
  Rule: One reference runs through everything that happened to a payment

    Scenario: A payment that signs and pays
      Given the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the story is told under the payment's one reference
      And the story ends the last attempt as SUCCEEDED, with evidence
