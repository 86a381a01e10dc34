@needs-ledger @needs-inbox
Feature: Giving money back
  A refund goes to the card that was debited, and never above what was debited.

  @CH-REFUND-001
  Rule: A charge is refunded in full or in parts

    Scenario Outline: A full refund at a <kind> channel
      Given a channel of kind <kind>
      And the card is ready to be charged
      And the member has charged 100.00 yuan
      When the member refunds 100.00 yuan
      Then the refund is succeeded
      And the bank's ledger shows refunds of 100.00 yuan in all

      Examples:
        | kind             |
        | agreement_bank   |
        | binding_platform |
        | withholding_raw  |

    Scenario: Two parts
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 500.00 yuan
      And the member has charged 100.00 yuan
      And the member has refunded 30.00 yuan
      When the member refunds 70.00 yuan
      Then the refund is succeeded
      And the card's balance has become 500.00 yuan

  @CH-REFUND-002
  Rule: Never more than was debited

    Scenario: A refund above the charge
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      When the member refunds 100.01 yuan
      Then the refund is declined because of refund_exceeds
      And the bank's ledger shows refunds of 0.00 yuan in all

    Scenario: Parts above the charge
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 60.00 yuan
      When the member refunds 60.00 yuan
      Then the refund is declined because of refund_exceeds
      And the bank's ledger shows refunds of 60.00 yuan in all

    Scenario: A charge that is refunded already
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 100.00 yuan
      When the member refunds 1.00 yuan
      Then the refund is declined because of already_refunded

  @CH-REFUND-003
  Rule: A refund can be asked about

    Scenario: A refund that was made
      Given a channel of kind agreement_bank
      And the card is signed
      And the member has charged 100.00 yuan
      And the member has refunded 100.00 yuan
      When the member queries the refund
      Then the refund is succeeded

    Scenario: A refund that never was
      Given a channel of kind agreement_bank
      When the member queries a refund that was never asked for
      Then the message is refused with refund_not_found and HTTP status 404

  @CH-REFUND-004
  Rule: Where nothing was debited, nothing is given back

    Scenario: A charge that was declined
      Given a channel of kind agreement_bank
      And the card is signed
      And the card's balance is 1.00 yuan
      And the member charges 100.00 yuan
      When the member refunds 100.00 yuan
      Then the refund is declined because of refund_exceeds
      And the bank's ledger shows refunds of 0.00 yuan in all

    Scenario: An order that never was
      Given a channel of kind agreement_bank
      When the member refunds 100.00 yuan of an order that the channel has never seen
      Then the message is refused with order_not_found
      And the bank's ledger shows refunds of 0.00 yuan in all
