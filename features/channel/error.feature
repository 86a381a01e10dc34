@needs-ledger @needs-inbox
Feature: Messages that are not accepted
  Servers are strict. A problem says what is wrong and where, and nothing has happened.

  @CH-ERROR-001
  Rule: A body that breaks the document is refused by the member's name

    Scenario Outline: A charge <defect>
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge arrives <defect>
      Then the message is refused with invalid_request and HTTP status 400
      And the problem names the member "<member>"
      And the bank's ledger shows no debit

      Examples:
        | defect                      | member     |
        | whose amount is a text      | amount     |
        | whose amount is a fraction  | amount     |
        | whose amount is negative    | amount     |
        | whose amount is zero        | amount     |
        | whose amount is missing     | amount     |
        | whose amount is there twice | amount     |
        | whose currency is unknown   | currency   |
        | whose order number is empty | order_no   |
        | whose order time is no time | order_time |
        | with a member nobody knows  | tip        |

  @CH-ERROR-002
  Rule: A body that is not one JSON object is refused

    Scenario Outline: A charge <defect>
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge arrives <defect>
      Then the message is refused with invalid_request and HTTP status 400
      And the bank's ledger shows no debit

      Examples:
        | defect                           |
        | whose body is cut off            |
        | whose body goes on after its end |
        | whose body is an array           |
        | whose body nests too deep        |

  @CH-ERROR-003
  Rule: A body above the cap is refused at once

    Scenario: Two megabytes
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge arrives whose body has 2 MB
      Then the message is refused with too_large and HTTP status 413
      And the bank's ledger shows no debit

  @CH-ERROR-004
  Rule: JSON is the one media type

    Scenario: A charge as plain text
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge arrives with content type text/plain
      Then the message is refused with unsupported_media_type and HTTP status 415
      And the bank's ledger shows no debit

  @CH-ERROR-005
  Rule: What is not served is a problem too

    Scenario: A path that nobody serves
      Given a channel of kind agreement_bank
      When a request to a path that nobody serves arrives
      Then the message is refused with not_found and HTTP status 404

    Scenario: A method that nobody serves
      Given a channel of kind agreement_bank
      When a DELETE of a charge arrives
      Then the message is refused with method_not_allowed and HTTP status 405

  @CH-ERROR-006
  Rule: A member must be known

    Scenario: A stranger's charge
      Given a channel of kind agreement_bank
      And the card is signed
      When a charge of a member that nobody knows arrives
      Then the message is refused with unknown_member
      And the bank's ledger shows no debit
