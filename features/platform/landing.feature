@needs-inbox @needs-ledger
Feature: Landing on the payment page
  Routing happens when the payer lands on the page, not when he asks for a code. Here and in the other files of this
  folder the merchant prefers its channels in the order in which they are named, unless a step says otherwise.

  @PF-LANDING-001 @T12 @T13
  Rule: The page stays silent when some channel can debit the card without asking

    Scenario Outline: A card that was verified at a <kind> channel: the page <shows>
      Given the merchant has channel A, of kind <kind>
      And the payer has verified the card at channel A
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page <shows>

      Examples:
        | kind                  | shows                          |
        | agreement_bank        | stays silent                   |
        | agreement_third_party | stays silent                   |
        | binding_platform      | stays silent                   |
        | withholding_platform  | stays silent                   |
        | bank_direct           | stays silent                   |
        | withholding_raw       | stays silent                   |
        | code_every_payment    | shows a box for a payment code |

    Scenario Outline: A card that was verified nowhere, with a <kind> channel: the page <shows>
      Given the merchant has channel A, of kind <kind>
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page <shows>

      Examples:
        | kind                 | shows                          |
        | agreement_bank       | shows a box for a payment code |
        | withholding_platform | shows a box for a payment code |
        | withholding_raw      | stays silent                   |

    Scenario: It is enough that one of several channels is silent
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel B
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page stays silent

  @PF-LANDING-002 @T12
  Rule: Landing sends no SMS, asks no channel and moves no money

    Scenario Outline: Landing with a new card and a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the payer lands on the payment page to pay 88.00 yuan
      Then nobody has been texted
      And no channel has heard anything
      And the bank's ledger shows no debit

      Examples:
        | kind                 |
        | agreement_bank       |
        | binding_platform     |
        | withholding_platform |
        | withholding_raw      |
        | code_every_payment   |

  @PF-LANDING-003 @T12
  Rule: A payment never does what its page did not show

    Scenario: The silent channel is switched off between landing and payment
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel A
      When the payer lands on the payment page to pay 88.00 yuan
      And channel A is switched off
      And the payer pays 88.00 yuan from that page
      Then the platform refuses with route_changed and HTTP status 409
      And the bank's ledger shows no debit

    Scenario: Landing again after the route has changed
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel A
      And channel A is switched off
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page shows a box for a payment code
      When the payer pays 88.00 yuan from that page
      Then the SMS with the code came by channel B

    Scenario: A page that is still right
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      When the payer lands on the payment page to pay 88.00 yuan
      And the payer pays 88.00 yuan from that page
      Then the payment is succeeded

  @PF-LANDING-004
  Rule: A page that no channel can serve says so

    Scenario: An amount above every limit
      Given the merchant has channel A, of kind agreement_bank
      And channel A limits a payment to 50.00 yuan
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page offers no payment

  @PF-LANDING-005 @T12
  Rule: A page serves one payment

    Scenario: A second payment from the same page
      Given the merchant has channel A, of kind withholding_raw
      And the payer lands on the payment page to pay 88.00 yuan
      And the payer pays 88.00 yuan from that page
      When the payer pays 88.00 yuan from that page
      Then the platform refuses with wrong_state and HTTP status 409
      And the refusal names the member "/checkout_id"
      And the bank's ledger shows exactly one debit of 88.00 yuan

    Scenario: The same payment again
      Given the merchant has channel A, of kind withholding_raw
      And the payer lands on the payment page to pay 88.00 yuan
      And the payer pays 88.00 yuan from that page
      When the merchant sends the payment application again with a new key
      Then it is the same payment as before
      And the bank's ledger shows exactly one debit of 88.00 yuan
