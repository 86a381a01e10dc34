package steps

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
)

func send(t *testing.T, url, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(text)
}

func TestTheMailboxKeepsAndAcknowledges(t *testing.T) {
	t.Parallel()
	w := worldWith(t, newTwoClocks(nil))
	const event = `{"event_id":"evt_1"}`
	status, answer := send(t, w.MailAddress("member"), event)
	if status != http.StatusOK || strings.TrimSpace(answer) != event {
		t.Errorf("answered %d %s", status, answer)
	}
	w.SilenceMail("member", true)
	if status, _ = send(t, w.MailAddress("member"), event); status == http.StatusOK {
		t.Error("a silent member acknowledged")
	}
	letters := w.Mail("member")
	if len(letters) != 2 || !letters[0].Acknowledged || letters[1].Acknowledged || string(letters[0].Body) != event {
		t.Errorf("letters: %+v", letters)
	}
	if got := w.Mail("merchant"); len(got) != 0 {
		t.Errorf("somebody else's box holds %d", len(got))
	}
	w.suite.mailbox.forget(w.WorldID())
	if got := w.Mail("member"); len(got) != 0 {
		t.Errorf("%d letters outlive their world", len(got))
	}
}
