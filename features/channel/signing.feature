@needs-inbox
Feature: Signing a card at a channel
  At the first payment it must be proven that the card is the payer's own. Who texts and who checks the code
  follows from the channel's attributes.

  @CH-SIGN-001 @T1 @T2
  Rule: The four elements must be those of one card

    Scenario Outline: The right four elements at a <kind> channel
      Given a channel of kind <kind>
      When the member checks the four elements
      Then the element check has passed

      Examples:
        | kind                 |
        | binding_platform     |
        | withholding_platform |
        | withholding_raw      |

    Scenario: The registered mobile has changed
      Given a channel of kind withholding_platform
      And the payer registers another mobile with the bank
      When the member checks the four elements
      Then the element check is declined because of elements_mismatch

  @CH-SIGN-002 @T2
  Rule: The answer does not tell which element is wrong

    Scenario Outline: An element check with somebody else's <element>
      Given a channel of kind withholding_platform
      When the member checks the four elements with somebody else's <element>
      Then the element check is declined because of elements_mismatch

      Examples:
        | element     |
        | name        |
        | ID number   |
        | card number |
        | mobile      |

    Scenario Outline: A signing application with somebody else's <element>
      Given a channel of kind agreement_bank
      When the member applies for a signing with somebody else's <element>
      Then the signing is declined because of elements_mismatch
      And no SMS is on the registered mobile

      Examples:
        | element     |
        | name        |
        | ID number   |
        | card number |
        | mobile      |

  @CH-SIGN-003 @T2
  Rule: Only the resident ID card is taken

    Scenario Outline: An element check with a <type>
      Given a channel of kind withholding_platform
      When the member checks the four elements with ID type <type>
      Then the element check is declined because of id_type_unsupported

      Examples:
        | type     |
        | passport |
        | officer  |

    Scenario: A signing application with a passport
      Given a channel of kind agreement_third_party
      When the member applies for a signing with ID type passport
      Then the signing is declined because of id_type_unsupported
      And no SMS is on the registered mobile

  @CH-SIGN-004 @T1
  Rule: An element check disturbs nobody

    Scenario: An element check without an SMS
      Given a channel of kind withholding_raw
      When the member checks the four elements
      Then the element check has passed
      And no SMS is on the registered mobile

  @CH-SIGN-005 @T3
  Rule: The party named in the profile texts the registered mobile

    Scenario Outline: At a <kind> channel the <sender> texts
      Given a channel of kind <kind>
      When the member applies for a signing
      Then the <sender>'s SMS about signing is on the registered mobile
      And exactly 1 SMS is on the registered mobile

      Examples:
        | kind                  | sender      |
        | agreement_bank        | bank        |
        | agreement_third_party | third_party |
        | bank_direct           | bank        |
        | code_every_payment    | bank        |

  @CH-SIGN-006 @T3
  Rule: The answer prepares the page for the SMS that comes

    Scenario Outline: What a <kind> channel says about its SMS
      Given a channel of kind <kind>
      When the member applies for a signing
      Then the answer says that <sender> texted about signing and shows the mobile masked
      And the answer tells until when the code lives and when it can be sent again

      Examples:
        | kind                  | sender      |
        | agreement_bank        | bank        |
        | agreement_third_party | third_party |
        | code_every_payment    | bank        |

  @CH-SIGN-007 @T3 @T5
  Rule: The verifier of the profile takes the code

    Scenario Outline: Signing by code at a <kind> channel
      Given a channel of kind <kind>
      And the member has applied for a signing
      When the member confirms with the code texted
      Then the signing is signed
      And the answer carries an agreement

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | bank_direct           |
        | code_every_payment    |

  @CH-SIGN-008 @T3
  Rule: Where the platform verifies, the channel binds on its word

    Scenario: Binding after the platform's own code
      Given a channel of kind binding_platform
      And the four elements have been checked
      When the member binds the card on its own verification
      Then the signing is signed
      And the answer carries an agreement
      And no SMS is on the registered mobile

  @CH-SIGN-009 @T3
  Rule: No binding without an element check

    Scenario: Binding an unchecked card
      Given a channel of kind binding_platform
      When the member binds the card on its own verification, without an element check
      Then the signing is declined because of element_check_missing

  @CH-SIGN-010 @T7
  Rule: Old customers are brought along undisturbed

    Scenario Outline: A customer of former days at a <kind> channel
      Given a channel of kind <kind>
      When the member binds the card on a signing of former days
      Then the signing is signed
      And the answer carries an agreement
      And no SMS is on the registered mobile

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |
        | binding_platform      |

    Scenario: A customer of former days whose data no longer fit
      Given a channel of kind agreement_bank
      When the member binds the card on a signing of former days with somebody else's mobile
      Then the signing is declined because of elements_mismatch

  @CH-SIGN-011 @T6
  Rule: At an agreement channel the bank texts

    Scenario Outline: A <kind> channel keeps the rule
      Given a channel of kind <kind>
      When the member applies for a signing
      Then the channel keeps to the network's rule that the bank texts at signing

      Examples:
        | kind               |
        | agreement_bank     |
        | code_every_payment |

    Scenario: A channel that is declared an agreement channel and texts itself
      Given a channel of kind agreement_third_party
      And the channel is declared to be an agreement channel
      When the member applies for a signing
      Then the channel breaks the network's rule that the bank texts at signing

  @CH-SIGN-012 @T4
  Rule: A card that is signed is not signed anew

    Scenario: Applying for a card that is signed
      Given a channel of kind agreement_bank
      And the card is signed
      When the member applies for another signing
      Then the signing is signed
      And the answer carries an agreement
      And exactly 1 SMS is on the registered mobile

  @CH-SIGN-013 @T3
  Rule: Signing by code is offered only where the channel's side texts

    Scenario Outline: Applying for a signing at a <kind> channel
      Given a channel of kind <kind>
      When the member applies for a signing
      Then the message is refused with code_not_offered
      And no SMS is on the registered mobile

      Examples:
        | kind                 |
        | binding_platform     |
        | withholding_platform |
        | withholding_raw      |

  @CH-SIGN-014 @T5
  Rule: A signing can be asked about

    Scenario: A signing that waits for its code
      Given a channel of kind agreement_bank
      And the member has applied for a signing
      When the member queries the signing
      Then the signing is code_sent

    Scenario: A signing that is done
      Given a channel of kind agreement_bank
      And the card is signed
      When the member queries the signing
      Then the signing is signed
      And the answer carries an agreement

    Scenario: A signing that never was
      Given a channel of kind agreement_bank
      When the member queries a signing that was never applied for
      Then the message is refused with signing_not_found and HTTP status 404

  @CH-SIGN-015 @T3
  Rule: A signing SMS looks as in the field

    Scenario Outline: The signing SMS of a <kind> channel
      Given a channel of kind <kind>
      When the member applies for a signing
      Then the SMS is signed in brackets and carries a code of the profile's length
      And the text of the SMS says 签约

      Examples:
        | kind                  |
        | agreement_bank        |
        | agreement_third_party |

  @CH-SIGN-016 @T3
  Rule: The profile says who texts and who verifies

    Scenario Outline: Sender and verifier of a <kind> channel
      Given a channel of kind <kind>
      When the member asks for the profile
      Then the profile says that <sender> sends the code and <verifier> verifies it

      Examples:
        | kind                  | sender      | verifier    |
        | agreement_bank        | bank        | bank        |
        | agreement_third_party | third_party | third_party |
        | binding_platform      | platform    | platform    |
        | withholding_platform  | platform    | platform    |
        | withholding_raw       | nobody      | nobody      |
        | bank_direct           | bank        | bank        |
        | code_every_payment    | bank        | bank        |
