package steps

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"countersign/steps/wire"
)

// malformedSteps are about messages that are well signed and yet no messages of the contract.
func malformedSteps() []Step {
	return []Step{
		{`a charge arrives (whose .+|with .+)`, malformedCharge},
		{`a request to a path that nobody serves arrives`, unknownPath},
		{`a DELETE of a charge arrives`, unknownMethod},
		{`a charge of a member that nobody knows arrives`, strangersCharge},
	}
}

// defects are what can be wrong with a body; each changes the text of a good charge of 1.00 yuan.
var defects = map[string]func(string) string{
	"whose amount is a text":           func(b string) string { return strings.Replace(b, `"amount":100`, `"amount":"100"`, 1) },
	"whose amount is a fraction":       func(b string) string { return strings.Replace(b, `"amount":100`, `"amount":1.5`, 1) },
	"whose amount is negative":         func(b string) string { return strings.Replace(b, `"amount":100`, `"amount":-100`, 1) },
	"whose amount is zero":             func(b string) string { return strings.Replace(b, `"amount":100`, `"amount":0`, 1) },
	"whose amount is missing":          func(b string) string { return strings.Replace(b, `"amount":100,`, ``, 1) },
	"whose amount is there twice":      func(b string) string { return strings.Replace(b, `"amount":100`, `"amount":100,"amount":1`, 1) },
	"whose currency is unknown":        func(b string) string { return strings.Replace(b, `"CNY"`, `"XXX"`, 1) },
	"whose order number is empty":      func(b string) string { return replaceMember(b, "order_no", `""`) },
	"whose order time is no time":      func(b string) string { return replaceMember(b, "order_time", `"yesterday"`) },
	"with a member nobody knows":       func(b string) string { return strings.Replace(b, `{`, `{"tip":5,`, 1) },
	"whose body is cut off":            func(b string) string { return b[:len(b)-5] },
	"whose body goes on after its end": func(b string) string { return b + b },
	"whose body is an array":           func(string) string { return `[]` },
	"whose body nests too deep": func(b string) string {
		return strings.Replace(b, `{`, `{"tip":`+strings.Repeat(`[`, 40)+strings.Repeat(`]`, 40)+`,`, 1)
	},
	"whose body has 2 MB": func(b string) string { return strings.Repeat(" ", 2<<20) + b },
}

// replaceMember puts another value in place of a text value.
func replaceMember(body, member, value string) string {
	key := `"` + member + `":`
	i := strings.Index(body, key)
	if i < 0 {
		return body
	}
	i += len(key)
	end := i + 1 + strings.IndexByte(body[i+1:], '"') + 1
	return body[:i] + value + body[end:]
}

func malformedCharge(ctx context.Context, defect string) error {
	spoil := defects[defect]
	contentType := ""
	if defect == "with content type text/plain" {
		spoil, contentType = func(b string) string { return b }, "text/plain"
	}
	if spoil == nil {
		return fmt.Errorf("the vocabulary has no defect %q", defect)
	}
	w := From(ctx)
	w.unreadable = strings.Contains(defect, "whose body")
	defer func() { w.unreadable = false }()
	var changed bool
	err := w.chargeSpoilt(ctx, "1.00", func(m *wire.Message, _ *channelState) {
		good := string(m.Body)
		m.Body, m.ContentType = []byte(spoil(good)), contentType
		changed = contentType != "" || string(m.Body) != good
	})
	if err == nil && !changed {
		return fmt.Errorf("the defect %q changed nothing", defect)
	}
	return err
}

func unknownPath(ctx context.Context) error {
	return From(ctx).say(ctx, wire.Message{Method: http.MethodPost, Path: "/v1/lottery", Body: []byte(`{}`)})
}

func unknownMethod(ctx context.Context) error {
	w := From(ctx)
	return w.say(ctx, wire.Message{Method: http.MethodDelete, Path: "/v1/charges/" + w.NewNumber("ord")})
}

func strangersCharge(ctx context.Context) error {
	w := From(ctx)
	return w.chargeSpoilt(ctx, "1.00", func(m *wire.Message, _ *channelState) {
		m.Body = []byte(replaceMember(string(m.Body), "member_no", `"M999999999999"`))
	})
}
