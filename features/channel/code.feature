@needs-inbox
Feature: Codes by SMS
  A code proves once, within its lifetime, and only for what it was sent for.

  @CH-CODE-001 @T5
  Rule: A wrong code costs a try

    Scenario: One wrong code, then the right one
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member confirms with a wrong code
      Then the signing is code_sent because of wrong_code
      And 4 tries are left
      When the member confirms with the code texted
      Then the signing is signed

  @CH-CODE-002
  Rule: When the tries are used up, nothing helps

    Scenario: The right code after the last try
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member confirms with a wrong code 5 times
      Then the signing is locked because of code_exhausted
      When the member confirms with the code texted
      Then the message is refused with locked and HTTP status 423

    Scenario: A channel that allows three tries
      Given a channel of kind bank_direct
      And the member has applied for a signing
      When the member confirms with a wrong code 3 times
      Then the signing is locked because of code_exhausted

  @CH-CODE-003 @needs-clock
  Rule: A code has a lifetime

    Scenario Outline: A code of a <kind> channel after <minutes> minutes
      Given a channel of kind <kind>
      And the member has applied for a signing
      And <minutes> minutes pass
      When the member confirms with the code texted
      Then the signing is code_sent because of code_expired

      Examples:
        | kind                  | minutes |
        | agreement_bank        | 6       |
        | bank_direct           | 3       |
        | agreement_third_party | 11      |

    Scenario: A new code after the old one ran out
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And 6 minutes pass
      And the member has asked for the code again
      When the member confirms with the code texted
      Then the signing is signed

    Scenario: A signing that nobody finished
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And 31 minutes pass
      When the member queries the signing
      Then the signing is expired because of code_expired

    Scenario: A code shortly before its end
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And 4 minutes pass
      When the member confirms with the code texted
      Then the signing is signed

  @CH-CODE-004
  Rule: Leading zeros count

    Scenario: A code with a leading zero
      Given a channel of kind agreement_bank
      And the member has applied for signings until a code begins with a zero
      When the member confirms with the code texted
      Then the signing is signed

    Scenario: A code that lost its leading zero
      Given a channel of kind agreement_bank
      And the member has applied for signings until a code begins with a zero
      When the member confirms with the code texted but for its leading zero
      Then the signing is code_sent because of wrong_code

  @CH-CODE-005 @needs-clock
  Rule: A new code takes the place of the old one

    Scenario: The first code after the second was sent
      Given a channel of kind agreement_bank that sends a new code when asked again
      And the member has applied for a signing
      And 1 minute passes
      And the member has asked for the code again
      When the member confirms with the first code texted
      Then the signing is code_sent because of wrong_code
      And 4 tries are left

    Scenario: The second code
      Given a channel of kind agreement_bank that sends a new code when asked again
      And the member has applied for a signing
      And 1 minute passes
      And the member has asked for the code again
      When the member confirms with the second code texted
      Then the signing is signed
      And the second code differs from the first

  @CH-CODE-006 @needs-clock
  Rule: The same code may be sent again

    Scenario: The same code twice
      Given a channel of kind agreement_bank that sends the same code when asked again
      And the member has applied for a signing
      And 1 minute passes
      When the member has asked for the code again
      Then the second code is the same as the first

  @CH-CODE-007 @needs-clock
  Rule: Both codes may stay valid

    Scenario Outline: The <which> of two valid codes
      Given a channel of kind agreement_third_party that sends a new code beside the old one when asked again
      And the member has applied for a signing
      And 1 minute passes
      And the member has asked for the code again
      When the member confirms with the <which> code texted
      Then the signing is signed

      Examples:
        | which  |
        | first  |
        | second |

  @CH-CODE-008 @needs-clock
  Rule: A code is not sent again at once

    Scenario: Asking again too early
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And 30 seconds pass
      When the member asks for the code again
      Then the message is refused with too_frequent and HTTP status 429
      And the problem tells when to try again
      And exactly 1 SMS is on the registered mobile

    Scenario: Asking again in time
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And 1 minute passes
      When the member asks for the code again
      Then the signing is code_sent
      And exactly 2 SMS are on the registered mobile

  @CH-CODE-009
  Rule: The code of another signing is a wrong one

    Scenario: Two signings of one card
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And the member has applied for another signing
      When the member confirms with the code of the other signing
      Then the signing is code_sent because of wrong_code
      And 4 tries are left

  @CH-CODE-010 @needs-clock
  Rule: Sending a code again gives no tries back

    Scenario: Two wrong codes, a new code, one wrong code more
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And the member has confirmed with a wrong code 2 times
      And 1 minute passes
      And the member has asked for the code again
      When the member confirms with a wrong code
      Then the signing is code_sent because of wrong_code
      And 2 tries are left

  @CH-CODE-011 @T5 @needs-ledger
  Rule: A code confirms once

    Scenario: Confirming a signed signing again
      Given a channel of kind agreement_bank
      And the card is signed
      When the member confirms a second time with the code texted
      Then the signing is signed
      And the truth shows exactly 1 agreement
