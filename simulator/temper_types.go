package simulator

// Temper is how unfriendly a world is by itself (3.1 of the fault model): which
// oddities happen in it without anybody asking, and how often.
type Temper string

// The tempers. Friendly has no oddities, realistic has those of ordinary channels at
// their ordinary rates, hostile has far more of them.
const (
	TemperFriendly  Temper = "friendly"
	TemperRealistic Temper = "realistic"
	TemperHostile   Temper = "hostile"
)

// allOfThousand is the rate of what always happens.
const allOfThousand = 1000

// OddityRates are rates in permille by the name of an oddity.
type OddityRates map[string]int

// Oddity is something that real channels do now and then although nothing is wrong:
// fault rules at a rate that the temper of a world sets.
type Oddity struct {
	Name  string
	About string // one paragraph
	Rows  []string
	// Rules are the same fault for each operation that it is about. Their ids are
	// fixed; the chance comes from the world's rate.
	Rules []FaultRule
	// Realistic and Hostile are permille of the moments that fit; friendly is 0.
	Realistic, Hostile int
}

// Rate is how many in a thousand the oddity strikes in a world of that temper.
func (o *Oddity) Rate(t Temper) int {
	switch t {
	case TemperRealistic:
		return o.Realistic
	case TemperHostile:
		return o.Hostile
	case TemperFriendly:
	}
	return 0
}

// OddityCatalogue is the part of a FaultCatalogue that knows oddities. A catalogue
// without it has worlds of friendly temper only.
type OddityCatalogue interface {
	// Oddities lists them in a fixed order. Do not change what it returns.
	Oddities() []Oddity
}

// perNumber is how often the oddities of a temper strike one order, signing, check or
// refund number together, so that a good answer always comes in bounded time.
func (t Temper) perNumber() int {
	const realistic, hostile = 3, 5
	if t == TemperHostile {
		return hostile
	}
	return realistic
}
