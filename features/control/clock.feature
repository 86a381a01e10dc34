@needs-clock
Feature: The clock of a world
  Time stands until it is moved. What is due on the way happens in order, before the answer comes.

  @CT-CLOCK-001
  Rule: The clock goes by a duration or to an instant, and shows it

    Scenario: By ten minutes
      When the clock is moved on by 10 minutes
      Then the clock has moved on by 10 minutes

    Scenario: To an instant
      When the clock is moved to 1 hour from now
      Then the clock has moved on by 60 minutes

  @CT-CLOCK-002
  Rule: The clock goes to what is due next, says what it was, and is settled then

    Scenario: A debit that the bank settles later
      Given a channel of kind agreement_bank
      And the card is signed
      And the bank settles 30 seconds after the charge
      And the member charges 100.00 yuan
      When the clock is moved to the next due thing
      Then the clock says that a settlement of the order happened and that all is settled
      When the member queries the charge
      Then the charge is succeeded

  @CT-CLOCK-003
  Rule: What is due can be listed before it happens

    Scenario: A settlement that is due
      Given a channel of kind agreement_bank
      And the card is signed
      And the bank settles 30 seconds after the charge
      When the member charges 100.00 yuan
      Then a settlement of the order is due in 30 seconds
      When the clock is moved on by 1 minute
      Then no settlement of the order is due

  @CT-CLOCK-004
  Rule: Time does not go back

    Scenario: An instant that is over
      When the clock is moved to 1 hour ago
      Then the control plane refuses it and names "to"
      And the clock has moved on by 0 minutes

  @CT-CLOCK-005
  Rule: A clock is told one thing at a time

    Scenario: A duration and an instant
      When the clock is told a duration and an instant at once
      Then the control plane refuses it
      And the clock has moved on by 0 minutes

  @CT-CLOCK-006
  Rule: Real time is moved by nobody

    Scenario: A world on real time
      Given another world on real time is made
      When the clock of the other world is moved on by 1 minute
      Then the control plane refuses it with invalid_request

  @CT-CLOCK-007
  Rule: Where nothing is due, the clock stays

    Scenario: A world at rest
      When the clock is moved to the next due thing
      Then the clock has moved on by 0 minutes
