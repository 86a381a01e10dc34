@needs-inbox @needs-ledger
Feature: Choosing the channel
  A pure decision over what is known: who can take the payment, who is silent, and then fee, priority, success rate.

  @PF-ROUTE-001 @T4 @T12
  Rule: The policy decides whether silence or rank comes first

    Scenario: Silent-first takes the channel where the card is signed
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel B
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And the last debit was made at channel B

    Scenario: Route-first takes the better channel and signs there
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the merchant routes route-first
      And the payer has verified the card at channel B
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel A

  @PF-ROUTE-002 @T4
  Rule: Among channels that can, the lower fee comes first, then the priority, the success rate, the channel id

    Scenario: The cheaper channel, though it has less priority
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A charges a fee of 0.50 yuan
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of dearer

    Scenario: The priority, where the fee is the same
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel A
      And the route passes over channel B because of lower_priority

    Scenario: The priority changes at run time
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      When channel B becomes the preferred one
      And the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B

    @needs-faults
    Scenario: The success rate, where fee and priority are the same
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel B has the same priority as channel A
      And the payer has verified the card at channel A
      And the payer has verified the card at channel B
      And channel A will decline the next charge because of limit_daily
      And the payer has paid 20.00 yuan
      When the payer pays 88.00 yuan
      Then the last debit was made at channel B
      And the route passes over channel A because of less_reliable

    Scenario: The channel id, where all else is the same
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And channel B has the same priority as channel A
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at the channel whose id comes first
      And the route passes over the other channel because of channel_id

  @PF-ROUTE-003
  Rule: A payment that would break a limit goes to the next channel

    Scenario: An amount above the limit of a payment
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A limits a payment to 50.00 yuan
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of limit_single

    Scenario Outline: Two payments where channel A limits <what> to <limit>
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A limits <what> to <limit>
      And the payer has paid 60.00 yuan at channel A
      When the payer pays 60.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of <why>

      Examples:
        | what    | limit       | why           |
        | a day   | 100.00 yuan | limit_daily   |
        | a month | 100.00 yuan | limit_monthly |
        | a day   | 1 payment   | limit_count   |

  @PF-ROUTE-004
  Rule: A channel that cannot take the payment is passed over

    Scenario Outline: The preferred channel is <state>
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A is <state>
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of <why>

      Examples:
        | state                | why         |
        | switched off         | disabled    |
        | put into maintenance | maintenance |
        | retired              | retired     |

    Scenario: A channel that does not reach the payer's bank
      Given the payer has a debit card of CCB
      And the merchant has channel A, of kind bank_direct
      And the merchant has channel B, of kind agreement_bank
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of bank_unsupported

    Scenario: A channel that takes no credit cards
      Given the payer has a credit card of CMB
      And the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of card_type_unsupported

    Scenario: A maintenance that only the channel knows of
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A goes into maintenance without a word
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the payment is succeeded
      And the last debit was made at channel B

    Scenario: No channel is left once the code is typed
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And channel A is switched off
      When the payer types the code of the SMS
      Then the payment is failed because of maintenance
      And the payment can be tried again
      And channel A has heard no signing confirmation
      And the bank's ledger shows no debit

    Scenario: No channel is left
      Given the merchant has channel A, of kind agreement_bank
      And channel A is put into maintenance
      When the payer pays 88.00 yuan
      Then the payment is failed because of no_channel
      And the payment can be tried again

  @PF-ROUTE-005 @T4
  Rule: The route explains itself to operators

    Scenario: Every channel of the merchant is named with a reason
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the merchant has channel C, of kind withholding_raw
      And channel A is put into maintenance
      When the payer pays 88.00 yuan
      Then the route names every channel of the merchant, and takes one
      And the route takes channel C because it is best_silent
      And the route passes over channel A because of maintenance
      And the route passes over channel B because of not_silent

  @PF-ROUTE-006 @needs-faults @needs-clock
  Rule: A channel that answers nothing gets no new work for a while

    Scenario: Five charges without an answer
      Given the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A will never receive every charge
      When the payer pays 1.00 yuan 5 times
      And the payer pays 88.00 yuan, giving every code that is asked for
      Then the last debit was made at channel B
      And the route passes over channel A because of breaker_open

    Scenario: The channel is tried again after a minute
      Given the merchant has channel A, of kind withholding_raw
      And channel A will never receive every charge
      And the payer pays 1.00 yuan 5 times
      And channel A works again
      And 61 seconds pass
      When the payer pays 88.00 yuan
      Then the payment is succeeded

  @PF-ROUTE-007 @T14
  Rule: A channel whose next step needs the elements comes last while there are none

    Scenario Outline: A raw channel would be better, with the payer <presence>
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel B
      When <payment>
      Then the payment is succeeded
      And the last debit was made at channel B
      And the route passes over channel A because of elements_missing

      Examples:
        | presence | payment                                             |
        | there    | the payer pays 88.00 yuan                           |
        | absent   | 88.00 yuan are debited by schedule, the payer absent |

    Scenario: The page is silent because of the agreement
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel B
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page stays silent
      When the payer pays 88.00 yuan from that page
      Then the payment is succeeded
      And the last debit was made at channel B

    Scenario: Elements given along put the raw channel back in front
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel B
      When the payer pays 88.00 yuan, giving the elements along
      Then the payment is succeeded
      And the last debit was made at channel A

  @PF-ROUTE-008 @T4
  Rule: The route tells what was seen of each channel

    Scenario: A day's limit, and what was used of it
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And channel A limits a day to 100.00 yuan
      And the payer has paid 60.00 yuan at channel A
      When the payer pays 60.00 yuan, giving every code that is asked for
      Then the route tells that channel A is enabled, its breaker closed, with a live agreement
      And the route tells that 60.00 yuan of 100.00 yuan a day were used at channel A
      And the route tells that channel B is enabled, its breaker closed, without an agreement
