package steps

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"countersign/contract/control"
	"countersign/contract/platform"
)

// platformCodeSteps are about the codes that the payer types, and about what he is told of them (T3, T10).
func platformCodeSteps() []Step {
	return []Step{
		{`the payer types the code of the SMS`, typeCode},
		{`the payer types the code of the first SMS`, typeFirst},
		{`the payer types the code of the SMS but for its leading zero`, typeWithoutZero},
		{`the payer types the code of the SMS (\d) times at the same time`, typeInParallel},
		{`the payer types a wrong code`, typeWrong},
		{`the payer types a wrong code ` + reNumber + ` times`, typeWrongTimes},
		{`the payer asks for the code again`, askAgain},
		{`the payer has ` + reNumber + ` tries left`, payersTries},
		{`the payer is asked for a payment code, while ` + reWord + ` texts about ` + reWord, askedWhile},
		{`the payer is asked for the code of the verification, while ` + reWord + ` texts about ` + reWord, verificationWhile},
		{`prompt and SMS differ because of ` + reWord + `, and the hint says so in both languages`, promptDiffers},
		{`prompt and SMS agree`, promptAgrees},
		{reNumber + ` codes? (?:was|were) asked for, the first sent by ` + reWord + ` about ` + reWord, codesAsked},
		{`each SMS is what the payer was told to expect`, smsAsTold},
		{`exactly ` + reNumber + ` codes? (?:has|have) been texted`, codesTexted},
		{`nobody has been texted`, nobodyTexted},
	}
}

// codesTextedSoFar lists the SMS with a code on the payer's mobile, oldest first, once nothing moves any more.
func (w *World) codesTextedSoFar(ctx context.Context) ([]control.Message, error) {
	if err := w.atRest(ctx); err != nil {
		return nil, err
	}
	return w.messages(ctx, "")
}

// atRest waits until neither side has anything in hand.
func (w *World) atRest(ctx context.Context) error {
	if !w.suite.hasClock() {
		return nil
	}
	_, err := w.settle(ctx, never)
	return err
}

// confirmation is the request that brings a code for what waits.
func (w *World) confirmation(ctx context.Context, code string, seq int) (platformRequest, error) {
	s, err := w.atPlatform(ctx)
	if err != nil {
		return platformRequest{}, err
	}
	if s.waiting == "" {
		return platformRequest{}, s.unexpected("something that waits for a code")
	}
	body := fmt.Sprintf(`{"code":%q,"sms_seq":%d}`, code, seq)
	return platformRequest{method: http.MethodPost, path: s.waiting + "/confirm", key: w.NewNumber("key"), body: []byte(body), keep: s.keepWaiting()}, nil
}

// keepWaiting keeps what waits for the payer: a payment or a verification.
func (s *platformState) keepWaiting() func(*platformState, []byte) error {
	if strings.HasPrefix(s.waiting, "/v1/verifications/") {
		return keepVerification
	}
	return keepPayment
}

func (w *World) giveCode(ctx context.Context, code string, seq int) error {
	r, err := w.confirmation(ctx, code, seq)
	if err != nil {
		return err
	}
	return w.ask(ctx, platformNote(w), r)
}

// seq is the number of the SMS that the payer was told of last.
func (s *platformState) seq() (int, error) {
	if len(s.asked) == 0 {
		return 0, s.unexpected("a code that is asked for")
	}
	return s.asked[len(s.asked)-1].SmsSeq, nil
}

// newest gives the code of the latest SMS, and its number.
func (w *World) newest(ctx context.Context) (code string, seq int, err error) {
	if seq, err = platformNote(w).seq(); err != nil {
		return "", 0, err
	}
	codes, err := w.codesTextedSoFar(ctx)
	if err != nil {
		return "", 0, err
	}
	if len(codes) == 0 {
		return "", 0, errors.New("no code was texted to the payer's mobile")
	}
	return *codes[len(codes)-1].Code, seq, nil
}

func typeCode(ctx context.Context) error {
	w := From(ctx)
	code, seq, err := w.newest(ctx)
	if err != nil {
		return err
	}
	return w.giveCode(ctx, code, seq)
}

