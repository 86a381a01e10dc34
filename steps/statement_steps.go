package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/contract/channel"
	"countersign/contract/control"
	"countersign/internal/clock"
	"countersign/internal/money"
	"countersign/steps/wire"
)

// statementSteps are about the files of a business day (UTC+8).
func statementSteps() []Step {
	return []Step{
		{`the business day ends`, dayEnds},
		{`1 second is left of the business day`, dayNearlyOver},
		{`the member asks for the statement of ` + reDay, askFile("/v1/statements/")},
		{`the member asks for the agreement file of ` + reDay, askFile("/v1/agreement-files/")},
		{`the file comes as CSV`, fileIsCSV},
		{`the (statement|agreement file) has exactly ` + reNumber + ` lines?`, fileLines},
		{`the statement has exactly one (debit|refund|reversal) of ` + reYuan + `, by the number of the (charge|refund)`, statementHas},
		{`the statement does not name the charge`, statementLacks},
		{`the statement and the bank's ledger tell the same of ` + reDay, statementIsTrue},
		{`the statement and the bank's ledger do not tell the same of ` + reDay, statementLies},
		{`the totals and the digest are those of the lines`, fileHolds},
		{`the digest is not that of the file`, fileDigestLies},
		{`the file is not there before the business day has ended`, fileAtMidnight},
		{`the file is not there before ` + reNumber + ` hours after the end of the day before`, fileLater},
		{`the agreement file tells once that the agreement was (made|ended) and is ` + reWord, fileTellsAgreement},
		{`the file shows no card in full`, fileMasked},
		{`the statement will (lack a line|have a line of nothing|have a line twice|have a wrong amount|have a wrong digest)`, statementFault},
		{`the line of the charge will come in the statement of the next day`, lateLineFault},
		{`the statement will be there only ` + reNumber + ` hours after the day's end`, lateStatementFault},
	}
}

const reDay = `(today|yesterday|the day before yesterday|a day before the channel began)`

// dayBack counts the days back of what a step calls a day.
var dayBack = map[string]int{"today": 0, "yesterday": 1, "the day before yesterday": 2, "a day before the channel began": 9000}

// dayOf is the business day that a step means.
func (w *World) dayOf(words string) string {
	return clock.BusinessDay(clock.StartOfBusinessDay(w.Now()).AddDate(0, 0, -dayBack[words]))
}

// midnight is the end of the business day under way.
func (w *World) midnight() time.Time { return clock.NextBusinessDay(w.Now()) }

func dayEnds(ctx context.Context) error {
	w := From(ctx)
	return w.Pass(ctx, w.midnight().Sub(w.Now()))
}

func dayNearlyOver(ctx context.Context) error {
	w := From(ctx)
	return w.Pass(ctx, w.midnight().Sub(w.Now())-time.Second)
}

// askFile gives a step that asks for a file under a path.
func askFile(path string) func(context.Context, string) error {
	return func(ctx context.Context, words string) error {
		w := From(ctx)
		c, err := w.at()
		if err != nil {
			return err
		}
		if err := w.say(ctx, wire.Message{Method: http.MethodGet, Path: path + w.dayOf(words), Query: c.memberQuery()}); err != nil {
			return err
		}
		if x := w.heard.exchange; x.Good() {
			w.heard.file, err = wire.ReadFile(x.Body)
		}
		return err
	}
}

// heardFile is the file that the last answer is.
func (w *World) heardFile() (*wire.File, error) {
	if w.heard.file == nil {
		return nil, w.unexpected("a file")
	}
	return w.heard.file, nil
}

func fileIsCSV(ctx context.Context) error {
	w := From(ctx)
	if _, err := w.heardFile(); err != nil {
		return err
	}
	if got := w.heard.exchange.Header.Get("Content-Type"); !strings.HasPrefix(got, "text/csv") {
		return fmt.Errorf("the file comes as %s", got)
	}
	return nil
}

func fileLines(ctx context.Context, _ string, n int) error {
	f, err := From(ctx).heardFile()
	if err == nil && len(f.Lines) != n {
		return fmt.Errorf("the file has %d lines, not %d", len(f.Lines), n)
	}
	return err
}

func statementHas(ctx context.Context, kind, amount, which string) error {
	w := From(ctx)
	f, err := w.heardFile()
	if err != nil {
		return err
	}
	fen, err := money.Parse(amount)
	if err != nil {
		return err
	}
	column, number := "order_no", w.channel.orderNo
	if which == "refund" {
		column, number = "refund_no", w.channel.refundNo
	}
	found := slices.DeleteFunc(f.Select(column, number), func(line []string) bool { return f.Column(line, "kind") != kind })
	if len(found) != 1 {
		return fmt.Errorf("the statement has %d lines of %s by that number, not one", len(found), kind)
	}
	if got := f.Column(found[0], "amount"); got != strconv.FormatInt(int64(fen), 10) {
		return fmt.Errorf("the line says %s fen, not %d", got, fen)
	}
	return nil
}

func statementLacks(ctx context.Context) error {
	w := From(ctx)
	f, err := w.heardFile()
	if err == nil && len(f.Select("order_no", w.channel.orderNo)) > 0 {
		return errors.New("the statement names the charge")
	}
	return err
}

