@needs-faults @needs-clock @needs-socket @needs-ledger @needs-inbox
Feature: Plans for notifications
  A plan says sending by sending how a notification is to go out. A log tells of each delivery what became of it.

  @CT-NOTICE-001
  Rule: A notification goes out as planned, and the log tells each delivery

    Scenario: Forged first, true ten seconds later
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the next debit is notified as wrong_key, then 10 seconds later as plain
      And the member has charged 100.00 yuan
      When 1 minute passes
      Then the log shows deliveries wrong_key, plain
      And 2 letters have come to the member

    Scenario: Nothing is ever sent
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the next debit is never notified
      And the member has charged 100.00 yuan
      When 3 hours pass
      Then 0 letters have come to the member

    Scenario: The debit after the planned one
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the next debit is never notified
      And the member has charged 100.00 yuan
      And the member has charged 20.00 yuan
      When 1 minute passes
      Then 1 letter has come to the member

  @CT-NOTICE-002
  Rule: A plan that could not be carried out is refused with the reason

    Scenario: The wrong amount of a signing
      When a plan to notify signings as wrong_amount is asked for
      Then the control plane refuses it
      And the refusal gives a hint

  @CT-NOTICE-003
  Rule: A notification can be sent once more, at any time

    Scenario: The same event again
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the member has charged 100.00 yuan
      And 1 minute passes
      When the notification is sent once more
      And 1 minute passes
      Then 2 notifications have arrived
      And all notifications are about one event, each signed anew
