@needs-clock @needs-inbox @needs-ledger @needs-faults
Feature: Finding out what happened
  Inbox, journal and books can be asked, waited for and held against what should be there.

  @CT-RECORD-001
  Rule: The inbox tells what came after a message already read

    Scenario: The second code
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      And the inbox is read
      When 1 minute passes
      And the member asks for the code again
      Then reading on finds 1 message

  @CT-RECORD-002
  Rule: Waiting ends at once when it is there, and with nothing when it is not

    Scenario: A message that is there
      Given a channel of kind agreement_bank
      When the member has applied for a signing
      Then waiting for an SMS about signing finds 1 message

    Scenario: A message that never comes
      Given a channel of kind agreement_bank
      When the member has applied for a signing
      Then waiting for an SMS about payment finds 0 messages

  @CT-RECORD-003
  Rule: What happened can be held against a count

    Scenario Outline: <words> debit, with one made
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When it is verified that there was <words> debit of 100.00 yuan
      Then that <verdict>

      Examples:
        | words       | verdict       |
        | exactly 1   | holds         |
        | at least 1  | holds         |
        | at most 1   | holds         |
        | exactly 2   | does not hold |
        | at least 2  | does not hold |
        | exactly 0   | does not hold |

  @CT-RECORD-004
  Rule: What nearly fits is shown, with the member that differs

    Scenario: Another amount
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When it is verified that there was exactly 1 debit of 99.00 yuan
      Then that does not hold
      And the near miss says that amount is 10000 and not 9900

  @CT-RECORD-005
  Rule: A question that nothing could answer is refused

    Scenario: An amount in the inbox
      When it is verified that an SMS of 1.00 yuan arrived
      Then the control plane refuses it and names "amount"

  @CT-RECORD-006
  Rule: One number pulls the whole story, and the story shows nobody's data

    Scenario Outline: The story of a debit whose answer was lost, as <form>
      Given a channel of kind agreement_bank
      And the card is signed
      And charges fail with withhold_reply, once in the world
      And the member charges 100.00 yuan
      When the story of the order is told as <form>
      Then the story names the order and the debit
      And the story shows no card number, ID number, mobile or code in full

      Examples:
        | form    |
        | json    |
        | mermaid |
        | svg     |

  @CT-RECORD-007
  Rule: The canonical export of a world shows nobody's data

    Scenario: After a signing and a debit
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the canonical state of the world is read
      Then it shows no card number, ID number or mobile in full
