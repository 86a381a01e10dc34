package chance_test

import (
	"strconv"
	"testing"

	"countersign/internal/chance"
)

func TestDrawIsTheSameForEver(t *testing.T) {
	t.Parallel()
	// Golden values: a seed printed by an older version must replay the same run.
	rows := []struct {
		seed          uint64
		entity, event string
		want          uint64
	}{
		{0, "", "", 0x68752350ae1d483f},
		{1, "ord_1", "latency", 0x32f6ebaae08f94e1},
		{42, "sgn_1", "code", 0xcec48878008c37aa},
	}
	for _, row := range rows {
		if got := chance.Draw(row.seed, row.entity, row.event); got != row.want {
			t.Errorf("Draw(%d, %q, %q) = %#x; want %#x", row.seed, row.entity, row.event, got, row.want)
		}
	}
}

func TestDrawKeepsItsThreeInputsApart(t *testing.T) {
	t.Parallel()
	base := chance.Draw(1, "ab", "c")
	for name, other := range map[string]uint64{
		"another seed":      chance.Draw(2, "ab", "c"),
		"border moved":      chance.Draw(1, "a", "bc"),
		"nothing in entity": chance.Draw(1, "", "abc"),
		"nothing in event":  chance.Draw(1, "abc", ""),
	} {
		if other == base {
			t.Errorf("%s draws the same", name)
		}
	}
}

func TestPermilleIsEven(t *testing.T) {
	t.Parallel()
	const draws = 100_000
	below := 0
	for i := range draws {
		p := chance.Permille(7, "ord_"+strconv.Itoa(i), "lost_reply")
		if p < 0 || p > 999 {
			t.Fatalf("permille %d", p)
		}
		if p < 250 {
			below++
		}
	}
	if below < draws/4-1000 || below > draws/4+1000 {
		t.Errorf("%d of %d draws are below 250", below, draws)
	}
}

func TestPickReachesEveryChoice(t *testing.T) {
	t.Parallel()
	counts := make([]int, 7)
	for i := range 7000 {
		counts[chance.Pick(1, strconv.Itoa(i), "pick", len(counts))]++
	}
	for choice, count := range counts {
		if count < 850 || count > 1150 {
			t.Errorf("choice %d came %d times of 7000", choice, count)
		}
	}
	if chance.Pick(1, "a", "b", 0) != 0 || chance.Pick(1, "a", "b", -3) != 0 || chance.Pick(1, "a", "b", 1) != 0 {
		t.Error("without a choice the answer is 0")
	}
}

func TestDigitsKeepsLeadingZerosAndIsEven(t *testing.T) {
	t.Parallel()
	var counts [10]int
	zeros := 0
	for i := range 10_000 {
		code := chance.Digits(3, strconv.Itoa(i), "code", 6)
		if len(code) != 6 {
			t.Fatalf("code %q has not six digits", code)
		}
		if code[0] == '0' {
			zeros++
		}
		for _, digit := range code {
			counts[digit-'0']++
		}
	}
	if zeros < 850 || zeros > 1150 {
		t.Errorf("%d of 10000 codes start with 0", zeros)
	}
	for digit, count := range counts {
		if count < 5600 || count > 6400 {
			t.Errorf("digit %d came %d times of 60000", digit, count)
		}
	}
	if chance.Digits(3, "a", "b", 0) != "" {
		t.Error("no digits asked for, some given")
	}
}
