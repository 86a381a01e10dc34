package clock_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"countersign/internal/clock"
)

func instant(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestSystemTellsTheMachinesTimeInUTC(t *testing.T) {
	t.Parallel()
	before := time.Now().Round(0)
	now := clock.System{}.Now()
	if now.Location() != time.UTC {
		t.Errorf("location is %v; want UTC", now.Location())
	}
	if now.Before(before) || now.Sub(before) > time.Minute {
		t.Errorf("now is %v; the machine says %v", now, before)
	}
}

func TestVirtualStandsStillUntilItIsSet(t *testing.T) {
	t.Parallel()
	start := instant(t, "2018-06-30T23:59:00+08:00")
	virtual := clock.NewVirtual(start)
	if !virtual.Now().Equal(start) || virtual.Now().Location() != time.UTC {
		t.Fatalf("starts at %v", virtual.Now())
	}
	later := start.Add(10 * time.Minute)
	if err := virtual.Set(later); err != nil {
		t.Fatal(err)
	}
	if err := virtual.Set(later); err != nil {
		t.Errorf("setting the present instant: %v", err)
	}
	if !virtual.Now().Equal(later) {
		t.Errorf("now %v; want %v", virtual.Now(), later)
	}
}

func TestVirtualRefusesToGoBack(t *testing.T) {
	t.Parallel()
	start := instant(t, "2018-06-30T16:00:00Z")
	virtual := clock.NewVirtual(start)
	err := virtual.Set(start.Add(-time.Nanosecond))
	var backwards *clock.BackwardsError
	if !errors.As(err, &backwards) || !errors.Is(err, clock.ErrBackwards) {
		t.Fatalf("error is %v", err)
	}
	want := "clock cannot go back: it is 2018-06-30T16:00:00Z, asked for 2018-06-30T15:59:59.999999999Z"
	if err.Error() != want {
		t.Errorf("says %q; want %q", err, want)
	}
	if !virtual.Now().Equal(start) {
		t.Error("a refused setting moved the clock")
	}
}

func TestVirtualDropsTheMonotonicReading(t *testing.T) {
	t.Parallel()
	now := time.Now()
	if got := clock.NewVirtual(now).Now(); got != now.Round(0).UTC() {
		t.Errorf("reading %#v kept its monotonic part", got)
	}
}

func TestVirtualMayBeSharedByGoroutines(t *testing.T) {
	t.Parallel()
	start := instant(t, "2026-01-01T00:00:00Z")
	virtual := clock.NewVirtual(start)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			before := virtual.Now()
			_ = virtual.Set(start.Add(time.Duration(i) * time.Second)) // a refusal is fine: another one was faster
			if virtual.Now().Before(before) {
				t.Error("the clock went back")
			}
		})
	}
	group.Wait()
	if want := start.Add(7 * time.Second); !virtual.Now().Equal(want) {
		t.Errorf("ends at %v; want %v", virtual.Now(), want)
	}
}

func TestBusinessDayGoesByUTCPlus8(t *testing.T) {
	t.Parallel()
	rows := []struct{ name, at, day, month, start, next, monthStart string }{
		{
			"one instant before midnight in China", "2018-06-30T15:59:59.999999999Z", "2018-06-30", "2018-06",
			"2018-06-29T16:00:00Z", "2018-06-30T16:00:00Z", "2018-05-31T16:00:00Z",
		},
		{
			"midnight in China", "2018-06-30T16:00:00Z", "2018-07-01", "2018-07",
			"2018-06-30T16:00:00Z", "2018-07-01T16:00:00Z", "2018-06-30T16:00:00Z",
		},
		{
			"leap day, seen from New York", "2024-02-28T12:00:00-05:00", "2024-02-29", "2024-02",
			"2024-02-28T16:00:00Z", "2024-02-29T16:00:00Z", "2024-01-31T16:00:00Z",
		},
		{
			"new year", "2025-12-31T16:00:01Z", "2026-01-01", "2026-01",
			"2025-12-31T16:00:00Z", "2026-01-01T16:00:00Z", "2025-12-31T16:00:00Z",
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			at := instant(t, row.at)
			if got := clock.BusinessDay(at); got != row.day {
				t.Errorf("day %s; want %s", got, row.day)
			}
			if got := clock.BusinessMonth(at); got != row.month {
				t.Errorf("month %s; want %s", got, row.month)
			}
			for what, pair := range map[string][2]string{
				"start of day":   {clock.StartOfBusinessDay(at).Format(time.RFC3339), row.start},
				"next day":       {clock.NextBusinessDay(at).Format(time.RFC3339), row.next},
				"start of month": {clock.StartOfBusinessMonth(at).Format(time.RFC3339), row.monthStart},
			} {
				if pair[0] != pair[1] {
					t.Errorf("%s is %s; want %s", what, pair[0], pair[1])
				}
			}
		})
	}
}
