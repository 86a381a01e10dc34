package worldlog

import (
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"countersign/simulator"
)

// record is one input as a line.
type record struct {
	At      time.Time         `json:"at"`
	Name    string            `json:"name"` // of the command's type
	Command json.RawMessage   `json:"command"`
	Request simulator.Request `json:"request,omitzero"`
	Resumed simulator.Point   `json:"resumed,omitempty"`
	Held    int64             `json:"held,omitempty"`
}

// codec writes and reads the commands of one type.
type codec struct {
	sample simulator.Command
	encode func(simulator.Command) any
	decode func(json.RawMessage) (simulator.Command, error)
}

// plain is the codec of commands without personal data: their own JSON is enough.
func plain[T simulator.Command]() codec {
	var sample T
	return codec{
		sample: sample,
		encode: func(c simulator.Command) any { return c },
		decode: func(text json.RawMessage) (simulator.Command, error) {
			var c T
			err := json.Unmarshal(text, &c)
			return c, err
		},
	}
}

// full is the codec of commands with personal data, which have a type P of their
// own that writes them in full.
func full[T simulator.Command, P any](encode func(T) P, decode func(P) (T, error)) codec {
	var sample T
	return codec{
		sample: sample,
		encode: func(c simulator.Command) any {
			typed, _ := c.(T)
			return encode(typed)
		},
		decode: func(text json.RawMessage) (simulator.Command, error) {
			var p P
			if err := json.Unmarshal(text, &p); err != nil {
				return nil, err
			}
			return decode(p)
		},
	}
}

// codecs are all commands by the name of their type.
//
//nolint:gochecknoglobals // an immutable table
var codecs = makeCodecs(
	full(elementCheckOut, elementCheckIn),
	full(applySigningOut, applySigningIn),
	plain[simulator.ResendSigningCode](), plain[simulator.ConfirmSigning](), plain[simulator.QuerySigning](),
	full(bindOut, bindIn),
	full(bindBatchOut, bindBatchIn),
	plain[simulator.QueryBindingBatch](), plain[simulator.QueryStatement](), plain[simulator.QueryAgreementFile](),
	full(queryAgreementOut, queryAgreementIn),
	plain[simulator.TerminateAgreement](),
	full(applyChargeOut, applyChargeIn),
	plain[simulator.QueryCharge](), plain[simulator.CloseCharge](), plain[simulator.ConfirmCharge](),
	plain[simulator.ResendChargeCode](), plain[simulator.ApplyRefund](), plain[simulator.QueryRefund](),
	plain[simulator.QueryLimits](), plain[simulator.QueryProfile](),
	full(sendSMSOut, sendSMSIn),
	plain[simulator.SendWeChat](), plain[simulator.RefuseRequest](), plain[simulator.AddMember](),
	full(putAccountOut, putAccountIn),
	full(changeAccountOut, changeAccountIn),
	plain[simulator.ChangeBank](), plain[simulator.RotateKeys](), plain[simulator.SwitchChannel](), plain[simulator.ChangeProfile](),
	full(cancelAtBankOut, cancelAtBankIn),
	full(forgetAgreementOut, forgetAgreementIn),
	full(addFaultOut, addFaultIn), plain[simulator.RemoveFault](), plain[simulator.SwitchFault](), plain[simulator.ChangeSettings](), plain[simulator.Redeliver](),
	plain[simulator.AddNotificationPlan](), plain[simulator.RemoveNotificationPlan](),
	plain[simulator.Delivered](), plain[simulator.ResetWorld](), plain[simulator.Tick](), plain[simulator.LoadState](),
)

// makeCodecs indexes codecs by name.
func makeCodecs(list ...codec) map[string]codec {
	m := make(map[string]codec, len(list))
	for _, c := range list {
		m[nameOf(c.sample)] = c
	}
	return m
}

// nameOf is the name of a command's type.
func nameOf(c simulator.Command) string { return reflect.TypeOf(c).Name() }

// encodeInput writes an input as JSON.
func encodeInput(in simulator.Input) ([]byte, error) {
	if in.Command == nil {
		in.Command = simulator.Tick{}
	}
	name := nameOf(in.Command)
	c, known := codecs[name]
	if !known {
		return nil, fmt.Errorf("write input: command %s has no codec", name)
	}
	command, err := json.Marshal(c.encode(in.Command))
	if err != nil {
		return nil, fmt.Errorf("write input: %w", err)
	}
	text, err := json.Marshal(record{At: in.Now, Name: name, Command: command, Request: in.Request, Resumed: in.Resumed, Held: in.Held})
	if err != nil {
		return nil, fmt.Errorf("write input: %w", err)
	}
	return text, nil
}

// decodeInput reads an input back.
func decodeInput(text []byte) (simulator.Input, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return simulator.Input{}, fmt.Errorf("read input: %w", err)
	}
	c, known := codecs[r.Name]
	if !known {
		return simulator.Input{}, fmt.Errorf("read input: command %q is not known to this program", r.Name)
	}
	command, err := c.decode(r.Command)
	if err != nil {
		return simulator.Input{}, fmt.Errorf("read input %s: %w", r.Name, err)
	}
	return simulator.Input{Now: r.At, Command: command, Request: r.Request, Resumed: r.Resumed, Held: r.Held}, nil
}
