package fault_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"countersign/simulator/fault"
)

// observed names for each effect the test, in a file below simulator/, that switches it on and looks at what a
// client, the ledger or the handset has of it then. What an effect writes into a disposition, and what it refuses,
// is tested in this package besides.
var observed = map[string]string{
	"withhold_reply":               "httpapi/fault_test.go:TestAWithheldReplyClosesTheConnectionAfterTheDebit",
	"hang":                         "httpapi/fault_test.go:TestAHungRequestEndsWithItsClientOrItsWorld",
	"slow":                         "httpapi/answerfault_test.go:TestSwitchingARuleOffLetsGoOfWhatItHolds",
	"maintenance":                  "fault_test.go:TestMaintenanceByFaultDoesNothing",
	"gateway_error":                "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"redirect":                     "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"system_busy":                  "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"unknown_code":                 "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"duplicate_order":              "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"rate_limit":                   "httpapi/answerfault_test.go:TestMessagesInThePlaceOfTheTruthAtBothPoints",
	"not_found":                    "httpapi/answerfault_test.go:TestQueriesLieAboutARealOrder",
	"stale_answer":                 "httpapi/answerfault_test.go:TestQueriesLieAboutARealOrder",
	"crossed_answer":               "httpapi/answerfault_test.go:TestACrossedAnswerIsSignedAndAboutAnotherNumber",
	"extra_fields":                 "httpapi/answerfault_test.go:TestBodiesAreSpoiltUnderARightSignature",
	"field_order":                  "httpapi/answerfault_test.go:TestMembersComeInAnotherOrderAndSayTheSame",
	"open_enum":                    "httpapi/answerfault_test.go:TestAnOpenWordStandsForProcessingOnly",
	"garbled_body":                 "httpapi/answerfault_test.go:TestBodiesAreSpoiltUnderARightSignature",
	"wrong_charset":                "httpapi/answerfault_test.go:TestBodiesAreSpoiltUnderARightSignature",
	"signature_missing":            "httpapi/answerfault_test.go:TestSignaturesOfAnswersAreSpoilt",
	"signature_wrong_key":          "httpapi/answerfault_test.go:TestSignaturesOfAnswersAreSpoilt",
	"signature_wrong_algorithm":    "httpapi/answerfault_test.go:TestSignaturesOfAnswersAreSpoilt",
	"clock_skew":                   "httpapi/answerfault_test.go:TestTheClockOfAChannelIsWrong",
	"duplicate_request":            "httpapi/answerfault_test.go:TestADuplicatedRequestDebitsOnceAndAnswersTheSecondCopy",
	"notification_drop":            "notification_test.go:TestADroppedNotificationIsLostAndTheScheduleGoesOn",
	"notification_duplicate":       "httpapi/notification_test.go:TestDuplicatesOfAFaultCarryFreshJTIs",
	"notification_late":            "notification_test.go:TestALateNotificationComesLateOnceAndIsWrittenDown",
	"notification_early":           "httpapi/notifyvariant_test.go:TestAnEarlyNotificationComesBeforeTheAnswer",
	"notification_reorder":         "noticefault_test.go:TestAReorderedNotificationFollowsTheNextOneOrItsDelay",
	"notification_stale":           "noticefault_test.go:TestALieOfAFaultIsAnotherEventAndTheTrueOneFollows",
	"notification_contradict":      "noticefault_test.go:TestALieOfAFaultIsAnotherEventAndTheTrueOneFollows",
	"notification_wrong_key":       "selfcheck/fault_test.go:TestEveryFaultThatBreaksANotificationIsReportedAsDeclared",
	"notification_foreign_key":     "httpapi/notifyvariant_test.go:TestAForeignKeyIsTheValidKeyOfAnotherMember",
	"notification_wrong_algorithm": "selfcheck/fault_test.go:TestEveryFaultThatBreaksANotificationIsReportedAsDeclared",
	"notification_unsigned":        "selfcheck/fault_test.go:TestEveryFaultThatBreaksANotificationIsReportedAsDeclared",
	"notification_altered":         "selfcheck/fault_test.go:TestEveryFaultThatBreaksANotificationIsReportedAsDeclared",
	"notification_wrong_amount":    "noticefault_test.go:TestAFaultSaysAnotherAmountOrAnotherMember",
	"notification_foreign_member":  "noticefault_test.go:TestAFaultSaysAnotherAmountOrAnotherMember",
	"notification_replay":          "httpapi/notifyvariant_test.go:TestAReplayIsTheVeryBytes",
	"notification_ignore_ack":      "noticefault_test.go:TestALostAcknowledgementLetsTheScheduleGoOn",
	"statement_missing_line":       "filefault_test.go:TestAMissingLineIsTheOneTheRuleNames",
	"statement_extra_line":         "filefault_test.go:TestAnExtraLineNamesAnOrderThatNeverWas",
	"statement_wrong_amount":       "filefault_test.go:TestAWrongAmountGoesIntoTheTotals",
	"statement_late_line":          "filefault_test.go:TestALateLineComesInTheNextDaysFileForGood",
	"statement_duplicate_line":     "filefault_test.go:TestADuplicateLineIsCountedTwice",
	"statement_wrong_digest":       "filefault_test.go:TestAWrongDigestIsAllThatIsWrong",
	"statement_late":               "filefault_test.go:TestALateFileIsNotReadyForALittleLonger",
	"reset":                        "httpapi/socket_test.go:TestAResetIsOneOnTheSocket",
	"half_close":                   "httpapi/socket_test.go:TestAHalfClosedConnectionStaysOpenUntilTheClientLeaves",
	"truncate":                     "httpapi/socket_test.go:TestAResetInTheMiddleOfABody",
	"drip":                         "httpapi/socket_test.go:TestABodyDripsByTheClockOfTheWorld",
	"endless_body":                 "httpapi/socket_test.go:TestAnEndlessBodyEndsWithItsClient",
	"gzip_bomb":                    "httpapi/socket_test.go:TestAGzipBombUnpacksToMuchMoreThanItIs",
	"decline":                      "bindbatch_test.go:TestAFaultMeetsAnItemAsABindingOfItsOwn",
	"bank_silent":                  "bankfault_test.go:TestASilentBankLeavesTheChargeInProcessingForEver",
	"bank_slow":                    "bankfault_test.go:TestASlowBankDecidesWhenItsDelayIsOver",
	"bank_reverses":                "bankfault_test.go:TestABankThatReversesDebitsAndGivesBackWithoutTheChannelEverLearning",
	"late_debit":                   "bankfault_test.go:TestALateDebitTurnsADeclinedOrderToSucceeded",
	"partial_debit":                "bankfault_test.go:TestAPartialDebitIsAnsweredAndBookedWithTheOtherAmount",
	"agreement_revoked":            "bankfault_test.go:TestARevokedAgreementDeclinesTheChargeAndIsNotified",
	"code_unrecorded":              "httpapi/rotation_test.go:TestTheBankTakesTheCodeAndTheChannelClosesWithoutAnAnswer",
	"code_leading_zero":            "textfault_test.go:TestCodesBeginWithZeroUnderTheFault",
	"sms_late":                     "textfault_test.go:TestALateSMSArrivesAfterDelayAndJitter",
	"sms_lose":                     "textfault_test.go:TestALostSMSStandsInTheJournalAndNowhereElse",
	"sms_duplicate":                "textfault_test.go:TestADuplicatedSMSArrivesWithTheSameText",
	"sms_reorder":                  "textfault_test.go:TestAnOvertakenSMSArrivesAfterTheNextOneToThatMobile",
	"key_rotate":                   "httpapi/rotation_test.go:TestAFaultRotatesKeysBetweenTwoAnswers",
}

func TestEveryEffectIsObservedByATestThatNamesIt(t *testing.T) {
	t.Parallel()
	files := map[string]map[string]ast.Node{}
	for _, d := range fault.All().Descriptions() {
		file, name, _ := strings.Cut(observed[d.Name], ":")
		if name == "" {
			t.Errorf("%s: no test observes it; write one and name it here", d.Name)
			continue
		}
		if files[file] == nil {
			files[file] = declarations(t, filepath.Join("..", file))
		}
		if found := files[file]; found[name] == nil {
			t.Errorf("%s: there is no %s in simulator/%s", d.Name, name, file)
		} else if !says(found, name, `"`+d.Name+`"`, map[string]bool{}) {
			t.Errorf("%s: %s in simulator/%s does not name it", d.Name, name, file)
		}
	}
	if len(observed) != len(fault.All().Descriptions()) {
		t.Errorf("%d tests named for %d effects: one is of an effect that is gone", len(observed), len(fault.All().Descriptions()))
	}
}

// declarations are the functions and variables of a file, by name.
func declarations(t *testing.T, path string) map[string]ast.Node {
	t.Helper()
	tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]ast.Node{}
	for _, decl := range tree.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			all[decl.Name.Name] = decl
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				if values, ok := spec.(*ast.ValueSpec); ok {
					all[values.Names[0].Name] = values
				}
			}
		}
	}
	return all
}

// says reports whether a declaration, or one of its file that it uses, has a text in it; seen are those looked at.
func says(all map[string]ast.Node, name, text string, seen map[string]bool) bool {
	if seen[name] || all[name] == nil {
		return false
	}
	seen[name] = true
	found := false
	ast.Inspect(all[name], func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BasicLit:
			found = found || n.Value == text
		case *ast.Ident:
			found = found || !strings.HasPrefix(n.Name, "Test") && says(all, n.Name, text, seen)
		}
		return !found
	})
	return found
}
