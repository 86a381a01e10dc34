@needs-inbox @needs-ledger
Feature: The life of an agreement
  An agreement is alive, or it says how it ended.

  @CH-AGREEMENT-001 @T4
  Rule: An agreement can be asked about

    Scenario: By its number
      Given a channel of kind agreement_bank
      And the card is signed
      When the member queries the agreement
      Then the agreement is active
      And the agreement shows the card masked

    Scenario: By payer and card
      Given a channel of kind agreement_bank
      And the card is signed
      And the member queries the agreement
      When the member queries the agreement by payer and card
      Then the agreement is active
      And the answer is the same as before

  @CH-AGREEMENT-002
  Rule: A terminated agreement is over

    Scenario: Charging by a terminated agreement
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has terminated the agreement
      When the member charges 100.00 yuan
      Then the charge is declined because of agreement_terminated
      And the bank's ledger shows no debit

    Scenario: Terminating twice
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has terminated the agreement
      When the member terminates the agreement
      Then the agreement is terminated

  @CH-AGREEMENT-003
  Rule: The customer may cancel at the bank

    Scenario: Charging after the customer has cancelled
      Given a channel of kind agreement_bank
      And the card is signed
      And the payer cancels the agreement at the bank
      When the member charges 100.00 yuan
      Then the charge is declined because of agreement_cancelled
      And the bank's ledger shows no debit

    Scenario: Asking after the customer has cancelled
      Given a channel of kind agreement_bank
      And the card is signed
      And the payer cancels the agreement at the bank
      When the member queries the agreement
      Then the agreement is cancelled_at_bank

  @CH-AGREEMENT-004 @needs-clock
  Rule: Agreements may age

    Scenario: Charging by an agreement past its lifetime
      Given a channel of kind agreement_bank whose agreements end after 730 days
      And the card is signed
      And 731 days pass
      When the member charges 100.00 yuan
      Then the charge is declined because of agreement_expired
      And the bank's ledger shows no debit

    Scenario: Asking for an agreement past its lifetime
      Given a channel of kind binding_platform whose agreements end after 365 days
      And the card is signed
      And 366 days pass
      When the member queries the agreement
      Then the agreement is expired

  @CH-AGREEMENT-005 @T10
  Rule: An agreement serves one channel

    Scenario: Charging elsewhere by an agreement of the first channel
      Given a channel of kind agreement_bank
      And the card is signed
      When the member turns to another channel of the same kind
      And the member charges 100.00 yuan by agreement
      Then the charge is declined because of agreement_missing
      And the bank's ledger shows no debit

    Scenario: Asking elsewhere for an agreement of the first channel
      Given a channel of kind agreement_bank
      And the card is signed
      When the member turns to another channel of the same kind
      And the member queries the agreement
      Then the message is refused with agreement_not_found and HTTP status 404

    Scenario: A card signed at one channel is texted anew at the next
      Given a channel of kind agreement_bank
      And the card is signed
      When the member turns to another channel of the same kind
      And the member applies for a signing
      Then the bank's SMS about signing is on the registered mobile
      And exactly 2 SMS are on the registered mobile

  @CH-AGREEMENT-006
  Rule: Signing again makes another agreement

    Scenario: Signing after termination
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has terminated the agreement
      When the card is signed
      Then the new agreement has a number of its own
      And the truth shows exactly 2 agreements

  @CH-AGREEMENT-007
  Rule: An agreement that is unknown to the channel debits nothing

    Scenario: The channel has lost the agreement
      Given a channel of kind agreement_bank
      And the card is signed
      And the channel loses the agreement
      When the member charges 100.00 yuan
      Then the charge is declined because of agreement_missing
      And the bank's ledger shows no debit

    Scenario: The agreement never was
      Given a channel of kind agreement_bank
      When the member charges 100.00 yuan under an agreement that does not exist
      Then the charge is declined because of agreement_missing
