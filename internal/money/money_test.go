package money_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"countersign/internal/money"
)

func TestParseReadsYuanAsFen(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]money.Fen{
		"0": 0, "0.00": 0, "-0": 0, "1": 100, "12.3": 1230, "12.34": 1234, "0.05": 5, "-0.05": -5, "007": 700,
		"92233720368547758.07":  math.MaxInt64,
		"-92233720368547758.07": -math.MaxInt64,
	} {
		got, err := money.Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestParseRefusesWhatIsNotAnAmount(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-", ".", ".5", "5.", "1.234", "1,000", "+1", " 1", "1 ", "1e3", "0x10", "--1", "１", "1.2.3", "1.x", "1.2x", "NaN", "¥1", "1_0",
	} {
		if got, err := money.Parse(text); !errors.Is(err, money.ErrSyntax) {
			t.Errorf("Parse(%q) = %d, %v; want ErrSyntax", text, got, err)
		}
	}
}

func TestParseRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"92233720368547758.08", "99999999999999999999", "-92233720368547759", "9223372036854775807"} {
		if got, err := money.Parse(text); !errors.Is(err, money.ErrRange) {
			t.Errorf("Parse(%q) = %d, %v; want ErrRange", text, got, err)
		}
	}
}

func TestErrorsDoNotRepeatTheText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"622202000000001", "x6222020000000011"} {
		if _, err := money.Parse(text + "9999999999"); err == nil || strings.Contains(err.Error(), "62220") {
			t.Errorf("Parse error repeats the text: %v", err)
		}
	}
}

func TestStringHasTwoDecimals(t *testing.T) {
	t.Parallel()
	for fen, want := range map[money.Fen]string{
		0: "0.00", 5: "0.05", -5: "-0.05", 100: "1.00", 1234: "12.34", -123456: "-1234.56",
		math.MaxInt64: "92233720368547758.07", math.MinInt64: "-92233720368547758.08",
	} {
		if got := fen.String(); got != want {
			t.Errorf("Fen(%d).String() = %q; want %q", int64(fen), got, want)
		}
	}
}

func TestAddRefusesToWrapAround(t *testing.T) {
	t.Parallel()
	if sum, err := money.Fen(1).Add(-3); err != nil || sum != -2 {
		t.Errorf("1 + -3 = %d, %v", sum, err)
	}
	if _, err := money.Max.Add(1); !errors.Is(err, money.ErrRange) {
		t.Errorf("Max + 1: %v; want ErrRange", err)
	}
	if _, err := money.Fen(math.MinInt64).Add(-1); !errors.Is(err, money.ErrRange) {
		t.Errorf("Min - 1: %v; want ErrRange", err)
	}
}

func TestPositiveIsStrict(t *testing.T) {
	t.Parallel()
	if money.Fen(0).Positive() || money.Fen(-1).Positive() || !money.Fen(1).Positive() {
		t.Error("only amounts above zero are positive")
	}
}

func FuzzParseAndStringAgree(f *testing.F) {
	for _, seed := range []string{"0", "12.34", "-0.05", "92233720368547758.07", "1e3", "", "1.", "-", "007.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fen, err := money.Parse(text)
		if err != nil {
			if !errors.Is(err, money.ErrSyntax) && !errors.Is(err, money.ErrRange) {
				t.Fatalf("untyped error %v", err)
			}
			return
		}
		again, err := money.Parse(fen.String())
		if err != nil || again != fen {
			t.Fatalf("%q became %d, then %d (%v)", text, fen, again, err)
		}
	})
}
