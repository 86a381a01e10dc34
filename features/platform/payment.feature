@needs-inbox @needs-ledger
Feature: Paying
  What a payment may do, what it may not do, and how it ends.

  @PF-PAY-001 @T8
  Rule: After the first payment the card is debited without a code

    Scenario Outline: The second payment on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer has paid 88.00 yuan
      When the payer pays 12.00 yuan
      Then the payment is succeeded
      And exactly <codes> been texted
      And the bank's ledger shows exactly 2 debits

      Examples:
        | kind                  | codes        |
        | agreement_bank        | 1 code has   |
        | agreement_third_party | 1 code has   |
        | binding_platform      | 1 code has   |
        | withholding_platform  | 1 code has   |
        | withholding_raw       | 0 codes have |
        | bank_direct           | 1 code has   |

  @PF-PAY-002 @T8
  Rule: An absent payer is debited silently or not at all

    Scenario: A card that is signed
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is succeeded
      And exactly 1 code has been texted

    Scenario Outline: No silent channel, only one of kind <kind>
      Given the merchant has channel A, of kind <kind>
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is failed because of payer_needed
      And the payment can be tried again
      And nobody has been texted

      Examples:
        | kind                 |
        | agreement_bank       |
        | binding_platform     |
        | withholding_platform |
        | code_every_payment   |

    Scenario: The agreement turns out to be dead
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And the payer cancels the agreement at the bank
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is failed because of payer_needed
      And exactly 1 code has been texted

    Scenario: Raw withholding, whose element check runs inside the payment
      Given the merchant has channel A, of kind withholding_raw
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is succeeded
      And channel A has heard 1 element check
      And nobody has been texted

    Scenario: A silent channel is taken though a better one would ask
      Given the merchant routes route-first
      And the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind withholding_raw
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is succeeded
      And the last debit was made at channel B

  @PF-PAY-003
  Rule: A decline that is the payer's matter is final and tried nowhere else

    Scenario: Too little balance
      Given the card's balance is 50.00 yuan
      And the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind withholding_raw
      And the payer has verified the card at channel A
      When the payer pays 88.00 yuan
      Then the payment is failed because of insufficient_balance
      And the payer is told in both languages why
      And channel B has heard no charge
      And the story ends the last attempt as FAILED, with evidence

    Scenario Outline: A card that is <state> at its bank
      Given the merchant has channel A, of kind withholding_raw
      And the payer has verified the card at channel A
      And the card is <state> at its bank
      When the payer pays 88.00 yuan
      Then the payment is failed because of <reason>
      And the payment cannot be tried again
      And the bank's ledger shows no debit

      Examples:
        | state     | reason         |
        | lost      | card_lost      |
        | frozen    | card_frozen    |
        | cancelled | card_cancelled |

  @PF-PAY-004
  Rule: A failed payment can be tried again, as a new attempt

    Scenario: The balance was too low the first time
      Given the card's balance is 50.00 yuan
      And the merchant has channel A, of kind withholding_raw
      And the payer pays 88.00 yuan
      And the card's balance is 500.00 yuan
      When the merchant tries the payment again
      Then the payment is succeeded
      And the story tells of 2 attempts
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: A payment that has succeeded
      Given the merchant has channel A, of kind withholding_raw
      And the payer has paid 88.00 yuan
      When the merchant tries the payment again
      Then the platform refuses with wrong_state and HTTP status 409
      And the bank's ledger shows exactly 1 debit

  @PF-PAY-005
  Rule: A payment that is no longer wanted can be closed, and then takes no code

    Scenario Outline: A payment that waits for a code on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the merchant closes the payment
      Then the payment is closed
      When the payer types the code of the SMS
      Then the platform refuses with wrong_state
      And the bank's ledger shows no debit

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

    Scenario: A payment that waits for a code about itself
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      And the payer pays 88.00 yuan
      When the merchant closes the payment
      Then the payment is closed
      And channel A has heard 1 closing

  @PF-PAY-006 @T14
  Rule: Where the merchant keeps no elements, a step that needs them asks for them

    Scenario: A first payment without the elements, and with them
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan
      Then the platform refuses with elements_required and HTTP status 422
      And nobody has been texted
      When the payer pays 88.00 yuan, giving the elements along
      Then the payment is code_required

    Scenario: A signed card is debited without them
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      When the payer pays 88.00 yuan
      Then the payment is succeeded

    Scenario: Signing at another channel wants them again
      Given the merchant keeps no card elements
      And the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A is put into maintenance
      When the payer pays 88.00 yuan
      Then the platform refuses with elements_required

    Scenario: A merchant stops keeping elements
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      When the merchant stops keeping card elements
      Then the platform keeps no elements of the card
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      When channel A is put into maintenance
      And the payer pays 20.00 yuan
      Then the platform refuses with elements_required

  @PF-PAY-007
  Rule: Taking a card away ends its agreements and its use

    Scenario: A card that is signed at two channels
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel A
      And the payer has verified the card at channel B
      When the payer takes the card away
      Then channel A keeps 0 live agreements
      And channel B keeps 0 live agreements
      When the payer pays 88.00 yuan
      Then the platform refuses with wrong_state

    Scenario Outline: In the middle of a payment on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the payer takes the card away
      And the payer types the code of the SMS
      Then the platform refuses with wrong_state
      And channel A keeps 0 live agreements
      And the bank's ledger shows no debit

      Examples:
        | kind                 |
        | agreement_bank       |
        | binding_platform     |
        | withholding_platform |

    Scenario: While a code about the payment is waited for
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      And the payer pays 88.00 yuan
      When the payer takes the card away
      And the payer types the code of the SMS
      Then the platform refuses with wrong_state
      And channel A has heard 1 closing
      And channel A keeps 0 live agreements
      And the bank's ledger shows no debit

    @needs-faults @needs-clock
    Scenario: While the outcome of the signing is unknown
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And channel A will withhold its reply to the next signing confirmation
      And channel A will deliver no notification
      And the payer types the code of the SMS
      When the payer takes the card away
      Then within 1 minute the payment is closed
      And channel A keeps 0 live agreements
      And the bank's ledger shows no debit
