@needs-ledger @needs-inbox
Feature: The same number again
  Numbers are the member's own. The same number never does the same thing twice.

  @CH-IDEMPOTENCY-001
  Rule: A repeated charge is answered as the order stands, and debits once

    Scenario Outline: A repeated charge at a <kind> channel
      Given a channel of kind <kind>
      And the card is ready to be charged
      And the member has charged 100.00 yuan
      When the member repeats the charge
      Then the charge is succeeded
      And the answer is the same as before
      And the bank's ledger shows exactly one debit of 100.00 yuan

      Examples:
        | kind             |
        | agreement_bank   |
        | binding_platform |
        | withholding_raw  |

    Scenario: A repeated charge that was declined stays declined
      Given a channel of kind agreement_bank
      And the card is signed
      And the bank will decline the next charge because of risk_refused
      And the member charges 100.00 yuan
      When the member repeats the charge
      Then the charge is declined because of risk_refused
      And the bank's ledger shows no debit

  @CH-IDEMPOTENCY-002
  Rule: An order number with other content is refused

    Scenario: The same order number for another amount
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member repeats the charge with 200.00 yuan
      Then the message is refused with number_reused and HTTP status 409
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: The same order number with a later expiry
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member repeats the charge with a later expiry
      Then the message is refused with number_reused and HTTP status 409
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: The same order number with another notification address
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member repeats the charge with another notification address
      Then the message is refused with number_reused and HTTP status 409
      And the bank's ledger shows exactly one debit of 100.00 yuan

  @CH-IDEMPOTENCY-003
  Rule: Without idempotency any repeat is refused

    Scenario: A repeated charge at a channel of the withholding kind
      Given a channel of kind withholding_platform
      And the card is ready to be charged
      And the member has charged 100.00 yuan
      When the member repeats the charge
      Then the message is refused with number_reused and HTTP status 409
      And the bank's ledger shows exactly one debit of 100.00 yuan

  @CH-IDEMPOTENCY-004
  Rule: An element check number stands for one check

    Scenario: A repeated element check
      Given a channel of kind withholding_platform
      And the member checks the four elements
      When the member repeats the element check
      Then the element check has passed
      And the answer is the same as before

    Scenario: An element check number with somebody else's mobile
      Given a channel of kind withholding_platform
      And the four elements have been checked
      When the member repeats the element check with somebody else's mobile
      Then the message is refused with number_reused and HTTP status 409

  @CH-IDEMPOTENCY-005
  Rule: A signing number stands for one signing

    Scenario: A repeated signing application texts once
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member repeats the signing application
      Then the signing is code_sent
      And exactly 1 SMS is on the registered mobile

    Scenario: A signing number with somebody else's card
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member repeats the signing application with somebody else's card number
      Then the message is refused with number_reused and HTTP status 409

  @CH-IDEMPOTENCY-006
  Rule: A refund number stands for one refund

    Scenario: A repeated refund
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 30.00 yuan
      When the member repeats the refund
      Then the refund is succeeded
      And the bank's ledger shows refunds of 30.00 yuan in all

    Scenario: A refund number with another amount
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 30.00 yuan
      When the member repeats the refund with 40.00 yuan
      Then the message is refused with number_reused and HTTP status 409
      And the bank's ledger shows refunds of 30.00 yuan in all
