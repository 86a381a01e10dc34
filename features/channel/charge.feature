@needs-ledger @needs-inbox
Feature: Debiting a card
  A channel debits by agreement or by elements, once, and says truly what became of the order.

  @CH-CHARGE-001 @T4
  Rule: What a charge needs follows from the channel

    Scenario Outline: A <kind> channel debits by <need>
      Given a channel of kind <kind>
      And the card is ready to be charged
      When the member charges 100.00 yuan by <need>
      Then the charge is succeeded

      Examples:
        | kind                  | need      |
        | agreement_bank        | agreement |
        | agreement_third_party | agreement |
        | binding_platform      | agreement |
        | bank_direct           | agreement |
        | withholding_raw       | elements  |

    Scenario Outline: A <kind> channel refuses a charge by <other>
      Given a channel of kind <kind>
      And the card is ready to be charged
      When the member charges 100.00 yuan by <other>
      Then the message is refused with invalid_request
      And the bank's ledger shows no debit

      Examples:
        | kind                 | other     |
        | agreement_bank       | elements  |
        | withholding_platform | agreement |
        | withholding_raw      | agreement |

  @CH-CHARGE-002 @T4
  Rule: A charge debits once

    Scenario Outline: A charge at a <kind> channel
      Given a channel of kind <kind>
      And the card is ready to be charged
      When the member charges 123.45 yuan
      Then the charge is succeeded
      And the answer names the order and its status
      And the bank's ledger shows exactly one debit of 123.45 yuan

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | bank_direct           |
        | withholding_platform  |
        | withholding_raw       |

    @smoke
    Scenario: The money leaves the payer's card
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 500.00 yuan
      When the member charges 123.45 yuan
      Then the card's balance has become 376.55 yuan

  @CH-CHARGE-003
  Rule: A decline is an answer with a reason

    Scenario Outline: A <state> card
      Given a channel of kind agreement_bank
      And the card is signed
      And the card is <state> at its bank
      When the member charges 100.00 yuan
      Then the charge is declined because of <reason>
      And the bank's ledger shows no debit

      Examples:
        | state     | reason         |
        | lost      | card_lost      |
        | frozen    | card_frozen    |
        | cancelled | card_cancelled |
        | expired   | card_expired   |

    Scenario: Too little money
      Given a channel of kind withholding_raw
      And the card is ready to be charged
      And the card's balance is 99.99 yuan
      When the member charges 100.00 yuan
      Then the charge is declined because of insufficient_balance
      And the card's balance is still 99.99 yuan

    Scenario: Somebody else's mobile in a charge by elements
      Given a channel of kind withholding_raw
      And the payer registers another mobile with the bank
      When the member charges 100.00 yuan by elements
      Then the charge is declined because of elements_mismatch
      And the bank's ledger shows no debit

  @CH-CHARGE-004
  Rule: An order is known by number and time

    Scenario: Asking with the right time
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member queries the charge
      Then the charge is succeeded
      And the answer names the order and its status

    Scenario: Asking with another time
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member queries the charge with another order time
      Then the message is refused with order_not_found

  @CH-CHARGE-005
  Rule: An expired request is refused

    Scenario: A charge that comes too late
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 100.00 yuan with a request that has expired
      Then the message is refused with request_expired and HTTP status 422
      And the bank's ledger shows no debit

  @CH-CHARGE-006 @T5
  Rule: A code on every payment

    Scenario: The third party texts about the payment
      Given a channel of kind code_every_payment
      And the card is signed
      When the member charges 100.00 yuan
      Then the charge is code_required
      And the third_party's SMS about payment is on the registered mobile
      And the text of the SMS says 支付
      And the bank's ledger shows no debit

    Scenario: The right code debits
      Given a channel of kind code_every_payment
      And the card is signed
      And the member charges 100.00 yuan
      When the member confirms with the code texted
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: A wrong code debits nothing
      Given a channel of kind code_every_payment
      And the card is signed
      And the member charges 100.00 yuan
      When the member confirms with a wrong code
      Then the charge is code_required because of wrong_code
      And 4 tries are left
      And the bank's ledger shows no debit

    @needs-clock
    Scenario: A new code for a payment
      Given a channel of kind code_every_payment
      And the card is signed
      And the member charges 100.00 yuan
      And 1 minute passes
      And the member has asked for the code again
      When the member confirms with the second code texted
      Then the charge is succeeded

  @CH-CHARGE-007 @T8
  Rule: Once the card is ready, payments are silent

    Scenario Outline: Two charges at a <kind> channel without a further SMS
      Given a channel of kind <kind>
      And the card is ready to be charged
      And the member has charged 10.00 yuan
      When the member charges 20.00 yuan again under a new order number
      Then the charge is succeeded
      And exactly <texts> SMS with a code are on the registered mobile

      Examples:
        | kind                  | texts |
        | agreement_bank        | 1     |
        | agreement_third_party | 1     |
        | bank_direct           | 1     |
        | binding_platform      | 0     |
        | withholding_platform  | 0     |
        | withholding_raw       | 0     |

  @CH-CHARGE-008 @T1
  Rule: An element check that a charge names must have passed

    Scenario: A check that never was
      Given a channel of kind withholding_platform
      When the member charges 100.00 yuan naming an element check that never was
      Then the charge is declined because of element_check_missing
      And the bank's ledger shows no debit

    Scenario: A check that was declined
      Given a channel of kind withholding_platform
      And the member checks the four elements with somebody else's mobile
      When the member charges 100.00 yuan
      Then the charge is declined because of element_check_missing
      And the bank's ledger shows no debit

    Scenario: A check that passed
      Given a channel of kind withholding_platform
      And the four elements have been checked
      When the member charges 100.00 yuan
      Then the charge is succeeded

  @CH-CHARGE-009
  Rule: Maintenance takes nothing new

    Scenario: A charge in maintenance
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel goes into maintenance
      When the member charges 100.00 yuan
      Then the message is refused with maintenance and HTTP status 422
      When the member queries the charge
      Then the message is refused with order_not_found

    Scenario: The same order after maintenance
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel goes into maintenance
      And the member charges 100.00 yuan
      And the channel comes out of maintenance
      When the member repeats the charge
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

    @needs-faults
    Scenario: A moment of maintenance
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will answer the next charge with maintenance
      When the member charges 100.00 yuan
      Then the message is refused with maintenance
      And the bank's ledger shows no debit

  @CH-CHARGE-010
  Rule: A channel takes the cards it reaches

    Scenario: Another bank's card at a bank's own channel
      Given a channel of kind bank_direct
      And the payer has a debit card of CCB
      When the member applies for a signing
      Then the signing is declined because of card_unsupported
      And no SMS is on the registered mobile

    Scenario: A credit card where only debit cards are taken
      Given a channel of kind withholding_raw
      And the payer has a credit card of ICBC
      When the member charges 100.00 yuan by elements
      Then the charge is declined because of card_unsupported

  @CH-CHARGE-011
  Rule: An order that never was is not found

    Scenario: Asking for it
      Given a channel of kind agreement_bank
      When the member queries a charge that was never asked for
      Then the message is refused with order_not_found and HTTP status 404

  @CH-CHARGE-012 @T7
  Rule: A retired channel only looks back

    Scenario: A charge at a retired channel
      Given a channel of kind withholding_raw
      And the card is ready to be charged
      And the channel is retired
      When the member charges 100.00 yuan
      Then the message is refused with channel_retired
      And the bank's ledger shows no debit

    Scenario: A refund at a retired channel
      Given a channel of kind withholding_raw
      And the card is ready to be charged
      And the member has charged 100.00 yuan
      And the channel is retired
      When the member refunds 100.00 yuan
      Then the refund is succeeded

  @CH-CHARGE-013 @T9
  Rule: The bank texts its subscribers after a debit

    Scenario: A subscriber
      Given a channel of kind withholding_raw
      And the card is ready to be charged
      And the payer has subscribed to the bank's debit notices
      When the member charges 100.00 yuan
      Then a debit notice from the bank is on the registered mobile

    Scenario: Somebody who has not subscribed
      Given a channel of kind withholding_raw
      And the payer has a debit card of ABC
      And the card is ready to be charged
      When the member charges 100.00 yuan
      Then no debit notice is on the registered mobile