// movements lists what a statement tells and what the banks' books tell of one day and member, each sorted.
func (w *World) movements(ctx context.Context, words string) (told, truly []string, err error) {
	f, err := w.heardFile()
	if err != nil {
		return nil, nil, err
	}
	for _, line := range f.Lines {
		told = append(told, strings.Join([]string{
			f.Column(line, "kind"), f.Column(line, "order_no"), f.Column(line, "refund_no"), f.Column(line, "amount"),
		}, " "))
	}
	truth, err := w.Truth(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range truth.Ledger {
		if e.MemberNo == w.channel.client.MemberNo && clock.BusinessDay(e.At) == w.dayOf(words) {
			truly = append(truly, strings.Join([]string{string(e.Kind), e.OrderNo, word(e.RefundNo), strconv.FormatInt(e.Amount, 10)}, " "))
		}
	}
	slices.Sort(told)
	slices.Sort(truly)
	return told, truly, nil
}

func statementIsTrue(ctx context.Context, words string) error {
	told, truly, err := From(ctx).movements(ctx, words)
	if err == nil && !slices.Equal(told, truly) {
		return fmt.Errorf("the statement tells of %q, the ledger of %q", told, truly)
	}
	return err
}

func statementLies(ctx context.Context, words string) error {
	told, truly, err := From(ctx).movements(ctx, words)
	if err == nil && slices.Equal(told, truly) {
		return errors.New("nobody notices that the statement lies")
	}
	return err
}

// kindsOf are the kinds of lines that have a total in the last line of a file.
func kindsOf(f *wire.File) []string {
	if f.Columns[0] == "event" {
		return []string{"made", "ended"}
	}
	return []string{"debit", "refund", "reversal"}
}

func fileHolds(ctx context.Context) error {
	f, err := From(ctx).heardFile()
	if err != nil {
		return err
	}
	return f.Check(kindsOf(f)...)
}

func fileDigestLies(ctx context.Context) error {
	if _, err := From(ctx).heardFile(); err != nil {
		return err
	}
	if fileHolds(ctx) == nil {
		return errors.New("nobody notices that the digest is wrong")
	}
	return nil
}

// fileNotBefore wants the refusal of a file that is there at an instant, which it tells.
func (w *World) fileNotBefore(ctx context.Context, at time.Time) error {
	if err := refusedWithStatus(ctx, string(channel.ProblemCodeStatementNotReady), http.StatusTooEarly); err != nil {
		return err
	}
	seconds, err := strconv.Atoi(w.heard.exchange.Header.Get("Retry-After"))
	if err != nil {
		return errors.New("the refusal does not tell when the file is there")
	}
	if got := w.Now().Add(time.Duration(seconds) * time.Second); got.Sub(at).Abs() > time.Second {
		return fmt.Errorf("the file is said to be there at %s, not at %s", got.Format(time.RFC3339), at.Format(time.RFC3339))
	}
	return nil
}

func fileAtMidnight(ctx context.Context) error {
	w := From(ctx)
	return w.fileNotBefore(ctx, w.midnight())
}

func fileLater(ctx context.Context, hours int) error {
	w := From(ctx)
	return w.fileNotBefore(ctx, clock.StartOfBusinessDay(w.Now()).Add(time.Duration(hours)*time.Hour))
}

func fileTellsAgreement(ctx context.Context, event, status string) error {
	w := From(ctx)
	f, err := w.heardFile()
	if err != nil {
		return err
	}
	found := slices.DeleteFunc(f.Select("agreement_no", w.channel.agreementNo), func(line []string) bool { return f.Column(line, "event") != event })
	if len(found) != 1 {
		return fmt.Errorf("the file tells %d times that the agreement was %s, not once", len(found), event)
	}
	if got := f.Column(found[0], "status"); got != status {
		return fmt.Errorf("the line says that the agreement is %s, not %s", got, status)
	}
	return nil
}

func fileMasked(ctx context.Context) error {
	w := From(ctx)
	if _, err := w.heardFile(); err != nil {
		return err
	}
	if strings.Contains(string(w.heard.exchange.Body), w.Card.Elements.CardNumber) {
		return errors.New("the file shows a card number in full")
	}
	return nil
}

// fileLie words the faults of a file.
var fileLie = map[string]control.FaultEffect{
	"lack a line": control.StatementMissingLine, "have a line of nothing": control.StatementExtraLine, "have a line twice": control.StatementDuplicateLine,
	"have a wrong amount": control.StatementWrongAmount, "have a wrong digest": control.StatementWrongDigest,
}

func statementFault(ctx context.Context, lie string) error {
	return addHere(ctx, control.FaultRequest{Effect: fileLie[lie], Operation: new(control.OperationStatement)})
}

func lateLineFault(ctx context.Context) error {
	w := From(ctx)
	c, err := w.at()
	if err != nil {
		return err
	}
	return addHere(ctx, control.FaultRequest{
		Effect: control.StatementLateLine, Operation: new(control.OperationStatement), Match: &control.FaultMatch{Number: &c.orderNo},
	})
}

func lateStatementFault(ctx context.Context, hours int) error {
	ms := hours * int(time.Hour/time.Millisecond)
	return addHere(ctx, control.FaultRequest{Effect: control.StatementLate, Operation: new(control.OperationStatement), DelayMs: &ms})
}
