@needs-restart @needs-inbox @needs-ledger @needs-faults @needs-clock
Feature: When the platform stops dead
  A process ends without notice: nobody is answered, nothing in hand is finished. When it runs again it goes on from what
  it has stored, and asks where it does not know.

  Background:
    Given a platform of the scenario's own

  @PF-UNKNOWN-009
  Rule: A debit that was under way is asked after, and made once

    Scenario Outline: The end comes while a charge hangs that a <kind> channel has carried out
      Given the merchant has channel A, of kind <kind>
      And the payer has verified the card at channel A
      And channel A will hang at the next charge
      And channel A will deliver no notification
      When the payer pays 88.00 yuan, and the platform stops dead before the channel's answer
      And the platform is started again
      And the merchant sends the payment application again with the same key
      Then within 10 seconds the payment is succeeded
      And channel A has heard 1 charge
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | kind            |
        | agreement_bank  |
        | withholding_raw |

    Scenario: The end comes while a charge hangs that the channel never carries out
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will hang before the next charge
      When the payer pays 88.00 yuan, and the platform stops dead before the channel's answer
      And the platform is started again
      And the merchant sends the payment application again with a new key
      Then within 1 minute the payment is failed
      And channel A has heard 1 closing
      When the merchant tries the payment again
      Then the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: The end comes after the answer to a charge was lost
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will withhold its reply to the next charge
      And channel A will deliver no notification
      And the payer pays 88.00 yuan
      And the payment is processing
      When the platform stops dead
      And 1 minute passes
      And the platform is started again
      Then within 10 seconds the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    @needs-socket
    Scenario: The channel tells of the debit while the platform is down
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will hang at the next charge
      And channel A will withhold its reply to every query
      When the payer pays 88.00 yuan, and the platform stops dead before the channel's answer
      And 10 seconds pass
      And the platform is started again
      And the merchant sends the payment application again with the same key
      Then within 1 hour the payment is succeeded
      And the webhook has been told once that the payment is succeeded
      And the platform tells the payer of the debit by SMS and by WeChat, once each
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-UNKNOWN-010 @T5
  Rule: A signing that was under way goes on: one agreement, and no code that nobody asked for

    Scenario Outline: The end comes while the code of a <kind> channel is awaited
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      And the payment is code_required
      When the platform stops dead
      And the platform is started again
      And the payer types the code of the SMS
      Then the payment is succeeded
      And exactly 1 code has been texted
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

    Scenario: A wrong code from before the end still counts
      Given the merchant has channel A, of kind withholding_platform
      And the payer pays 88.00 yuan
      And the payer types a wrong code 3 times
      When the platform stops dead
      And the platform is started again
      And the payer types a wrong code
      Then the platform refuses with wrong_code
      And the payer has 1 tries left

    Scenario: The end comes while the signing application hangs, and the SMS is there
      Given the merchant has channel A, of kind agreement_bank
      And channel A will hang at the next signing application
      When the payer pays 88.00 yuan, and the platform stops dead before the channel's answer
      And the platform is started again
      And the merchant sends the payment application again with the same key
      Then within 10 seconds the payment is code_required
      And exactly 1 code has been texted
      When the payer types the code of the SMS
      Then the payment is succeeded
      And channel A keeps 1 live agreement

    Scenario: The end comes while the confirmation hangs, and the card is signed
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And channel A will hang at the next signing confirmation
      When the payer types the code of the SMS, and the platform stops dead before the channel's answer
      And the platform is started again
      Then within 1 minute the payment is succeeded
      And channel A keeps 1 live agreement
      And channel A has heard 1 signing confirmation
      And exactly 1 code has been texted
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: The end comes while the confirmation hangs, and the card is not signed
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And channel A will hang before the next signing confirmation
      When the payer types the code of the SMS, and the platform stops dead before the channel's answer
      And the platform is started again
      Then within 1 minute the payment is code_required
      And exactly 1 code has been texted
      When the payer types the code of the SMS
      Then the payment is succeeded
      And channel A keeps 1 live agreement
      And the bank's ledger shows exactly one debit of 88.00 yuan
