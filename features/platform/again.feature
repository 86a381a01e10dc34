@needs-inbox @needs-ledger
Feature: Signing again
  The payer binds a card at the platform once. Each channel that binds needs its own agreement, so a card that is signed at
  one channel may have to be signed at another in the middle of a payment. The page then asks for a payment code while
  the SMS speaks of signing. This is awkward, and software must be able to see it.

  @PF-AGAIN-001 @T10
  Rule: When prompt and SMS differ, the answer says so, with reason and hint

    Scenario: The channel where the card is signed is gone
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A is put into maintenance
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while bank texts about signing
      And prompt and SMS differ because of signed_elsewhere, and the hint says so in both languages
      And the bank's SMS about signing is on the registered mobile
      And the text of the SMS says 签约

    Scenario: The channel where the card is signed is healthy, but another one is better
      Given the merchant routes route-first
      And the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      When channel B becomes the preferred one
      And the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while bank texts about signing
      And prompt and SMS differ because of signed_elsewhere, and the hint says so in both languages
      And the SMS with the code came by channel B

    Scenario: The page that was landed on promised a payment code
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A is switched off
      When the payer lands on the payment page to pay 88.00 yuan
      Then the page shows a box for a payment code
      When the payer pays 88.00 yuan from that page
      Then prompt and SMS differ because of signed_elsewhere, and the hint says so in both languages

    Scenario Outline: A first signing at a <kind> channel, where <sender> texts
      Given the merchant has channel A, of kind <kind>
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while <sender> texts about signing
      And prompt and SMS differ because of first_signing, and the hint says so in both languages
      And each SMS is what the payer was told to expect

      Examples:
        | kind                  | sender      |
        | agreement_bank        | bank        |
        | agreement_third_party | third_party |
        | bank_direct           | bank        |
        | code_every_payment    | bank        |

  @PF-AGAIN-002 @T10
  Rule: Each cause has a reason of its own

    Scenario: The customer has cancelled at the bank
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And the payer cancels the agreement at the bank
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of cancelled_at_bank, and the hint says so in both languages
      When the payer types the code of the SMS
      Then the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

    @needs-clock
    Scenario: An agreement that lives for 730 days has come to its age
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel B
      And channel A is switched off
      And 731 days pass
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of expired, and the hint says so in both languages

    Scenario: The merchant has terminated the agreement
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And the agreement at channel A is terminated there
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of terminated, and the hint says so in both languages

    Scenario: The payer has taken the card away and binds it again
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And the payer takes the card away
      And the payer binds the card again
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of terminated, and the hint says so in both languages
      When the payer types the code of the SMS
      Then the payment is succeeded
      And channel A keeps 1 live agreement

    Scenario: The channel no longer knows the agreement
      Given the merchant has channel A, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A loses the agreement
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of unknown_to_channel, and the hint says so in both languages

    Scenario: Raw withholding has come to its end
      Given the merchant has channel A, of kind withholding_raw
      And the merchant has channel B, of kind agreement_bank
      And the payer has paid 20.00 yuan at channel A
      And channel A is retired
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of raw_retired, and the hint says so in both languages

  @PF-AGAIN-003 @T10
  Rule: A channel's own history wins over a signing elsewhere

    Scenario: Cancelled here and signed elsewhere
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel A
      And the payer has verified the card at channel B
      And channel B is switched off
      And channel A loses the agreement
      When the payer pays 88.00 yuan
      Then prompt and SMS differ because of unknown_to_channel, and the hint says so in both languages

  @PF-AGAIN-004 @T10
  Rule: Where prompt and SMS agree, nothing is said of a difference

    Scenario Outline: The platform texts itself on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while platform texts about payment
      And prompt and SMS agree
      And each SMS is what the payer was told to expect

      Examples:
        | kind                 |
        | binding_platform     |
        | withholding_platform |

    Scenario: A signed card on a channel that wants a code on every payment
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      When the payer pays 88.00 yuan
      Then prompt and SMS agree
      And the text of the SMS says 支付

  @PF-AGAIN-005 @T11
  Rule: Payer and merchant never learn which channel it is

    @needs-socket
    Scenario: A payment that signs again, from the page to the notice
      Given the merchant has a webhook
      And the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer has verified the card at channel A
      And channel A is put into maintenance
      When the payer lands on the payment page to pay 88.00 yuan
      And the payer pays 88.00 yuan, giving every code that is asked for
      Then the card has 2 live agreements
      And the merchant has been told something by answers, notices and webhooks
      And nothing that payer and merchant were told names a channel

    Scenario: A payment that fails
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_third_party
      And the payer binds the card with somebody else's name
      When the payer pays 88.00 yuan
      Then the payment is failed because of elements_mismatch
      And nothing that payer and merchant were told names a channel

    @needs-faults
    Scenario: A payment of unknown outcome
      Given the merchant has channel A, of kind withholding_raw
      And channel A will never receive the next charge
      When the payer pays 88.00 yuan
      Then the payment is processing
      And nothing that payer and merchant were told names a channel

  @PF-AGAIN-006 @T10
  Rule: Signing at another channel takes a code, but never the elements again

    Scenario: One card, two agreements
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A is put into maintenance
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then the payment is succeeded
      And channel A keeps 1 live agreement
      And channel B keeps 1 live agreement
      And the card has 2 live agreements

    Scenario: The next payment is silent again
      Given the merchant has channel A, of kind agreement_bank
      And the merchant has channel B, of kind agreement_bank
      And the payer has verified the card at channel A
      And channel A is put into maintenance
      And the payer has paid 88.00 yuan
      When the payer pays 20.00 yuan
      Then the payment is succeeded
      And the last debit was made at channel B
