package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"countersign/internal/clock"
	"countersign/simulator"
)

// today is the business day on which the world of the tests begins.
func today() string { return clock.BusinessDay(start) }

// askAfter is a signed GET at an instant after the start.
func (f *field) askAfter(channel, path string, after time.Duration) call {
	c := f.at(channel, "GET", path+"?member_no="+f.members[channel].MemberNo, "")
	c.claims["iat"] = start.Add(after).Unix()
	return c
}

func TestAStatementIsSignedCSVOnceItsDayIsOver(t *testing.T) {
	t.Parallel()
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		f := newField(t)
		agreement := f.sign(channel)
		f.send(f.at(channel, "POST", "/v1/charges", f.charge(channel, "ord_0001", agreement)))
		early := f.send(f.at(channel, "GET", "/v1/statements/"+today()+"?member_no="+f.members[channel].MemberNo, ""))
		checkProblem(t, early)
		wait := clock.NextBusinessDay(start).Sub(start)
		if early.status != http.StatusTooEarly || early.protected == nil || early.json["code"] != "statement_not_ready" ||
			early.header.Get("Retry-After") != strconv.Itoa(int(wait/time.Second)) {
			t.Errorf("%s: %d %v %s", channel, early.status, early.header, early.body)
		}
		f.pass(wait)
		got := f.send(f.askAfter(channel, "/v1/statements/"+today(), wait))
		if got.status != http.StatusOK || got.protected == nil || got.header.Get("Content-Type") != "text/csv; charset=utf-8" {
			t.Fatalf("%s: %d %v %s", channel, got.status, got.header, got.body)
		}
		if lines := strings.Split(got.body, "\n"); len(lines) != 4 || !strings.HasPrefix(lines[1], "debit,ord_0001,") ||
			!strings.HasPrefix(lines[2], "total,1,1234,0,0,") {
			t.Errorf("%s:\n%s", channel, got.body)
		}
		if row := f.lastRow(); row.Operation != simulator.OpStatement || row.Ref != today() || row.AnswerStatus() != http.StatusOK ||
			strings.Contains(string(row.AnswerBody()), payerCard) {
			t.Errorf("%s: journal %+v", channel, row)
		}
		agreements := f.send(f.askAfter(channel, "/v1/agreement-files/"+today(), wait))
		if agreements.status != http.StatusOK || !strings.Contains(agreements.body, "made,"+agreement+",") {
			t.Errorf("%s: %d\n%s", channel, agreements.status, agreements.body)
		}
	}
}

func TestADayThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for _, day := range []string{"2018-02-30", "2018-6-6", "yesterday", "2018-06-06T00", "2018_06_06", "6222020000000001016"} {
		for _, path := range []string{"/v1/statements/", "/v1/agreement-files/"} {
			got := f.send(f.askAfter("bridge-pay", path+day, 0))
			if got.status != http.StatusBadRequest || got.json["code"] != "invalid_request" || got.json["field"] != "day" {
				t.Errorf("%s%s: %d %s", path, day, got.status, got.body)
			}
		}
	}
}

// batch is the body of a batch of so many items.
func (f *field) batch(no string, items int) string {
	var all []string
	for i := range items {
		all = append(all, fmt.Sprintf(`{"sign_no":"sgn_%04d","payer_ref":"payer-1","elements":%s,"evidence":{"kind":"legacy","reference":"old_0001","signed_on":"2016-03-01"}}`, i, elements()))
	}
	return fmt.Sprintf(`{"member_no":%q,"batch_no":%q,"items":[%s]}`, f.members["bridge-pay"].MemberNo, no, strings.Join(all, ","))
}

func TestABatchIsTakenUpToItsCapAndQueried(t *testing.T) {
	t.Parallel()
	f := newField(t)
	body := f.batch("bat_0001", simulator.MostBatchItems)
	if len(body) <= longestBody {
		t.Fatalf("a batch of %d bytes tries nothing", len(body))
	}
	got := f.send(f.at("bridge-pay", "POST", "/v1/binding-batches", body))
	if got.status != http.StatusOK || got.json["signed"] != float64(simulator.MostBatchItems) {
		t.Fatalf("%d %.300s", got.status, got.body)
	}
	if row := f.lastRow(); row.RequestBody() != nil || row.AnswerBody() != nil || row.Ref != "bat_0001" {
		t.Error("the journal keeps a large batch")
	}
	again := f.send(f.askAfter("bridge-pay", "/v1/binding-batches/bat_0001", 0))
	if again.body != got.body {
		t.Errorf("queried: %d %.300s", again.status, again.body)
	}
	other := f.send(f.at("bridge-pay", "POST", "/v1/binding-batches", f.batch("bat_0001", 1)))
	if other.status != http.StatusConflict || other.json["code"] != "number_reused" {
		t.Errorf("other content: %d %s", other.status, other.body)
	}
	none := f.send(f.askAfter("bridge-pay", "/v1/binding-batches/bat_0002", 0))
	if none.status != http.StatusNotFound || none.json["code"] != "batch_not_found" {
		t.Errorf("never seen: %d %s", none.status, none.body)
	}
}

func TestAWrongItemOfABatchIsNamedByItsPlace(t *testing.T) {
	t.Parallel()
	f := newField(t)
	for replaced, field := range map[string][2]string{
		`"sgn_0001"`:   {`"x"`, "/items/1/sign_no"},
		`"legacy"`:     {`"hearsay"`, "/items/0/evidence/kind"},
		`"2016-03-01"`: {`null`, "/items/0/evidence/signed_on"},
		`"payer-1"`:    {`"a b"`, "/items/0/payer_ref"},
	} {
		body := strings.Replace(f.batch("bat_0001", 2), replaced, field[0], 1)
		got := f.send(f.at("bridge-pay", "POST", "/v1/binding-batches", body))
		if got.status != http.StatusBadRequest || got.json["field"] != field[1] {
			t.Errorf("%s: %d %s", replaced, got.status, got.body)
		}
	}
}

// pass lets the world's clock go on.
func (f *field) pass(d time.Duration) {
	f.t.Helper()
	if _, err := f.engine.SetClock(context.Background(), f.world, start.Add(d)); err != nil {
		f.t.Fatal(err)
	}
}
