@needs-ledger @needs-inbox
Feature: Asking more than once
  Networks repeat, users press twice. One wish is one payment.

  @PF-IDEMPOTENCY-001
  Rule: The same key with the same request gets the same answer

    Scenario: A payment application is sent again
      Given the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with the same key
      Then the answer is that of the first time
      And it is the same payment as before
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: A payment application that waits for a code is sent again
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with the same key
      Then it is the same payment as before
      And the payment is code_required
      And exactly 1 code has been texted

  @PF-IDEMPOTENCY-002
  Rule: The same key with another request is refused

    Scenario: Another amount under the same key
      Given the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with the same key, but for 5.00 yuan
      Then the platform refuses with idempotency_key_reused and HTTP status 422
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-IDEMPOTENCY-003
  Rule: A request without a key is refused

    Scenario: A payment application without a key
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends a payment application without a key
      Then the platform refuses with idempotency_key_missing and HTTP status 400
      And the bank's ledger shows no debit

  @PF-IDEMPOTENCY-004
  Rule: A merchant order number is one payment for ever

    Scenario: The same order number under a new key
      Given the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with a new key
      Then it is the same payment as before
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: The same order number under a new key for another amount
      Given the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with a new key, but for 5.00 yuan
      Then the platform refuses with order_exists and HTTP status 422
      And the bank's ledger shows exactly one debit of 88.00 yuan

    @needs-faults @needs-clock
    Scenario: The same order number under a new key while the outcome is unknown
      Given the merchant has channel A, of kind withholding_raw
      And channel A will withhold its reply to the next charge
      And channel A will deliver no notification
      And the payer pays 88.00 yuan
      When the merchant sends the payment application again with a new key
      Then it is the same payment as before
      And within 1 minute the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-IDEMPOTENCY-005
  Rule: Two requests at the same time are one payment

    Scenario Outline: One payment application, sent twice with <keys>
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends one payment application of 88.00 yuan twice at the same time, with <keys>
      Then whatever was answered is about one payment
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | keys     |
        | one key  |
        | two keys |

    Scenario Outline: A code that is typed in two windows, on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the payer types the code of the SMS 2 times at the same time
      Then whatever was answered is about one payment
      And the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |
