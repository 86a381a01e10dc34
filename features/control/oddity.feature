@needs-faults @needs-clock @needs-ledger @needs-inbox
Feature: Magic values and tempers
  A client that cannot reach the control plane chooses an outcome by a value. A temper makes a whole world as unfriendly as real channels are.

  @CT-ODDITY-001
  Rule: A magic amount has the outcome that the table says

    Scenario: An amount the bank declines
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 888.01 yuan
      Then the charge is declined because of insufficient_balance
      And the table of magic values lists the amount 888.01 yuan

    Scenario: An amount whose answer gets lost
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 888.30 yuan
      Then no answer arrives
      When the member queries the charge
      Then the charge is succeeded

    Scenario: The amount beside it
      Given a channel of kind agreement_bank
      And the card is signed
      When the member charges 888.00 yuan
      Then the charge is succeeded

  @CT-ODDITY-002
  Rule: Magic values can be switched off

    Scenario: An amount that is an amount like any other
      Given a channel of kind agreement_bank
      And the card is signed
      And magic values are switched off
      When the member charges 888.01 yuan
      Then the charge is succeeded

  @CT-ODDITY-003
  Rule: A friendly world has no oddities, another has those of its temper

    Scenario: Friendly
      When the world is told to be friendly
      Then the temper has put no faults in force

    Scenario: Hostile
      When the world is told to be hostile
      Then the temper has put faults in force

  @CT-ODDITY-004
  Rule: The rate of one oddity can be set by itself

    Scenario: No SMS ever arrives
      Given a channel of kind agreement_bank
      And the oddity sms_lost strikes 1000 times in 1000
      When the member has applied for a signing
      Then no SMS is on the registered mobile

    Scenario: An oddity of nobody
      When a world is asked for with an oddity that does not exist
      Then the control plane refuses it
      And the refusal gives a hint
