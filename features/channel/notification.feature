@needs-inbox @needs-ledger @needs-clock @needs-socket
Feature: What a channel tells unasked
  Notifications are repeated until acknowledged. They may get lost, come twice or late.

  @CH-NOTIFY-001
  Rule: A debit is notified

    Scenario Outline: A debit at a <kind> channel
      Given a channel of kind <kind>
      And the member wants to be notified
      And the card is ready to be charged
      When the member charges 100.00 yuan
      And 1 minute passes
      Then a notification of charge.succeeded has arrived
      And the notification is signed and names the order

      Examples:
        | kind                 |
        | agreement_bank       |
        | bank_direct          |
        | withholding_platform |

  @CH-NOTIFY-002
  Rule: Until it is acknowledged, a notification is repeated

    Scenario: A member that does not acknowledge
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified, but acknowledges nothing
      And the member has charged 100.00 yuan
      When 20 seconds pass
      Then 2 notifications have arrived
      And all notifications are about one event, each signed anew

    Scenario: A member that begins to acknowledge
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified, but acknowledges nothing
      And the member has charged 100.00 yuan
      And 20 seconds pass
      When the member begins to acknowledge
      And 3 hours pass
      Then 3 notifications have arrived

    Scenario: The schedule comes to its end
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified, but acknowledges nothing
      And the member has charged 100.00 yuan
      When time moves on until nothing is due for 1 day
      Then 6 notifications have arrived

  @CH-NOTIFY-003
  Rule: Once acknowledged, a notification stops

    Scenario: A member that acknowledges at once
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the member has charged 100.00 yuan
      When 3 hours pass
      Then 1 notification has arrived

  @CH-NOTIFY-004 @needs-faults
  Rule: A lost notification comes again

    Scenario: The first delivery is lost
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the first delivery of the next notification will be dropped
      And the member has charged 100.00 yuan
      When 10 seconds pass
      Then 0 notifications have arrived
      When 10 seconds pass
      Then 1 notification has arrived

  @CH-NOTIFY-005 @needs-faults
  Rule: A notification may come more than once

    Scenario: Three copies
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the next notification will be delivered 3 times over
      And the member has charged 100.00 yuan
      When 1 minute passes
      Then 3 notifications have arrived
      And all notifications are about one event, each signed anew

  @CH-NOTIFY-006 @needs-faults
  Rule: A notification may come late

    Scenario: Ten minutes late
      Given a channel of kind agreement_bank
      And the card is signed
      And the member wants to be notified
      And the next notification will come 10 minutes late
      And the member has charged 100.00 yuan
      When 5 minutes pass
      Then 0 notifications have arrived
      When 6 minutes pass
      Then the notification is signed and names the order

  @CH-NOTIFY-007
  Rule: Signings and refunds are notified too

    Scenario: A signing that succeeds
      Given a channel of kind agreement_bank
      And the member wants to be notified
      And the card is signed
      When 1 minute passes
      Then a notification of signing.signed has arrived

    Scenario: A refund that succeeds
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member wants to be notified
      And the member has refunded 100.00 yuan
      When 1 minute passes
      Then a notification of refund.succeeded has arrived

  @CH-NOTIFY-008
  Rule: The end of an agreement is notified to those who did not make it

    Scenario Outline: The customer of a <kind> channel cancels at the bank
      Given a channel of kind <kind>
      And the member wants to be notified
      And the card is signed
      When the payer cancels the agreement at the bank
      And 1 minute passes
      Then a notification of agreement.ended has arrived
      And the notification names the agreement as cancelled_at_bank

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |

    Scenario: The member terminates it itself
      Given a channel of kind agreement_bank
      And the member wants to be notified
      And the card is signed
      When the member terminates the agreement
      And 3 hours pass
      Then 1 notification has arrived
      And a notification of signing.signed has arrived
