package simulator

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"countersign/internal/money"
)

// Limits of what a state may hold, whoever wrote it.
const (
	longestStateText  = 4096      // bytes of one text
	longestStateBody  = 256 << 10 // bytes of one body in the journal
	longestStateList  = 2_000_000 // items of one list
	earliestStateYear = 1
	latestStateYear   = 9998
)

// stateWords are the words a state may use, by type; "" always stands for none.
//
//nolint:gochecknoglobals // an immutable table
var stateWords = map[reflect.Type][]string{
	reflect.TypeFor[SigningStatus]():   words(SigningCodeSent, SigningSigned, SigningDeclined, SigningExpired, SigningLocked),
	reflect.TypeFor[AgreementStatus](): words(AgreementActive, AgreementTerminated, AgreementCancelledAtBank, AgreementExpired),
	reflect.TypeFor[ChargeStatus]():    words(ChargeCodeRequired, ChargeProcessing, ChargeSucceeded, ChargeDeclined, ChargeClosed),
	reflect.TypeFor[RefundStatus]():    words(RefundProcessing, RefundSucceeded, RefundDeclined),
	reflect.TypeFor[CheckResult]():     words(CheckPassed, CheckDeclined),
	reflect.TypeFor[EvidenceKind]():    words(EvidencePlatformVerified, EvidenceLegacy),
	reflect.TypeFor[CardState]():       words(CardNormal, CardLost, CardFrozen, CardCancelled, CardExpired),
	reflect.TypeFor[Medium]():          words(MediumSMS, MediumWeChat),
	reflect.TypeFor[Party]():           words(PartyBank, PartyThirdParty, PartyPlatform, PartyNobody),
	reflect.TypeFor[About]():           words(AboutSigning, AboutPayment, AboutDebitNotice, AboutPlatformCode, AboutPlatformNotice),
}

// words gives words as texts.
func words[T ~string](all ...T) []string {
	texts := make([]string, len(all))
	for i, word := range all {
		texts[i] = string(word)
	}
	return texts
}

// checker walks a state and holds each value against what its type allows.
type checker struct {
	template *Template
	failed   *StateError
}

// checkState checks every text, time, amount and word of a state by itself; how they
// hang together is Load's work.
func checkState(state *State, template *Template) error {
	c := &checker{template: template}
	if !InSpan(state.Now) {
		c.fail("now", "is no instant that a world's clock shows: wanted is "+WantedInstant)
	}
	c.walk("", reflect.ValueOf(state).Elem())
	if c.failed != nil {
		return fmt.Errorf("load world: %w", c.failed)
	}
	return nil
}

// fail notes the first failure.
func (c *checker) fail(field, why string) {
	if c.failed == nil {
		c.failed = &StateError{Field: strings.TrimPrefix(field, "."), Why: why}
	}
}

// walk checks a value and all within it.
func (c *checker) walk(at string, v reflect.Value) {
	if c.failed != nil {
		return
	}
	switch value := v.Interface().(type) {
	case time.Time:
		if year := value.Year(); year < earliestStateYear || year > latestStateYear {
			c.fail(at, "is no instant a clock can show")
		}
		return
	case money.Fen:
		c.amount(at, value)
		return
	case time.Duration:
		if value < -longestStateWait || value > longestStateWait {
			c.fail(at, "is longer than a year")
		}
		return
	case []byte:
		c.body(at, value)
		return
	case digest, KeyBytes:
		return
	}
	c.walkKind(at, v)
}

// walkKind checks a value whose type has no limits of its own.
func (c *checker) walkKind(at string, v reflect.Value) {
	switch v.Kind() { //nolint:exhaustive // other kinds have no limits of their own
	case reflect.Struct:
		c.fields(at, v)
	case reflect.Pointer:
		if !v.IsNil() {
			c.walk(at, v.Elem())
		}
	case reflect.Slice:
		if v.Len() > longestStateList {
			c.fail(at, "is too long")
			return
		}
		for i := range v.Len() {
			c.walk(fmt.Sprintf("%s[%d]", at, i), v.Index(i))
		}
	case reflect.Map:
		c.table(at, v)
	case reflect.Int, reflect.Int64:
		c.number(at, v.Int())
	case reflect.String:
		c.text(at, v)
	}
}

// fields walks the exported fields of a struct by their names in JSON.
func (c *checker) fields(at string, v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous:
			c.walk(at, v.Field(i))
		case name != "-":
			c.walk(at+"."+name, v.Field(i))
		}
	}
}

// text checks a text.
func (c *checker) text(at string, v reflect.Value) {
	text := v.String()
	if len(text) > longestStateText {
		c.fail(at, "is too long")
		return
	}
	if list, listed := stateWords[v.Type()]; listed && text != "" && !slices.Contains(list, text) {
		c.fail(at, "no such word")
		return
	}
	if c.template != nil && !numbered(text) && c.template.NamesForeignCard(text) {
		c.fail(at, "could be somebody's card: only test cards are taken")
	}
}

// body checks the bytes of a message.
func (c *checker) body(at string, body []byte) {
	switch {
	case len(body) > longestStateBody:
		c.fail(at, "is too long")
	case c.template.scanForCard(string(body), longestCard):
		c.fail(at, "could hold somebody's card: only test cards are taken")
	}
}

// numbered reports a number that a world made up itself: its digits are no card's.
func numbered(text string) bool {
	for _, prefix := range []string{"agr_", "evt_", "msg_", "flt_", "dbt_"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
