@needs-inbox @needs-ledger
Feature: Bringing old customers along
  Who signed in the old days is to notice nothing: the old data is synchronised beforehand, and payments then go the silent
  way.

  @PF-SYNC-001 @T7
  Rule: Each old customer ends as bound, checked, to be signed or mismatched, and is not disturbed

    Scenario Outline: A customer brought along to a <kind> channel ends as <result>
      Given the merchant has channel A, of kind <kind>
      When the merchant brings the card along, signed in former days at channel A
      Then the card is brought along as <result>
      And nobody has been texted
      And the bank's ledger shows no debit

      Examples:
        | kind                  | result               |
        | agreement_bank        | bound                |
        | agreement_third_party | bound                |
        | binding_platform      | bound                |
        | withholding_raw       | element_check_passed |
        | withholding_platform  | element_check_passed |

    Scenario Outline: Elements that no longer belong together, at a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the merchant brings the card along, signed in former days at channel A, with somebody else's mobile
      Then the card is brought along as mismatch
      And nobody has been texted

      Examples:
        | kind            |
        | agreement_bank  |
        | withholding_raw |

    Scenario: Elements that no longer belong together, of a card that is bound already
      Given the merchant has channel A, of kind agreement_bank
      And the merchant brings the card along, signed in former days at channel A
      When the merchant brings the card along, signed in former days at channel A, with somebody else's mobile
      Then the card is brought along as mismatch
      And nobody has been texted

    Scenario: A card that its bank no longer honours
      Given the merchant has channel A, of kind agreement_bank
      And the card is frozen at its bank
      When the merchant brings the card along, signed in former days at channel A
      Then the card is brought along as needs_signing

  @PF-SYNC-002 @T7
  Rule: Who was brought along pays without noticing anything

    Scenario Outline: The first payment after the sync on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the merchant brings the card along, signed in former days at channel A
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page stays silent
      When the payer pays 88.00 yuan from that page
      Then the payment is succeeded
      And nobody has been texted

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | withholding_raw       |
        | withholding_platform  |

    Scenario Outline: An instalment debited by schedule after the sync on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the merchant brings the card along, signed in former days at channel A
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is succeeded
      And nobody has been texted

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |
