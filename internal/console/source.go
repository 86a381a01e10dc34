package console

import (
	"context"
	"encoding/json"
	"time"

	"countersign/internal/sequence"
)

// Source tells what the page shows and carries out what is asked for on it.
type Source interface {
	// Snapshot is what a view shows as it stands now.
	Snapshot(ctx context.Context, view View) (Snapshot, error)
	// Control is one exchange with the control plane. An answer that refuses is a Reply, no error.
	Control(ctx context.Context, call Call) (Reply, error)
	// Step moves the clock of a world, together with that of its merchant where there is one.
	Step(ctx context.Context, move Move) (Reply, error)
	// Story is who called whom for a number in a world; ErrUnknown when nobody has seen it.
	Story(ctx context.Context, world, number string) (*Sequence, error)
}

// View is what one open page looks at.
type View struct {
	World string
	// ChannelID, Operation and Number choose rows of the journal; empty: all.
	ChannelID, Operation, Number string
	// Worlds asks for the list of worlds too, which costs a look into each.
	Worlds bool
}

// Call is a request to the control plane; Body is JSON, or nothing.
type Call struct {
	Method, Path string
	Body         []byte
}

// Reply is an answer in JSON: of the control plane, or one that looks the same.
type Reply struct {
	Status int
	Body   []byte
}

// Move says how far a clock is to go: exactly one of Next, ByMs and To.
type Move struct {
	World string     `json:"world,omitempty"`
	Next  bool       `json:"next,omitempty"`
	ByMs  int64      `json:"by_ms,omitempty"` // milliseconds
	To    *time.Time `json:"to,omitempty"`
}

// Snapshot is everything that a view shows at one instant. A nil list was not asked for.
type Snapshot struct {
	Worlds     *WorldList      `json:"worlds,omitempty"`
	World      *World          `json:"world"` // nil: no such world
	Clock      *Clock          `json:"clock,omitempty"`
	Faults     json.RawMessage `json:"faults,omitempty"` // FaultList of contract/control.yaml
	Journal    *Journal        `json:"journal,omitempty"`
	Messages   []Message       `json:"messages,omitempty"`   // newest first
	Deliveries json.RawMessage `json:"deliveries,omitempty"` // DeliveryList
	Verdicts   *Verdicts       `json:"verdicts,omitempty"`
	Breaks     json.RawMessage `json:"breaks,omitempty"` // BreakList
	Latest     *Sequence       `json:"latest,omitempty"`
}

// WorldList is the worlds of the program, as many as are listed.
type WorldList struct {
	Worlds  []WorldRow `json:"worlds"`
	Omitted int        `json:"omitted,omitempty"` // how many more there are
}

// WorldRow is a world in the list.
type WorldRow struct {
	ID      string     `json:"world_id"`
	Seed    uint64     `json:"seed,string"`
	Now     *time.Time `json:"now,omitempty"` // of a virtual clock: a real one would change all the time
	Virtual bool       `json:"virtual"`
	Durable bool       `json:"durable"`
	Temper  string     `json:"temper"`
	Parent  string     `json:"parent,omitempty"`
	Members int        `json:"members"`
	Charges int        `json:"charges"` // debits in the ledgers of its banks
	Faults  int        `json:"faults"`  // rules that are switched on
}

// World is what the page tells of the chosen world.
type World struct {
	ID       string    `json:"world_id"`
	Virtual  bool      `json:"virtual"`
	Durable  bool      `json:"durable"`
	Joint    bool      `json:"joint"` // a merchant's clock moves with it
	Channels []Channel `json:"channels"`
}

// Channel is a channel that rows can be chosen by.
type Channel struct {
	ID     string `json:"channel_id"`
	NameZH string `json:"name_zh"`
	NameEN string `json:"name_en"`
}

// Clock is the time of a world and what is due in it.
type Clock struct {
	Now     time.Time       `json:"now"`
	Virtual bool            `json:"virtual"`
	Next    *time.Time      `json:"next_due,omitempty"` // on either side
	Due     json.RawMessage `json:"due"`                // earliest first
}

// Journal is the newest rows that a view chooses, newest first.
type Journal struct {
	Rows []Row `json:"rows"`
	Cut  bool  `json:"cut,omitempty"` // older ones are not listed
}

// Row is an exchange without its bodies.
type Row struct {
	Cursor    int64     `json:"cursor"`
	At        time.Time `json:"at"`
	ChannelID string    `json:"channel_id,omitempty"`
	Operation string    `json:"operation"`
	Direction string    `json:"direction,omitempty"`
	Number    string    `json:"number,omitempty"`
	Status    int       `json:"status"`
	Signature string    `json:"signature"`
	Committed bool      `json:"committed"`
	Faults    []string  `json:"faults,omitempty"`
	Variant   string    `json:"variant,omitempty"`
	Cause     string    `json:"cause,omitempty"`
	Lost      bool      `json:"lost,omitempty"`
}

// Verdicts is what the tested client did against the contract, newest first.
type Verdicts struct {
	Verdicts []Verdict `json:"verdicts"`
	Omitted  int64     `json:"omitted,omitempty"`
}

// Verdict is one of them; Rows are the cursors of the journal rows that prove it.
type Verdict struct {
	Verdict   string    `json:"verdict"`
	Clause    string    `json:"clause"`
	Level     string    `json:"level"`
	Text      string    `json:"text"`
	At        time.Time `json:"at"`
	ChannelID string    `json:"channel_id,omitempty"`
	Number    string    `json:"number,omitempty"`
	Rows      []int64   `json:"rows"`
}

// Message is what a handset received.
type Message struct {
	Cursor int64     `json:"cursor"`
	At     time.Time `json:"at"`
	Medium string    `json:"medium"` // sms | wechat
	To     string    `json:"to"`     // masked
	Brand  string    `json:"brand"`
	Sender string    `json:"sender"` // bank | third_party | platform
	About  string    `json:"about"`  // signing | payment | debit_notice | platform_code | platform_notice
	Text   string    `json:"text"`
	Code   string    `json:"code,omitempty"`
	Ref    string    `json:"reference,omitempty"`
}

// Sequence is who called whom for one number (T14: one reference runs through all of a payment).
type Sequence struct {
	PaymentID string `json:"payment_id"` // or another number
	OrderNo   string `json:"merchant_order_no"`
	Amount    string `json:"amount"` // yuan, two decimals
	Status    string `json:"status"`
	Steps     []Step `json:"steps"`
}

// Step is one arrow: who called whom, and what came back.
type Step = sequence.Step
