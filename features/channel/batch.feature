@needs-inbox @needs-ledger
Feature: Bringing old customers along
  Whoever signed in former days is brought along in batches, and notices nothing (T7).

  @CH-SIGN-017 @T7
  Rule: Each item is judged by itself

    Scenario Outline: Two customers of former days at a <kind> channel
      Given a channel of kind <kind>
      When the member brings the card and somebody else's along in a batch
      Then the batch has 2 signed and 0 declined
      And no SMS is on the registered mobile
      And the truth shows exactly 1 agreement

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |

    Scenario Outline: One whose <element> no longer fits
      Given a channel of kind agreement_bank
      When the member brings the card along in a batch beside one whose <element> is wrong
      Then the batch has 1 signed and 1 declined
      And item 1 of the batch is signed
      And item 2 of the batch is declined because of elements_mismatch

      Examples:
        | element     |
        | name        |
        | ID number   |
        | card number |
        | mobile      |

    Scenario: Who was brought along pays without a code
      Given a channel of kind agreement_bank
      And the member brings the card and somebody else's along in a batch
      When the member charges 100.00 yuan
      Then the charge is succeeded
      And the bank's ledger shows exactly one debit of 100.00 yuan

    Scenario: An item can be asked about like any signing
      Given a channel of kind agreement_bank
      And the member brings the card and somebody else's along in a batch
      When the member queries the signing
      Then the signing is signed

    Scenario: A channel that keeps no bindings
      Given a channel of kind withholding_raw
      When the member brings the card and somebody else's along in a batch
      Then the message is refused with invalid_request

  @CH-SIGN-018 @T7
  Rule: A batch number stands for one batch

    Scenario: The same batch again
      Given a channel of kind agreement_bank
      And the member brings the card along in a batch beside one whose name is wrong
      When the member repeats the batch
      Then the answer is the same as before
      And the truth shows exactly 1 agreement

    Scenario: The same number with other content
      Given a channel of kind agreement_bank
      And the member brings the card along in a batch beside one whose name is wrong
      When the member repeats the batch with another day of signing
      Then the message is refused with number_reused and HTTP status 409

    Scenario: Asking about a batch
      Given a channel of kind agreement_bank
      And the member brings the card along in a batch beside one whose name is wrong
      When the member queries the batch
      Then the answer is the same as before

    Scenario: A batch that never was
      Given a channel of kind agreement_bank
      When the member queries a batch that never was
      Then the message is refused with batch_not_found and HTTP status 404

  @CH-SIGN-019 @T7
  Rule: A signing is one signing, in a batch and outside

    Scenario: A number that was bound before
      Given a channel of kind agreement_bank
      And the member brings the card and somebody else's along in a batch
      When the member brings the card along once more in a batch with the number of its signing
      Then the batch has 1 signed and 0 declined
      And item 1 of the batch carries the agreement that is alive
      And the truth shows exactly 1 agreement

    Scenario: A number that stands twice in one batch
      Given a channel of kind agreement_bank
      When the member brings the card along in a batch that names its signing twice
      Then the batch has 1 signed and 1 declined
      And item 2 of the batch is refused with number_reused
