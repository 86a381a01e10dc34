@needs-faults @needs-clock @needs-ledger @needs-inbox
Feature: Faults
  A fault is a rule: what goes wrong, where, when and how often. What it did is told by the rule, the journal and the payer's money.

  @CT-FAULT-001
  Rule: A fault can be switched off and on

    Scenario: Off
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with decline
      When the fault is switched off
      And the member charges 100.00 yuan
      Then the charge is succeeded
      And the fault has struck 0 times

    Scenario: On again
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with decline
      And the fault is switched off
      When the fault is switched on
      And the member charges 100.00 yuan
      Then the charge is declined
      And the fault has struck 1 time

    Scenario: Taken away
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with decline
      When the fault is taken away
      And the member charges 100.00 yuan
      Then the charge is succeeded

  @CT-FAULT-002
  Rule: A fault may be for one of many

    Scenario: The second charge
      Given a channel of kind agreement_bank
      And the card is signed
      And only charge 2 fails with decline
      When the member charges 10.00 yuan
      Then the charge is succeeded
      When the member charges 20.00 yuan
      Then the charge is declined
      When the member charges 30.00 yuan
      Then the charge is succeeded

    Scenario: A charge of one amount
      Given a channel of kind agreement_bank
      And the card is signed
      And only charges of 66.60 yuan fail with decline
      When the member charges 10.00 yuan
      Then the charge is succeeded
      When the member charges 66.60 yuan
      Then the charge is declined

    Scenario: Every charge at another channel
      Given a channel of kind agreement_bank
      And charges fail with decline
      And a channel of kind agreement_third_party
      And the card is signed
      When the member charges 100.00 yuan
      Then the charge is succeeded

  @CT-FAULT-003
  Rule: A fault has a budget, for the world and for each number

    Scenario: Once in the world
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with decline, once in the world
      When the member charges 10.00 yuan
      Then the charge is declined
      When the member charges 20.00 yuan
      Then the charge is succeeded
      And the fault is spent

    Scenario: Once for each order
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with system_busy, once for each number
      When the member charges 10.00 yuan
      Then the message is refused with system_busy
      When the member repeats the charge
      Then the charge is succeeded
      When the member charges 20.00 yuan
      Then the message is refused with system_busy

  @CT-FAULT-004
  Rule: A fault may expire

    Scenario: After its time
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with decline for 1 minute
      When 1 minute passes
      And the member charges 100.00 yuan
      Then the charge is succeeded
      And the fault is spent

  @CT-FAULT-005
  Rule: A fault that could have no effect is refused with the reason, and is not there

    Scenario Outline: A rule for <effect> at <operation>
      When a rule for <effect> at <operation> is asked for
      Then the control plane refuses it and names "<member>"
      And the refusal gives a hint
      And the world has no faults

      Examples:
        | effect                 | operation     | member    |
        | bank_silent            | charge_query  | operation |
        | sms_lose               | refund        | operation |
        | not_found              | charge        | operation |
        | statement_missing_line | charge        | operation |
        | notification_drop      | signing_apply | operation |

    Scenario: A budget of nothing
      When a rule that may strike 0 times is asked for
      Then the control plane refuses it and names "times"
      And the world has no faults

  @CT-FAULT-006
  Rule: A fault of an answer spoils the answer, not what was done

    Scenario Outline: A charge answered with <effect>
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with <effect>, once in the world
      When the member charges 100.00 yuan, whatever comes back
      Then what came back is <sign>
      And the fault has struck 1 time
      And the bank's ledger shows exactly one debit of 100.00 yuan

      Examples:
        | effect              | sign                          |
        | gateway_error       | an unsigned 502               |
        | system_busy         | a signed 503                  |
        | duplicate_order     | a signed 409                  |
        | garbled_body        | a 200 that is no JSON         |
        | signature_missing   | an unsigned 200               |
        | signature_wrong_key | a 200 with a forged signature |
        | crossed_answer      | a signed 200                  |
        | extra_fields        | a signed 200                  |

  @CT-FAULT-007
  Rule: A fault of the connection happens on the connection

    Scenario Outline: A charge whose connection suffers <effect>
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with <effect>, once in the world
      When the member charges 100.00 yuan, whatever comes back
      Then what came back is nothing whole
      And the journal says that the fault struck the charge
      And the bank's ledger shows exactly one debit of 100.00 yuan

      Examples:
        | effect         |
        | withhold_reply |
        | reset          |
        | truncate       |

  @CT-FAULT-008
  Rule: A fault of the bank moves the money, or does not

    Scenario: A bank that never answers
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with bank_silent
      When the member charges 100.00 yuan
      Then the charge is processing
      And the bank's ledger shows no debit

    Scenario: A bank that debits less
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with partial_debit of 40.00 yuan
      When the member charges 100.00 yuan
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 40.00 yuan

  @CT-FAULT-009
  Rule: A fault of the SMS is seen on the handset

    Scenario: Lost
      Given a channel of kind agreement_bank
      And SMS suffer sms_lose
      When the member has applied for a signing
      Then no SMS is on the registered mobile

    Scenario: Late
      Given a channel of kind agreement_bank
      And SMS suffer sms_late by 2 minutes
      When the member has applied for a signing
      Then no SMS is on the registered mobile
      When 2 minutes pass
      Then exactly 1 SMS is on the registered mobile

    Scenario: Twice
      Given a channel of kind agreement_bank
      And SMS suffer sms_duplicate
      When the member has applied for a signing
      Then exactly 2 SMS are on the registered mobile

  @CT-FAULT-010
  Rule: A fault of the statement is in the file, never in the books

    Scenario: A line that is missing
      Given a channel of kind agreement_bank
      And the card is signed
      And the statement suffers statement_missing_line
      And the member has charged 100.00 yuan
      When the business day ends
      And the member asks for the statement of yesterday
      Then the statement has exactly 0 lines
      And the bank's ledger shows exactly one debit of 100.00 yuan
