package cardholder_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"countersign/internal/cardholder"
)

// The shapes a leak comes through: fmt calls no method on unexported fields.
type (
	hidden struct {
		name   cardholder.Name
		id     cardholder.IDNumber
		card   cardholder.CardNumber
		mobile cardholder.Mobile
		all    cardholder.FourElements
	}
	deep struct {
		inner   hidden
		pointer *hidden
		list    []cardholder.CardNumber
		byName  map[string]cardholder.IDNumber
		any     any
		Shown   cardholder.FourElements
	}
	embedding struct{ cardholder.CardNumber }
	carrying  struct{ payer hidden }
)

func (carrying) Error() string { return "declined" }

func shapes(t *testing.T) map[string]any {
	t.Helper()
	e := elements(t)
	h := hidden{name: e.Name, id: e.IDNumber, card: e.CardNumber, mobile: e.Mobile, all: e}
	d := deep{
		inner: h, pointer: &h, list: []cardholder.CardNumber{e.CardNumber},
		byName: map[string]cardholder.IDNumber{"id": e.IDNumber}, any: h, Shown: e,
	}
	return map[string]any{
		"name": e.Name, "ID": e.IDNumber, "card": e.CardNumber, "mobile": e.Mobile, "elements": e, "pointer to card": &e.CardNumber,
		"unexported fields": h, "pointer to unexported fields": &h, "deep": d, "pointer to deep": &d,
		"slice": []any{e.CardNumber, h}, "map": map[string]any{"x": h, "y": e.IDNumber}, "array": [1]hidden{h},
		"embedding": embedding{e.CardNumber}, "channel of one": any(h), "error value": carrying{h},
	}
}

// clean fails when an output holds one of the four, plain or in hex, or the
// inner part of one that a mask must cover.
func clean(t *testing.T, how, output string) {
	t.Helper()
	for what, secret := range map[string]string{"card": cardText[6:18], "ID": idText[4:17], "mobile": mobileText[2:], "name": nameText[:9]} {
		spelled := hex.EncodeToString([]byte(secret))
		bytesList := strings.Trim(fmt.Sprintf("%d", []byte(secret)), "[]")
		for _, form := range []string{secret, spelled, strings.ToUpper(spelled), bytesList} {
			if strings.Contains(output, form) {
				t.Errorf("%s shows the %s: %s", how, what, output)
			}
		}
	}
}

func TestNoVerbShowsTheContentFromAnyField(t *testing.T) {
	t.Parallel()
	verbs := []string{"%v", "%+v", "%#v", "%s", "%+s", "%q", "%+q", "%#q", "%x", "%X", "% x", "%#x", "%d", "%o", "%b", "%c", "%U", "%t", "%e", "%g", "%p", "%T", "%w", "%19v", "%-19s", "%.3s"}
	for name, value := range shapes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, verb := range verbs {
				clean(t, verb, fmt.Sprintf(verb, value))
			}
			clean(t, "Sprint", fmt.Sprint(value))
			clean(t, "Sprintln", fmt.Sprintln(value))
		})
	}
}

func TestNoErrorShowsTheContent(t *testing.T) {
	t.Parallel()
	for name, value := range shapes(t) {
		err := fmt.Errorf("pay with %v: %w", value, errors.New("declined"))
		clean(t, name+" in an error", err.Error())
		clean(t, name+" in a joined error", fmt.Sprintf("%+v %#v", errors.Join(err, err), errors.Join(err)))
	}
	wrapped := fmt.Errorf("outer: %w", carrying{shapes(t)["unexported fields"].(hidden)})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		clean(t, "error that carries a payer", fmt.Sprintf(verb, wrapped))
		clean(t, "that error itself", fmt.Sprintf(verb, errors.Unwrap(wrapped)))
	}
	for _, text := range []string{cardText + "123", mobileText + "9", idText + "X", strings.Repeat(nameText, 20)} {
		_, err1 := cardholder.NewCardNumber(text)
		_, err2 := cardholder.NewIDNumber(text)
		_, err3 := cardholder.NewMobile(text)
		_, err4 := cardholder.NewName(text + "\n")
		_, err5 := cardholder.NewIDType(text)
		clean(t, "a refusal", errors.Join(err1, err2, err3, err4, err5).Error())
	}
}

func TestNoLogShowsTheContent(t *testing.T) {
	t.Parallel()
	for name, value := range shapes(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var text, body bytes.Buffer
			for _, handler := range []slog.Handler{
				slog.NewTextHandler(&text, &slog.HandlerOptions{Level: slog.LevelDebug}), slog.NewJSONHandler(&body, nil),
			} {
				log := slog.New(handler)
				log.Info("plain", "value", value)
				log.Info("group", slog.Group("payer", slog.Any("value", value), slog.Any("again", &value)))
				log.With("value", value).Error("with", "err", fmt.Errorf("wrapped: %v", value))
			}
			clean(t, "slog text", text.String())
			clean(t, "slog JSON", body.String())
		})
	}
}

func TestNoEncoderShowsTheContent(t *testing.T) {
	t.Parallel()
	for name, value := range shapes(t) {
		body, err := json.Marshal(value)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		clean(t, name+" as JSON", string(body))
		if indented, err := json.MarshalIndent(value, "", " "); err == nil {
			clean(t, name+" as indented JSON", string(indented))
		}
		if markup, err := xml.Marshal(value); err == nil {
			clean(t, name+" as XML", string(markup))
		}
	}
	body, err := json.Marshal(elements(t))
	want := `{"Name":"**某","IDType":"resident_id","IDNumber":"9****************X","CardNumber":"622202*********2935","Mobile":"138****9246"}`
	if err != nil || string(body) != want {
		t.Errorf("JSON is %s, %v; want %s", body, err, want)
	}
}
