package bench

// Figure is one thing measured, beside what it is held against.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	// Limit is in the unit of Value: what a bare program does in the same run, or,
	// where LimitIs says "bar", the bar itself.
	Limit   float64 `json:"limit"`
	LimitIs string  `json:"limit_is"`
	Ratio   float64 `json:"ratio"` // Value to Limit
	// Bar is what the ratio has to reach: from below when Better is "higher", from
	// above when it is "lower"; 0 where nothing is promised.
	Bar    float64 `json:"bar,omitempty"`
	Better Better  `json:"better"`
	Holds  bool    `json:"holds"`
}

// Better says in which direction a ratio is good.
type Better string

// The two directions.
const (
	Higher Better = "higher"
	Lower  Better = "lower"
)

// OfBar is LimitIs of a figure that is held against a bar and not against a measurement.
const OfBar = "bar"

// Against completes a figure with its limit and says whether the bar holds.
func (f Figure) Against(limit float64, limitIs string, bar float64) Figure {
	f.Limit, f.LimitIs, f.Bar = limit, limitIs, bar
	if limit > 0 {
		f.Ratio = f.Value / limit
	}
	switch {
	case bar == 0:
		f.Holds = true
	case f.Better == Higher:
		f.Holds = f.Ratio >= bar
	default:
		f.Holds = f.Ratio <= bar
	}
	return f
}
