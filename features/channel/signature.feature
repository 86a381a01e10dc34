@needs-ledger @needs-inbox
Feature: Signatures between member and channel
  Every request and every answer is signed with a detached JWS over the raw body. What arrives unsigned or
  signed wrongly has never happened.

  @CH-SIGNATURE-001
  Rule: An answer is signed and belongs to its request

    Scenario Outline: A <kind> channel signs its answers
      Given a channel of kind <kind>
      When the member asks for the limits
      Then the answer is signed and belongs to its request

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | bank_direct           |

    @smoke
    Scenario: A decline is signed like a success
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 1.00 yuan
      When the member charges 100.00 yuan
      Then the charge is declined because of insufficient_balance
      And the answer is signed and belongs to its request

  @CH-SIGNATURE-002
  Rule: An unsigned request is refused and changes nothing

    Scenario: An unsigned charge
      Given a channel of kind agreement_bank
      And the card is signed
      When an unsigned charge of 100.00 yuan arrives
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

  @CH-SIGNATURE-003
  Rule: Only the configured key counts

    Scenario: A charge signed with another key
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan signed with another key arrives
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

    Scenario: A charge signed with another key where keys come in pairs
      Given a channel of kind bank_direct
      And the card is signed
      When a charge of 100.00 yuan signed with another key arrives
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

    Scenario: A charge signed under another key id
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan signed under another key id arrives
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

  @CH-SIGNATURE-004
  Rule: A signature holds for one request line and one channel

    Scenario Outline: A charge that was signed for another <part>
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was signed for another <part>
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

      Examples:
        | part     |
        | method   |
        | target   |
        | audience |

  @CH-SIGNATURE-005
  Rule: A signature holds for the very bytes that were signed

    Scenario: A body that got one blank more on the way
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was altered after signing
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

  @CH-SIGNATURE-006 @needs-clock
  Rule: A signature is fresh for five minutes, before and after

    Scenario Outline: A charge signed <seconds> seconds <which> is stale
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was signed <seconds> seconds <which>
      Then the message is refused with signature_invalid and HTTP status 401
      And the bank's ledger shows no debit

      Examples:
        | seconds | which     |
        | 310     | too early |
        | 310     | too late  |

    Scenario Outline: A charge signed <seconds> seconds <which> is fresh enough
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was signed <seconds> seconds <which>
      Then the charge is succeeded

      Examples:
        | seconds | which     |
        | 290     | too early |
        | 290     | too late  |

  @CH-SIGNATURE-007
  Rule: A message is taken once

    Scenario: A charge that is replayed
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 100.00 yuan
      And the very same message arrives once more
      Then the message is refused with replayed
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: A replayed signing application texts nobody
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the very same message arrives once more
      Then the message is refused with replayed
      And exactly 1 SMS is on the registered mobile

  @CH-SIGNATURE-008
  Rule: The refusal helps the developer and shows nothing

    Scenario: A signature over another body
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was altered after signing
      Then the refusal tells that signature is wrong, and the body's length and digest
      And the problem repeats nothing of the request's content

    Scenario: A stale signature
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan arrives that was signed 310 seconds too early
      Then the refusal tells that iat is wrong, and the body's length and digest

  @CH-SIGNATURE-009
  Rule: What was refused at the door can be looked up

    Scenario: A forged charge is in the journal
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of 100.00 yuan signed with another key arrives
      Then the message is refused with signature_invalid
      And the journal shows a message with a signature that does not hold
