@needs-ledger @needs-inbox
Feature: How much a card may be debited
  Limits are the channel's, for each bank and card. Days and months are those of UTC+8.

  @CH-LIMIT-001
  Rule: The single limit

    Scenario Outline: A charge of <amount> yuan under a single limit of 500.00
      Given a channel of kind agreement_bank
      And the channel limits a charge to 500.00 yuan
      And the card is signed
      When the member charges <amount> yuan
      Then the charge is <outcome>

      Examples:
        | amount | outcome                          |
        | 500.00 | succeeded                        |
        | 500.01 | declined because of limit_single |

  @CH-LIMIT-002
  Rule: The daily limit

    Scenario: The second charge of the day goes above it
      Given a channel of kind agreement_bank
      And the channel limits a day to 500.00 yuan
      And the card is signed
      And the member has charged 300.00 yuan
      When the member charges 200.01 yuan again under a new order number
      Then the charge is declined because of limit_daily
      And the bank's ledger shows exactly one debit of 300.00 yuan

    @needs-clock
    Scenario: The next business day begins at midnight in Beijing
      Given a channel of kind agreement_bank
      And the channel limits a day to 500.00 yuan
      And the card is signed
      And the member has charged 300.00 yuan
      And 5 hours pass
      When the member charges 300.00 yuan again under a new order number
      Then the charge is succeeded

    @needs-faults
    Scenario: A declined charge uses nothing up
      Given a channel of kind agreement_bank
      And the channel limits a day to 500.00 yuan
      And the card is signed
      And the bank will decline the next charge because of risk_refused
      And the member charges 300.00 yuan
      When the member charges 400.00 yuan again under a new order number
      Then the charge is succeeded

  @CH-LIMIT-003 @needs-clock
  Rule: The monthly limit

    Scenario: The second day of the month goes above it
      Given a channel of kind agreement_bank
      And the channel limits a month to 500.00 yuan
      And the card is signed
      And the member has charged 300.00 yuan
      And 1 day passes
      When the member charges 300.00 yuan again under a new order number
      Then the charge is declined because of limit_monthly

  @CH-LIMIT-004
  Rule: The daily count

    Scenario: One charge too many
      Given a channel of kind agreement_bank
      And the channel limits a day to 2 charges
      And the card is signed
      And the member has charged 1.00 yuan
      And the member has charged 2.00 yuan
      When the member charges 3.00 yuan
      Then the charge is declined because of limit_count
      And the bank's ledger shows exactly 2 debits

  @CH-LIMIT-005
  Rule: Limits can be asked for

    Scenario: Asking for the limits
      Given a channel of kind agreement_bank
      And the channel limits a charge to 500.00 yuan
      When the member asks for the limits
      Then the limits name a charge of 500.00 yuan
