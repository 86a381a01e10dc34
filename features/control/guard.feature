@needs-clock @needs-ledger @needs-inbox
Feature: Guards
  Nothing that could be a real person's is kept, and a bad request harms no world.

  @CT-GUARD-001
  Rule: A card that could be somebody's is refused, unrepeated and unkept

    Scenario: A number without the test marker
      When a card that could be somebody's is to be issued
      Then the control plane refuses it with not_test_data and names "card_number"
      And the refusal gives a hint
      And the refusal does not repeat the number
      And the world has as many cards as before

    Scenario: An ID number of a real region
      When a card whose holder could be somebody is to be issued
      Then the control plane refuses it with not_test_data and names "id_number"
      And the refusal does not repeat the number
      And the world has as many cards as before

    Scenario: At a channel
      Given a channel of kind agreement_bank
      When the member applies for a signing with a card that could be somebody's
      Then the message is refused with invalid_request
      And the journal does not repeat the number
      And no SMS is on the registered mobile

  @CT-GUARD-002
  Rule: A world may be told to take a number, and says so

    Scenario: A number that was allowed
      When another world is made that allows a card without the test marker
      Then the other world lists that card as allowed
      And the card can be issued there

  @CT-GUARD-003
  Rule: A request the document does not know is refused with the member that is wrong

    Scenario Outline: A world asked for with a <wrong>
      When a world is asked for with a <wrong>
      Then the control plane refuses it and names "<member>"

      Examples:
        | wrong            | member   |
        | negative seed    | seed     |
        | strange member   | colour   |
        | name in capitals | world_id |
        | strange template | template |

  @CT-GUARD-004
  Rule: A world that is refused leaves nothing behind

    Scenario: A good name with a bad fault
      When a world is asked for with a fault that could have no effect
      Then the control plane refuses it
      And the other world is not found

  @CT-GUARD-005
  Rule: A request that is too large is refused and changes nothing

    Scenario: A megabyte of rule
      When a rule of a megabyte is asked for
      Then the control plane refuses it with too_large
      And the world has no faults
