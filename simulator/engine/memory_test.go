package engine_test

import (
	"bytes"
	"fmt"
	"runtime"
	"testing"
	"time"

	"countersign/internal/money"
	"countersign/simulator"
	"countersign/simulator/engine"
	"countersign/simulator/internal/sample"
)

// heap is what is alive after a collection.
func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// BenchmarkMemoryOfCharges tells what 200,000 distinct charges of one world keep:
// heap in MB, and bytes for each. Each has a body and a jti, as at the door, and a
// tenth of a second passes between them.
func BenchmarkMemoryOfCharges(b *testing.B) {
	const charges, megabyte = 200_000, 1 << 20
	for b.Loop() {
		e := engine.New(engine.Options{})
		info, err := e.CreateWorld(b.Context(), engine.NewWorld{Seed: 7, Virtual: true, Start: sample.Start, Template: sample.Template()})
		if err != nil {
			b.Fatal(err)
		}
		m, err := e.AddMember(b.Context(), info.ID, engine.NewMember{ChannelID: sample.WithholdingRaw, MerchantName: "晨星借贷"})
		if err != nil {
			b.Fatal(err)
		}
		rich := simulator.ChangeAccount{CardNumber: sample.CMBPerson(3).CardNumber, Balance: new(money.Fen(charges))}
		if _, err := e.Do(b.Context(), info.ID, simulator.Input{Command: rich}); err != nil {
			b.Fatal(err)
		}
		before, body := heap(), bytes.Repeat([]byte{'x'}, 400)
		for n := range charges {
			no := fmt.Sprintf("ord_%012d", n)
			out, err := e.Do(b.Context(), info.ID, simulator.Input{
				Command: simulator.ApplyCharge{
					OrderNo: no, OrderTime: sample.Start, Amount: 1, Currency: money.Currency, Elements: sample.CMBPerson(3),
					PayerRef: fmt.Sprintf("payer-%d", n%1000),
				},
				Request: simulator.Request{
					ChannelID: m.ChannelID, MemberNo: m.MemberNo, Method: "POST", Target: "/v1/charges", JTI: "jti-" + no, Body: bytes.Clone(body),
				},
			})
			if err != nil || out.Charge == nil || out.Charge.Status != simulator.ChargeSucceeded {
				b.Fatalf("%+v %v", out, err)
			}
			if n%10 == 9 {
				if _, err := e.SetClock(b.Context(), info.ID, sample.Start.Add(time.Duration(n)*time.Second/10)); err != nil {
					b.Fatal(err)
				}
			}
		}
		kept := heap() - before
		b.ReportMetric(float64(kept)/megabyte, "MB")
		b.ReportMetric(float64(kept)/charges, "B/charge")
		e.Close()
	}
}