// typeFirst types the code of an SMS that a newer one has followed.
func typeFirst(ctx context.Context) error {
	w := From(ctx)
	codes, err := w.codesTextedSoFar(ctx)
	if err != nil {
		return err
	}
	if len(codes) < 2 {
		return fmt.Errorf("%d SMS with a code arrived, not two", len(codes))
	}
	return w.giveCode(ctx, *codes[0].Code, 1)
}

func typeWithoutZero(ctx context.Context) error {
	w := From(ctx)
	code, seq, err := w.newest(ctx)
	if err != nil {
		return err
	}
	if code[0] != '0' {
		return errors.New("the code has no leading zero")
	}
	return w.giveCode(ctx, code[1:], seq)
}

func typeWrong(ctx context.Context) error {
	w := From(ctx)
	code, seq, err := w.newest(ctx)
	if err != nil {
		return err
	}
	return w.giveCode(ctx, otherCode(len(code), []string{code}), seq)
}

func typeWrongTimes(ctx context.Context, n int) error {
	for range n {
		if err := typeWrong(ctx); err != nil {
			return err
		}
	}
	return nil
}

func askAgain(ctx context.Context) error {
	w := From(ctx)
	s, err := w.atPlatform(ctx)
	if err != nil {
		return err
	}
	return w.postPlatform(ctx, s.waiting+"/resend", struct{}{}, s.keepWaiting())
}

func payersTries(ctx context.Context, n int) error {
	s := platformNote(From(ctx))
	if s.answer.problem == nil {
		return s.unexpected("a refusal that tells the tries left")
	}
	if got := s.answer.problem.TriesLeft; got == nil || *got != n {
		return fmt.Errorf("the refusal says %s tries are left, not %d", number(got), n)
	}
	return nil
}

// lookAgain is what a page does while a payment is processing: it asks how things stand, once nothing moves. No
// time passes. The answer to an application may come first when a notification of the channel overtook the
// channel's own answer and set off the next step.
func (w *World) lookAgain(ctx context.Context) error {
	s := platformNote(w)
	if s.payment == nil || s.answer.problem != nil || s.waiting != "/v1/payments/"+s.payment.PaymentId ||
		s.payment.Status != platform.PaymentProcessing {
		return nil
	}
	if err := w.atRest(ctx); err != nil {
		return err
	}
	_, err := w.readPayment(ctx)
	return err
}

// required is what the platform says about the code that is asked for.
func (w *World) required(ctx context.Context) (*platform.CodeRequired, error) {
	if err := w.lookAgain(ctx); err != nil {
		return nil, err
	}
	s := platformNote(w)
	if !w.codeWanted() {
		return nil, s.unexpected("a code that is asked for")
	}
	c := s.proof
	switch {
	case s.payment != nil && s.waiting == "/v1/payments/"+s.payment.PaymentId && s.payment.CodeRequired != nil:
		return s.payment.CodeRequired, nil
	case c != nil && c.CodeRequired != nil:
		return c.CodeRequired, nil
	}
	return nil, errors.New("a code is asked for, but the answer does not say which")
}

// whoTexts checks what the payer is told: what the prompt is about, who texts, and about what.
func (w *World) whoTexts(ctx context.Context, prompt, sender, about string) error {
	c, err := w.required(ctx)
	if err != nil {
		return err
	}
	mobile := w.Card.Elements.Mobile
	switch {
	case string(c.PromptAbout) != prompt:
		return fmt.Errorf("the prompt is about %s, not %s", c.PromptAbout, prompt)
	case string(c.Sender) != sender || string(c.About) != about:
		return fmt.Errorf("the answer says that %s texts about %s", c.Sender, c.About)
	case c.Prompt.Zh == "" || c.Prompt.En == "":
		return errors.New("the prompt is not in both languages")
	case c.MaskedMobile == mobile || !strings.HasSuffix(c.MaskedMobile, mobile[len(mobile)-4:]):
		return errors.New("the mobile is not masked down to its last four digits")
	}
	return nil
}

func askedWhile(ctx context.Context, sender, about string) error {
	return From(ctx).whoTexts(ctx, string(platform.AboutPayment), sender, about)
}

func verificationWhile(ctx context.Context, sender, about string) error {
	return From(ctx).whoTexts(ctx, string(platform.AboutSigning), sender, about)
}

