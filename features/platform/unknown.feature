@needs-inbox @needs-ledger @needs-faults @needs-clock
Feature: When the outcome is unknown
  A timeout is not a failure. What has no evidence stays in processing and is asked after; nothing is debited a second time.

  @PF-UNKNOWN-001
  Rule: A debit whose answer is lost shows as processing, and then as succeeded

    Scenario Outline: The answer to a charge is lost at a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer has verified the card at channel A
      And channel A will withhold its reply to the next charge
      And channel A will deliver no notification
      When the payer pays 88.00 yuan
      Then the payment is processing
      And the answer says when the platform will ask again
      And within 10 seconds the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | withholding_platform  |
        | withholding_raw       |
        | bank_direct           |

    Scenario: The answer to a charge with a code is lost
      Given the merchant has channel A, of kind code_every_payment
      And channel A will withhold its reply to the next charge
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the payment is processing
      And within 10 seconds the payment is code_required
      When the payer types the code of the SMS
      Then the payment is succeeded

  @PF-UNKNOWN-002
  Rule: A channel that hangs or is slow is not taken for one that declines

    Scenario: A charge that hangs
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will hang at the next charge
      And channel A will deliver no notification
      When the payer pays 88.00 yuan
      Then the payment is processing
      And within 10 seconds the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: A charge that takes longer than the platform waits
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will take 30 seconds to answer the next charge
      And channel A will deliver no notification
      When the payer pays 88.00 yuan
      Then the payment is processing
      And within 10 seconds the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: A charge that takes a while
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will take 5 seconds to answer the next charge
      When the payer pays 88.00 yuan
      Then the payment is succeeded

    Scenario: Queries that are lost as well
      Given the merchant has channel A, of kind withholding_raw
      And channel A will withhold its reply to every charge
      And channel A will withhold its reply to every query
      And channel A will deliver no notification
      When the payer pays 88.00 yuan
      Then within 10 minutes the payment is processing
      When channel A works again
      Then within 1 hour the payment is succeeded

  @PF-UNKNOWN-003
  Rule: Nothing is tried elsewhere while the outcome is unknown

    Scenario: Another silent channel would be there
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind withholding_raw
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      When the payer pays 88.00 yuan
      Then the payment is processing
      And 4 seconds pass
      And channel B has heard no charge

    Scenario: The merchant is impatient
      Given the merchant has channel A, of kind withholding_raw
      And channel A will withhold its reply to the next charge
      And channel A will deliver no notification
      And the payer pays 88.00 yuan
      When the merchant tries the payment again
      Then the platform refuses with wrong_state
      And within 1 minute the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-UNKNOWN-004
  Rule: A charge that never arrived is closed first, and ends within a minute where the channel offers closing

    Scenario Outline: A charge lost on its way to a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      When the payer pays 88.00 yuan
      Then the payment is processing
      And within 1 minute the payment is failed
      And channel A has heard 1 closing
      And the bank's ledger shows no debit

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

    Scenario: The payment is tried again after that
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      And the payer pays 88.00 yuan
      And within 1 minute the payment is failed
      When the merchant tries the payment again
      Then the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-UNKNOWN-005
  Rule: Not found is no evidence where the channel neither closes nor bounds its time in flight

    Scenario: A raw withholding that never arrived
      Given the merchant has channel A, of kind withholding_raw
      And channel A will never receive the next charge
      When the payer pays 88.00 yuan
      Then the payment is processing
      And within 1 hour the payment is processing
      And the answer says when the platform will ask again

  @PF-UNKNOWN-006 @T5
  Rule: A code whose confirmation is lost signs once and is asked for once

    Scenario: The confirmation of the signing is not answered
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And channel A will withhold its reply to the next signing confirmation
      When the payer types the code of the SMS
      Then within 1 minute the payment is succeeded
      And channel A keeps 1 live agreement
      And exactly 1 code has been texted
      And channel A has heard 1 signing confirmation

    Scenario: The confirmation hangs
      Given the merchant has channel A, of kind agreement_third_party
      And the payer pays 88.00 yuan
      And channel A will hang at the next signing confirmation
      When the payer types the code of the SMS
      Then within 1 minute the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: The signing application is not answered, but the SMS is there
      Given the merchant has channel A, of kind agreement_bank
      And channel A will withhold its reply to the next signing application
      When the payer pays 88.00 yuan
      Then within 10 seconds the payment is code_required
      When the payer types the code of the SMS
      Then the payment is succeeded
      And exactly 1 code has been texted

  @PF-UNKNOWN-007
  Rule: A notification is evidence like an answer, once, and only when it is the channel's own

    Scenario: Success is told by the notification alone
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will withhold its reply to the next charge
      And channel A will withhold its reply to every query
      When the payer pays 88.00 yuan
      Then within 4 seconds the payment is succeeded

    Scenario: The notification comes before the answer
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will take 8 seconds to answer the next charge
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And the platform tells the payer of the debit by SMS and by WeChat, once each

    @needs-socket
    Scenario: The notification comes three times
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will deliver its next notification 3 times over
      When the payer pays 88.00 yuan
      And 1 minute passes
      Then the fault at channel A has struck
      And the webhook has been told once that the payment is succeeded
      And the platform tells the payer of the debit by SMS and by WeChat, once each

    Scenario: A forged notification changes nothing
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      And the payer pays 88.00 yuan
      When somebody without channel A's key tells the platform that the order was debited
      Then the notification is refused
      And within 1 minute the payment is failed

  @PF-UNKNOWN-008
  Rule: A success that comes to light after the end is flagged, and nothing else

    Scenario: The channel had closed the order, and says later that it was debited
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      And the payer pays 88.00 yuan
      And within 1 minute the payment is failed
      When channel A tells the platform after all that the order was debited
      Then the notification is taken
      And the payment is flagged as late_success
      And the payment is failed because of order_closed
      And the story tells of late_success
      And channel A has heard 1 charge
      When the merchant tries the payment again
      Then the platform refuses with wrong_state
      And channel A has heard 1 charge

    Scenario: The merchant had closed the payment
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will never receive the next charge
      And the payer pays 88.00 yuan
      And the merchant closes the payment
      When channel A tells the platform after all that the order was debited
      Then the payment is flagged as late_success
      And the payment is closed
      And the story tells of late_success

    Scenario: The channel had declined the charge
      Given the card's balance is 50.00 yuan
      And the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      When channel A tells the platform after all that the order was debited
      Then the payment is flagged as late_success
      And the payment is failed because of insufficient_balance
      And the story tells of late_success
