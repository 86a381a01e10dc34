@needs-inbox @needs-ledger @needs-clock
Feature: The files of a business day
  After the end of a business day (UTC+8) the channel tells in one file what moved, and in another who signed.

  @CH-STATEMENT-001
  Rule: Every movement of the day stands there once

    Scenario Outline: Charges and a refund at a <kind> channel
      Given a channel of kind <kind>
      And the card is ready to be charged
      And the member has charged 30.00 yuan
      And the member has charged 100.00 yuan
      And the member repeats the charge
      And the member has refunded 40.00 yuan
      And the business day ends
      When the member asks for the statement of yesterday
      Then the file comes as CSV
      And the statement has exactly 3 lines
      And the statement has exactly one debit of 100.00 yuan, by the number of the charge
      And the statement has exactly one refund of 40.00 yuan, by the number of the refund
      And the statement and the bank's ledger tell the same of yesterday
      And the file shows no card in full

      Examples:
        | kind             |
        | agreement_bank   |
        | binding_platform |
        | withholding_raw  |

    Scenario: A charge that was declined
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 1.00 yuan
      And the member charges 100.00 yuan
      And the business day ends
      When the member asks for the statement of yesterday
      Then the statement has exactly 0 lines

    @needs-faults
    Scenario: A charge whose answer was lost
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel will withhold its reply to the next charge after it has committed
      And the member charges 100.00 yuan
      And the business day ends
      When the member asks for the statement of yesterday
      Then the statement has exactly one debit of 100.00 yuan, by the number of the charge

    @needs-faults
    Scenario Outline: A statement that will <lie> is noticed
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the statement will <lie>
      When the member asks for the statement of yesterday
      Then the totals and the digest are those of the lines
      And the statement and the bank's ledger do not tell the same of yesterday

      Examples:
        | lie                    |
        | lack a line            |
        | have a line of nothing |
        | have a line twice      |
        | have a wrong amount    |

  @CH-STATEMENT-002
  Rule: The last line proves the others

    Scenario: Totals and digest
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 30.00 yuan
      And the business day ends
      When the member asks for the statement of yesterday
      Then the totals and the digest are those of the lines

    @needs-faults
    Scenario: A wrong digest is noticed
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the statement will have a wrong digest
      When the member asks for the statement of yesterday
      Then the digest is not that of the file
      And the statement and the bank's ledger tell the same of yesterday

  @CH-STATEMENT-003
  Rule: A file is not there before its day is over

    Scenario Outline: The <file> of today
      Given a channel of kind agreement_bank
      When the member asks for the <file> of today
      Then the file is not there before the business day has ended

      Examples:
        | file           |
        | statement      |
        | agreement file |

    Scenario: The last second of a day
      Given a channel of kind agreement_bank
      And the card is signed
      And 1 second is left of the business day
      And the member has charged 100.00 yuan
      And the member asks for the statement of today
      And the file is not there before the business day has ended
      When 1 second passes
      And the member asks for the statement of yesterday
      Then the statement has exactly one debit of 100.00 yuan, by the number of the charge

    @needs-faults
    Scenario: A file that is late
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the statement will be there only 2 hours after the day's end
      And the member asks for the statement of yesterday
      And the file is not there before 2 hours after the end of the day before
      When 2 hours pass
      And the member asks for the statement of yesterday
      Then the statement has exactly one debit of 100.00 yuan, by the number of the charge

  @CH-STATEMENT-004
  Rule: What happens on a day stands in the statement of that day

    Scenario: A refund on the day after
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the member has refunded 100.00 yuan
      And the business day ends
      When the member asks for the statement of yesterday
      Then the statement has exactly 1 line
      And the statement has exactly one refund of 100.00 yuan, by the number of the refund
      When the member asks for the statement of the day before yesterday
      Then the statement has exactly 1 line
      And the statement has exactly one debit of 100.00 yuan, by the number of the charge

    Scenario: The first second of a day
      Given a channel of kind agreement_bank
      And the card is signed
      And the business day ends
      And the member has charged 100.00 yuan
      When the member asks for the statement of yesterday
      Then the statement has exactly 0 lines
      And the totals and the digest are those of the lines

  @CH-STATEMENT-005
  Rule: A day without movements is an empty file

    Scenario Outline: Nothing moved at a <kind> channel
      Given a channel of kind <kind>
      When the member asks for the statement of a day before the channel began
      Then the statement has exactly 0 lines
      And the totals and the digest are those of the lines

      Examples:
        | kind            |
        | agreement_bank  |
        | withholding_raw |

  @CH-STATEMENT-006
  Rule: A statement stays as it is

    Scenario: Asking twice
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the member asks for the statement of yesterday
      And the member has refunded 100.00 yuan
      And the member asks for the statement of yesterday
      When the member asks for the statement of yesterday
      Then the answer is the same as before
      And the statement has exactly 1 line

  @CH-STATEMENT-007 @needs-faults
  Rule: A line that misses its day comes on the next

    Scenario: A line that comes late
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the business day ends
      And the line of the charge will come in the statement of the next day
      When the member asks for the statement of yesterday
      Then the statement does not name the charge
      When the business day ends
      And the member asks for the statement of yesterday
      Then the statement has exactly one debit of 100.00 yuan, by the number of the charge
      And the totals and the digest are those of the lines
      When the member asks for the statement of the day before yesterday
      Then the statement does not name the charge

  @CH-STATEMENT-008
  Rule: The agreement file tells who signed and whose agreement ended

    Scenario Outline: A signing at a <kind> channel
      Given a channel of kind <kind>
      And the card is signed
      And the business day ends
      When the member asks for the agreement file of yesterday
      Then the file comes as CSV
      And the agreement file has exactly 1 line
      And the agreement file tells once that the agreement was made and is active
      And the totals and the digest are those of the lines
      And the file shows no card in full

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |

    Scenario: Signed on one day and ended on the next
      Given a channel of kind agreement_bank
      And the card is signed
      And the business day ends
      And the payer cancels the agreement at the bank
      And the business day ends
      When the member asks for the agreement file of yesterday
      Then the agreement file has exactly 1 line
      And the agreement file tells once that the agreement was ended and is cancelled_at_bank
      When the member asks for the agreement file of the day before yesterday
      Then the agreement file has exactly 1 line
      And the agreement file tells once that the agreement was made and is active

    Scenario: A signing that nobody finished
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And the business day ends
      When the member asks for the agreement file of yesterday
      Then the agreement file has exactly 0 lines
