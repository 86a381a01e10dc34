@needs-inbox @needs-ledger
Feature: Signing a card inside a payment
  Who texts, who checks the code and what a debit needs follows from the channel's attributes. The payer only sees a code
  box.

  @PF-SIGN-001 @T3 @T4 @T5
  Rule: The kind of channel decides how many codes the first payment takes, who texts and about what

    Scenario Outline: A first payment on a <kind> channel, where <sender> texts about <about>
      Given the merchant has channel A, of kind <kind>
      When the payer pays 88.00 yuan, giving every code that is asked for
      Then <codes> asked for, the first sent by <sender> about <about>
      And each SMS is what the payer was told to expect
      And the payment is succeeded
      And the bank's ledger shows exactly one debit of 88.00 yuan

      Examples:
        | kind                  | codes        | sender      | about   |
        | agreement_bank        | 1 code was   | bank        | signing |
        | agreement_third_party | 1 code was   | third_party | signing |
        | binding_platform      | 1 code was   | platform    | payment |
        | withholding_platform  | 1 code was   | platform    | payment |
        | bank_direct           | 1 code was   | bank        | signing |
        | code_every_payment    | 2 codes were | bank        | signing |

    Scenario: A first payment on a withholding_raw channel takes no code
      Given the merchant has channel A, of kind withholding_raw
      When the payer pays 88.00 yuan
      Then the payment is succeeded
      And nobody has been texted
      And channel A has heard 1 element check
      And the bank's ledger shows exactly one debit of 88.00 yuan

  @PF-SIGN-002 @T5
  Rule: One code signs and pays

    @smoke
    Scenario: The code of the bank's signing SMS
      Given the merchant has channel A, of kind agreement_bank
      When the payer pays 88.00 yuan
      Then the payment is code_required
      When the payer types the code of the SMS
      Then the payment is succeeded
      And the card has 1 live agreement
      And exactly 1 code has been texted

  @PF-SIGN-003
  Rule: A channel that wants a code on every payment is never silent

    Scenario: The first payment takes two codes, the second one about the payment
      Given the merchant has channel A, of kind code_every_payment
      And the payer pays 88.00 yuan
      When the payer types the code of the SMS
      Then the payment is code_required
      And the payer is asked for a payment code, while third_party texts about payment
      When the payer types the code of the SMS
      Then the payment is succeeded

    Scenario: A later payment takes one code, about the payment
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while third_party texts about payment
      When the payer types the code of the SMS
      Then the payment is succeeded

    Scenario: A signed card is not debited while the payer is absent
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      When 88.00 yuan are debited by schedule, the payer absent
      Then the payment is failed because of payer_needed
      And the bank's ledger shows no debit

  @PF-SIGN-004 @T2 @T3
  Rule: The platform never texts a number that nobody has confirmed

    Scenario Outline: The element check comes first on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while platform texts about payment
      And the element check came before the code was texted

      Examples:
        | kind                 |
        | binding_platform     |
        | withholding_platform |

    Scenario Outline: A wrong mobile on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer binds the card with somebody else's mobile
      When the payer pays 88.00 yuan
      Then the payment is failed because of elements_mismatch
      And nobody has been texted

      Examples:
        | kind                 |
        | binding_platform     |
        | withholding_platform |

  @PF-SIGN-005 @T1 @T2
  Rule: Elements that are not those of one card end the payment, whichever is wrong

    Scenario Outline: Somebody else's <element> on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer binds the card with somebody else's <element>
      When the payer pays 88.00 yuan
      Then the payment is failed because of elements_mismatch
      And the payment cannot be tried again
      And the bank's ledger shows no debit

      Examples:
        | element   | kind                  |
        | name      | agreement_bank        |
        | ID number | agreement_third_party |
        | mobile    | agreement_bank        |
        | name      | withholding_raw       |
        | ID number | withholding_platform  |

  @PF-SIGN-006 @T2
  Rule: Only the resident ID card is accepted as ID

    Scenario Outline: A card bound with ID type <id_type>
      Given the merchant has channel A, of kind agreement_bank
      And the payer binds the card with ID type <id_type>
      When the payer pays 88.00 yuan
      Then the payment is failed because of id_type_unsupported
      And nobody has been texted

      Examples:
        | id_type  |
        | passport |
        | officer  |

  @PF-SIGN-007 @T5
  Rule: A wrong code costs a try and nothing else, whoever checks it

    Scenario Outline: One wrong code on a <kind> channel, then the right one
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the payer types a wrong code
      Then the platform refuses with wrong_code and HTTP status 422
      And the payer has 4 tries left
      When the payer types the code of the SMS
      Then the payment is succeeded

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |
        | withholding_platform  |

  @PF-SIGN-008
  Rule: When the tries are used up, the right code no longer helps

    Scenario Outline: Five wrong codes on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the payer types a wrong code 5 times
      Then the platform refuses with locked and HTTP status 423
      And the payment is failed because of code_exhausted
      When the payer types the code of the SMS
      Then the platform refuses with wrong_state
      And the bank's ledger shows no debit

      Examples:
        | kind                 |
        | agreement_bank       |
        | binding_platform     |
        | withholding_platform |

    Scenario: Five wrong codes about the payment
      Given the merchant has channel A, of kind code_every_payment
      And the payer has verified the card at channel A
      And the payer pays 88.00 yuan
      When the payer types a wrong code 5 times
      Then the platform refuses with locked and HTTP status 423
      And the payment is failed because of code_exhausted
      And the payment can be tried again
      And the bank's ledger shows no debit

  @PF-SIGN-009 @needs-clock
  Rule: A code that has expired is not taken; a new one can be had

    Scenario Outline: A code of a <kind> channel after six minutes
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      And 6 minutes pass
      When the payer types the code of the SMS
      Then the platform refuses with code_expired and HTTP status 410
      When the payer asks for the code again
      And the payer types the code of the SMS
      Then the payment is succeeded

      Examples:
        | kind                 |
        | agreement_bank       |
        | binding_platform     |
        | withholding_platform |

  @PF-SIGN-010 @needs-clock
  Rule: The code of an older SMS is refused by the platform itself

    Scenario Outline: The first of two codes on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      And 61 seconds pass
      And the payer asks for the code again
      When the payer types the code of the first SMS
      Then the platform refuses with code_superseded and HTTP status 409
      And channel A has heard no signing confirmation
      When the payer types the code of the SMS
      Then the payment is succeeded

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

    Scenario: Asking again too soon
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      When the payer asks for the code again
      Then the platform refuses with too_frequent and HTTP status 429
      And the refusal tells when to try again
      And exactly 1 code has been texted

  @PF-SIGN-011 @needs-clock
  Rule: The leading zeros of a code count

    Scenario Outline: A code with a leading zero on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 1.00 yuan until a code begins with a zero
      When the payer types the code of the SMS but for its leading zero
      Then the platform refuses with wrong_code
      When the payer types the code of the SMS
      Then the payment is succeeded

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

  @PF-SIGN-012 @T5
  Rule: A card can be verified without a payment

    Scenario Outline: Authentication application and confirmation on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      When the payer verifies the card
      Then the payer is asked for the code of the verification, while <sender> texts about signing
      And prompt and SMS agree
      When the payer types the code of the SMS
      Then the card is verified
      And the bank's ledger shows no debit

      Examples:
        | kind                  | sender      |
        | agreement_bank        | bank        |
        | agreement_third_party | third_party |
        | binding_platform      | platform    |

  @PF-SIGN-013 @needs-clock
  Rule: Within the resend gap nobody is texted again, whatever became of the SMS before

    @needs-faults
    Scenario: The application is not answered, nor is any query
      Given the merchant has channel A, of kind agreement_bank
      And channel A will withhold its reply to the next signing application
      And channel A will withhold its reply to every signing query
      And the payer pays 88.00 yuan
      When the payer asks for the code again
      Then the platform refuses with too_frequent and HTTP status 429
      And the refusal tells when to try again
      And exactly 1 code has been texted
      When 61 seconds pass
      And the payer asks for the code again
      Then exactly 2 codes have been texted
      When the payer types the code of the SMS
      Then the payment is succeeded

    Scenario Outline: Another payment of the same card on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      When the payer pays 20.00 yuan
      Then the platform refuses with too_frequent and HTTP status 429
      And exactly 1 code has been texted

      Examples:
        | kind                 |
        | agreement_bank       |
        | withholding_platform |

  @PF-SIGN-014 @T1 @T8
  Rule: A code counts for the element check it followed

    Scenario: Other elements take the place of those that were checked
      Given the merchant has channel A, of kind withholding_platform
      And the payer has verified the card at channel A
      And the payer binds the card with somebody else's mobile
      When the payer pays 88.00 yuan
      Then the payment is failed because of elements_mismatch
      And exactly 1 code has been texted
      And the bank's ledger shows no debit

    Scenario: The right elements are given again
      Given the merchant has channel A, of kind withholding_platform
      And the payer has verified the card at channel A
      And the payer binds the card with somebody else's mobile
      And the payer binds the card again
      When the payer pays 88.00 yuan
      Then the payer is asked for a payment code, while platform texts about payment
      When the payer types the code of the SMS
      Then the payment is succeeded

    Scenario: The new check has passed, but its code was never given back
      Given the merchant has channel A, of kind withholding_platform
      And the payer has verified the card at channel A
      And the payer binds the card with somebody else's mobile
      And the payer binds the card again
      And the payer pays 88.00 yuan
      When 20.00 yuan are debited by schedule, the payer absent
      Then the payment is failed because of payer_needed
      And the bank's ledger shows no debit

  @PF-SIGN-015 @needs-clock
  Rule: A newer signing takes the place of one that waits, and tells what that one served

    Scenario Outline: A second payment on an unsigned card, on a <kind> channel
      Given the merchant has channel A, of kind <kind>
      And the payer pays 88.00 yuan
      And 61 seconds pass
      When the payer pays 20.00 yuan
      Then the payment is code_required
      And the payment before is failed because of superseded
      When the payer types the code of the SMS
      Then the payment is succeeded
      And the bank's ledger shows exactly one debit of 20.00 yuan

      Examples:
        | kind             |
        | agreement_bank   |
        | binding_platform |

    Scenario: Time goes by and nobody types a code
      Given the merchant has channel A, of kind agreement_bank
      And the payer pays 88.00 yuan
      And 61 seconds pass
      And the payer pays 20.00 yuan
      When 1 hour passes
      Then the payment before is failed because of superseded
      And within 1 second the payment is failed
      And the payment can be tried again
      And the bank's ledger shows no debit
