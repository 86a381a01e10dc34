package console_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"countersign/internal/console"
)

// fakeSource is a world that a test changes.
type fakeSource struct {
	mu       sync.Mutex
	snapshot console.Snapshot
	broken   error
}

func (f *fakeSource) Snapshot(context.Context) (console.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.snapshot, f.broken
}

func (f *fakeSource) set(s console.Snapshot) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.snapshot = s
}

var at = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// lively is a world after a first payment whose reply was lost once.
func lively() console.Snapshot {
	return console.Snapshot{
		World: "demo", Seed: 7, Now: at,
		Messages: []console.Message{
			{Cursor: 2, At: at, Medium: "wechat", To: "wx-li", Brand: "平台", Sender: "platform", About: "platform_notice", Text: "您已成功支付88.00元。"},
			{Cursor: 1, At: at, Medium: "sms", To: "138****0001", Brand: "工商银行", Sender: "bank", About: "signing", Text: "【工商银行】验证码 042917，您正在办理协议支付签约。"},
		},
		Latest: &console.Sequence{PaymentID: "pay_1", OrderNo: "shop-0001", Amount: "88.00", Status: "succeeded", Steps: []console.Step{
			{At: at, From: "merchant", To: "platform", What: "payment application", Outcome: "code_required"},
			{At: at, From: "platform", To: "bridge-pay", What: "signing apply", Outcome: "code_sent"},
			{At: at, From: "ICBC", To: "handset", What: "SMS about signing"},
			{At: at, From: "platform", To: "bridge-pay", What: "charge", Outcome: "succeeded at the bank", Lost: true},
			{At: at, From: "platform", To: "bridge-pay", What: "charge query", Outcome: "succeeded"},
		}},
	}
}

// hostile is a world whose channel writes markup wherever it can.
func hostile() console.Snapshot {
	const evil = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script>`
	s := lively()
	for i := range s.Messages {
		s.Messages[i].Text, s.Messages[i].Brand, s.Messages[i].To = evil, evil, evil
	}
	s.Latest.OrderNo, s.Latest.Status = evil, evil
	for i := range s.Latest.Steps {
		s.Latest.Steps[i].What, s.Latest.Steps[i].Outcome, s.Latest.Steps[i].To = evil, evil, evil
	}
	return s
}

func serve(t *testing.T, source console.Source) *httptest.Server {
	t.Helper()
	handler, err := console.Handler(source, "test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server
}

var errDown = errors.New("the world is down")
