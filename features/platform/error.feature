@needs-ledger @needs-inbox
Feature: Requests that are not accepted

  @PF-ERROR-001
  Rule: A request that breaks the document is refused, names what is wrong, and changes nothing

    Scenario Outline: A payment <defect>
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends a payment <defect>
      Then the platform refuses with invalid_request and HTTP status 400
      And the refusal names the member "<member>"
      And the bank's ledger shows no debit

      Examples:
        | defect                      | member   |
        | whose amount is a text      | amount   |
        | whose amount is a fraction  | amount   |
        | whose amount is negative    | amount   |
        | whose amount is zero        | amount   |
        | whose amount is missing     | amount   |
        | whose amount is there twice | amount   |
        | whose currency is unknown   | currency |
        | with a member nobody knows  | tip      |

    Scenario Outline: A payment <defect>, which is no JSON object
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends a payment <defect>
      Then the platform refuses with invalid_request and HTTP status 400
      And the bank's ledger shows no debit

      Examples:
        | defect                           |
        | whose body is cut off            |
        | whose body goes on after its end |
        | whose body is an array           |
        | whose body nests too deep        |

    Scenario: A payment whose body is too large
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends a payment whose body has 2 MB
      Then the platform refuses with too_large and HTTP status 413

  @PF-ERROR-002
  Rule: Who shows no token of the scope is not let in

    Scenario: A token that nobody has
      Given the merchant has channel A, of kind withholding_raw
      When the merchant sends a payment without a token
      Then the platform refuses with unauthorized and HTTP status 401
      And the bank's ledger shows no debit

  @PF-ERROR-003
  Rule: What does not exist is not found

    Scenario: A card that was never bound
      Given the merchant has channel A, of kind withholding_raw
      When the merchant pays with a card that was never bound
      Then the platform refuses with not_found and HTTP status 404
