package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"countersign/simulator"
	"countersign/simulator/internal/sample"
)

// forged are the variants that are not the channel's own word; true are those that
// are, whatever else is wrong with them.
var (
	forged = []simulator.NoticeVariant{
		simulator.VariantWrongKey, simulator.VariantForeignKey, simulator.VariantWrongAlgorithm, simulator.VariantUnsigned, simulator.VariantAltered,
	}
	own = []simulator.NoticeVariant{simulator.VariantPlain, simulator.VariantStale}
)

func TestWhoAcknowledgesAForgedNotificationIsFoundOut(t *testing.T) {
	t.Parallel()
	for _, variant := range slices.Concat(forged, own) {
		for _, acknowledged := range []bool{true, false} {
			want := acknowledged && slices.Contains(forged, variant)
			name := string(variant) + map[bool]string{true: " taken", false: " refused"}[acknowledged]
			t.Run("by plan, "+name, func(t *testing.T) {
				t.Parallel()
				s, _ := planned(t, simulator.NotificationPlan{Sendings: []simulator.PlannedSending{{AfterMS: 1000, Variant: variant}}})
				s.foundOut(s.next(), acknowledged, want)
			})
			t.Run("by hand, "+name, func(t *testing.T) {
				t.Parallel()
				s, _ := planned(t, simulator.NotificationPlan{Sendings: []simulator.PlannedSending{{AfterMS: 1000}}})
				first := s.next()
				s.report(first, true)
				s.foundOut(s.once(simulator.Redeliver{EventID: first.Event.EventID, Variant: variant}), acknowledged, want)
			})
		}
	}
}

// next is the sending that is due now.
func (s *stage) next() *simulator.Delivery {
	s.t.Helper()
	due := sent(s.pass(time.Second))
	if len(due) != 1 {
		s.t.Fatalf("sent: %+v", due)
	}
	return due[0]
}

// foundOut reports a sending and wants the verdict, or none.
func (s *stage) foundOut(d *simulator.Delivery, acknowledged, want bool) {
	s.t.Helper()
	s.report(d, acknowledged)
	found := s.w.Verdicts(s.now)
	if !want {
		if len(found) != 0 {
			s.t.Errorf("%+v", found)
		}
		return
	}
	if len(found) != 1 || found[0].Name != simulator.VerdictForgedAcknowledged || found[0].Number != d.Event.Charge.OrderNo ||
		!strings.Contains(found[0].Text, string(d.Variant)) || len(found[0].Evidence) != 1 || found[0].MemberNo != d.Event.MemberNo {
		s.t.Errorf("%+v", found)
	}
	if e := s.w.Export(); len(e.Verdicts) != 1 {
		s.t.Errorf("exported: %+v", e.Verdicts)
	}
}

func TestChargedAgainAtAnotherChannelOfOneMerchant(t *testing.T) {
	t.Parallel()
	const elsewhere = sample.AgreementBank
	for name, row := range map[string]struct {
		other string // the merchant at the second channel
		want  []simulator.VerdictName
	}{
		"the same merchant": {"shop", []simulator.VerdictName{simulator.VerdictChargedAgain}},
		"another merchant":  {"stall", []simulator.VerdictName{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := setStage(t)
			s.control(simulator.AddMember{Member: simulator.Member{MemberNo: "S-1", ChannelID: sample.WithholdingRaw, Merchant: "shop", MerchantName: merchant}})
			s.control(simulator.AddMember{Member: simulator.Member{MemberNo: "S-2", ChannelID: elsewhere, Merchant: row.other, MerchantName: merchant}})
			s.as("S-2", elsewhere, simulator.ApplySigning{SignNo: "sgn_shop", PayerRef: "payer-1", Elements: sample.Person(1)})
			signed := s.as("S-2", elsewhere, simulator.ConfirmSigning{SignNo: "sgn_shop", Code: s.code(simulator.AboutSigning)})
			s.control(simulator.AddFault{Rule: simulator.FaultRule{Fault: "withhold_reply", Operation: simulator.OpCharge, Times: 1}})
			first, second := s.rawCharge(sample.Person(1), 100), s.newCharge(signed.Signing.Agreement.AgreementNo, "payer-1", 100)
			s.as("S-1", sample.WithholdingRaw, first)
			wantCharge(t, s.as("S-2", elsewhere, second), simulator.ChargeSucceeded, "")
			if got := s.verdicts(); !slices.Equal(got, row.want) {
				t.Fatalf("%v, not %v", got, row.want)
			}
			for _, v := range s.w.Verdicts(s.now) {
				if v.Number != second.OrderNo || v.ChannelID != elsewhere || len(v.Evidence) != 2 || v.Evidence[0].ChannelID != sample.WithholdingRaw {
					t.Errorf("%+v", v)
				}
			}
		})
	}
}

// as steps a command of a member of the test's own.
func (s *stage) as(memberNo, channelID string, c simulator.Command) simulator.Outcome {
	return s.w.Step(simulator.Input{Now: s.now, Command: c, Request: simulator.Request{ChannelID: channelID, MemberNo: memberNo}})
}
