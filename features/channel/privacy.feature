@needs-inbox
Feature: What is never shown
  Codes are on the handset and nowhere else. Card number, ID number and mobile are masked wherever they return.

  @CH-PRIVACY-001 @T14
  Rule: No answer shows personal data or a code

    Scenario Outline: All answers of a <kind> channel on the way to a debit
      Given a channel of kind <kind>
      And the card is ready to be charged
      When the member charges 100.00 yuan
      And the member queries the charge
      Then no answer so far shows card number, ID number, mobile or code in full

      Examples:
        | kind               |
        | agreement_bank     |
        | code_every_payment |
        | binding_platform   |
        | withholding_raw    |

  @CH-PRIVACY-002 @T14
  Rule: The journal shows no personal data and no code

    Scenario Outline: The journal of a <kind> channel after a debit
      Given a channel of kind <kind>
      And the card is ready to be charged
      When the member charges 100.00 yuan
      Then the journal shows no card number, ID number, mobile or code in full

      Examples:
        | kind            |
        | agreement_bank  |
        | bank_direct     |
        | withholding_raw |

    Scenario: The journal after wrong codes
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member confirms with a wrong code 2 times
      And the member confirms with the code texted
      Then the journal shows no card number, ID number, mobile or code in full

  @CH-PRIVACY-003 @T14
  Rule: A problem repeats nothing

    Scenario Outline: A problem about a charge <defect>
      Given a channel of kind withholding_raw
      When a charge arrives <defect>
      Then the message is refused with invalid_request
      And the problem repeats nothing of the request's content

      Examples:
        | defect                        |
        | whose amount is a text        |
        | with a member nobody knows    |
        | whose body goes on after its end |