func promptDiffers(ctx context.Context, reason string) error {
	c, err := From(ctx).required(ctx)
	if err != nil {
		return err
	}
	switch {
	case !c.Mismatch:
		return errors.New("the answer says that prompt and SMS agree")
	case c.Hint == nil || c.Hint.En == "" || c.Hint.Zh == "":
		return errors.New("there is no hint in both languages")
	case !strings.Contains(c.Hint.Zh, "签约") || !strings.Contains(c.Hint.En, "signing"):
		return errors.New("the hint does not say that the SMS speaks of signing")
	}
	return reasonIs(ctx, reason)
}

func promptAgrees(ctx context.Context) error {
	c, err := From(ctx).required(ctx)
	if err != nil {
		return err
	}
	if c.Mismatch || c.PromptAbout != c.About || c.Hint != nil {
		return fmt.Errorf("the prompt is about %s, the SMS about %s, mismatch %t, with a hint: %t",
			c.PromptAbout, c.About, c.Mismatch, c.Hint != nil)
	}
	return nil
}

func reasonIs(ctx context.Context, reason string) error {
	c, err := From(ctx).required(ctx)
	if err != nil {
		return err
	}
	if got := word(c.Reason); got != reason {
		return fmt.Errorf("the reason for signing is %q, not %s", got, reason)
	}
	return nil
}

func codesAsked(ctx context.Context, n int, sender, about string) error {
	s := platformNote(From(ctx))
	if len(s.asked) != n {
		return fmt.Errorf("%d codes were asked for, not %d", len(s.asked), n)
	}
	if n == 0 {
		return errors.New("no code has a sender; say that nobody has been texted")
	}
	if first := s.asked[0]; string(first.Sender) != sender || string(first.About) != about {
		return fmt.Errorf("the first code was announced from %s about %s", first.Sender, first.About)
	}
	return nil
}

// smsAsTold holds what the payer was told against what is on the handset, one by one.
func smsAsTold(ctx context.Context) error {
	w := From(ctx)
	s := platformNote(w)
	codes, err := w.codesTextedSoFar(ctx)
	if err != nil {
		return err
	}
	if len(codes) != len(s.asked) {
		return fmt.Errorf("%d SMS with a code arrived, the payer was told of %d", len(codes), len(s.asked))
	}
	for i, m := range codes {
		about := aboutOf(m)
		if told := s.asked[i]; string(told.Sender) != string(m.Sender) || string(told.About) != about {
			return fmt.Errorf("SMS %d is from %s about %s, the payer was told of one from %s about %s", i+1, m.Sender, about, told.Sender, told.About)
		}
	}
	return nil
}

// aboutOf reads what an SMS is about; of the platform's own by what the text says.
func aboutOf(m control.Message) string {
	switch {
	case m.About != control.PlatformCode:
		return string(m.About)
	case strings.Contains(m.Text, "支付"):
		return string(control.Payment)
	default:
		return string(control.Signing)
	}
}

func codesTexted(ctx context.Context, n int) error {
	codes, err := From(ctx).codesTextedSoFar(ctx)
	if err == nil && len(codes) != n {
		return fmt.Errorf("%d codes have been texted, not %d", len(codes), n)
	}
	return err
}

// everything lists what is on all handsets of the world.
func (w *World) everything(ctx context.Context) ([]control.Message, error) {
	if err := w.atRest(ctx); err != nil {
		return nil, err
	}
	most := 1000
	r, err := w.suite.control.ReadInboxWithResponse(ctx, w.Sim.WorldId, &control.ReadInboxParams{Limit: &most})
	inbox, err := Fetched[control.Inbox](r, err)
	if err != nil {
		return nil, fmt.Errorf("the inbox: %w", err)
	}
	return inbox.Messages, nil
}

// nobodyTexted looks at every handset: a code sent to a stranger would be worse than one too many.
func nobodyTexted(ctx context.Context) error {
	all, err := From(ctx).everything(ctx)
	for _, m := range all {
		if m.Code != nil {
			return fmt.Errorf("%s texted a code about %s", m.Sender, aboutOf(m))
		}
	}
	return err
}
