package simulator

import (
	"strings"
	"testing"
	"time"
)

func TestTheLongestPrefixWithTheRightLengthWins(t *testing.T) {
	t.Parallel()
	table := newBINTable([]BIN{
		{Prefix: "9558", Length: 19, Bank: "ICBC", CardType: DebitCard},
		{Prefix: "622", Length: 16, Bank: "WIDE", CardType: DebitCard},
		{Prefix: "622588", Length: 16, Bank: "CMB", CardType: DebitCard},
		{Prefix: "62258801", Length: 16, Bank: "SUB", CardType: CreditCard},
		{Prefix: "622588", Length: 19, Bank: "LONG", CardType: DebitCard},
	})
	for name, row := range map[string]struct{ card, bank string }{
		"four digit prefix":            {"9558000000000000011", "ICBC"},
		"short prefix as fallback":     {"6229990000000011", "WIDE"},
		"six digits beat three":        {"6225880000000011", "CMB"},
		"eight digits beat six":        {"6225880100000011", "SUB"},
		"the length decides at a draw": {"6225880000000000011", "LONG"},
		"a wrong length is nobody's":   {"62258800000000111", ""},
		"an unknown prefix is too":     {"4111110000000011", ""},
	} {
		if got, _ := table.find(row.card); got.Bank != row.bank {
			t.Errorf("%s: got %q, want %q", name, got.Bank, row.bank)
		}
	}
}

func TestTheLintFindsDoubleAndImpossibleBINs(t *testing.T) {
	t.Parallel()
	findings := LintBINs([]BIN{
		{Prefix: "622688", Length: 16, Bank: "CITIC", CardType: CreditCard},
		{Prefix: "622688", Length: 16, Bank: "OTHER", CardType: DebitCard},
		{Prefix: "622688", Length: 19, Bank: "FINE", CardType: DebitCard},
		{Prefix: "62x", Length: 16, Bank: "B", CardType: DebitCard},
		{Prefix: "622588", Length: 16, Bank: "CMB", CardType: "prepaid"},
	})
	if len(findings) != 3 || !strings.Contains(strings.Join(findings, "\n"), "listed twice") {
		t.Errorf("findings: %q", findings)
	}
}

func TestMaintenanceWindowsAreDailyOrOnce(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		moment, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return moment
	}
	for name, row := range map[string]struct {
		window  Window
		instant string
		covered bool
	}{
		"daily, inside":                {Window{"01:00", "03:00"}, "2018-06-06T02:00:00+08:00", true},
		"daily, lower edge":            {Window{"01:00", "03:00"}, "2018-06-06T01:00:00+08:00", true},
		"daily, upper edge":            {Window{"01:00", "03:00"}, "2018-06-06T03:00:00+08:00", false},
		"daily means UTC+8":            {Window{"01:00", "03:00"}, "2018-06-06T02:00:00Z", false},
		"over midnight, before":        {Window{"23:30", "00:30"}, "2018-06-06T23:45:00+08:00", true},
		"over midnight, after":         {Window{"23:30", "00:30"}, "2018-06-06T00:15:00+08:00", true},
		"over midnight, at noon":       {Window{"23:30", "00:30"}, "2018-06-06T12:00:00+08:00", false},
		"once, inside":                 {Window{"2018-06-30T00:00:00+08:00", "2018-06-30T06:00:00+08:00"}, "2018-06-30T05:59:59+08:00", true},
		"once, the same time a day on": {Window{"2018-06-30T00:00:00+08:00", "2018-06-30T06:00:00+08:00"}, "2018-07-01T05:00:00+08:00", false},
	} {
		w, err := compileWindow(row.window)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if w.covers(at(row.instant)) != row.covered {
			t.Errorf("%s: covered = %v", name, !row.covered)
		}
	}
}

func TestWindowsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for name, w := range map[string]Window{
		"empty": {}, "mixed": {"01:00", "2018-06-30T06:00:00+08:00"}, "half": {"2018-06-30T06:00:00+08:00", "x"},
		"backward": {"2018-06-30T06:00:00+08:00", "2018-06-30T05:00:00+08:00"},
	} {
		if _, err := compileWindow(w); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestCodesAreFoundInTextsOfAllSenders(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"【示例】086443，签约验证码。":           "086443",
		"您的验证码是 0042 ，请勿告诉他人":         "0042",
		"尾号0011的卡，验证码135790":          "135790",
		"支付12345.00元，验证码：24680，5分钟":   "24680",
		"支付5000元，尾号为1234，码 99887766。": "99887766",
		"没有验证码":               "",
		"123 太短，123456789 太长": "",
	} {
		if got := extractCode(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestTheJournalKeepsTheNewestRows(t *testing.T) {
	t.Parallel()
	var j journal
	for range journalRows + 5 {
		j.add(JournalRow{})
	}
	if j.at(5) != nil || j.at(6) == nil || j.at(6).Seq != 6 || j.at(j.last).Seq != journalRows+5 || j.at(j.last+1) != nil {
		t.Error("ring is wrong at its edges")
	}
}

func TestTheInboxKeepsCursorsWhenOldMessagesGo(t *testing.T) {
	t.Parallel()
	w := &World{}
	for range 2*inboxMessages + 1 {
		w.arrive(&Message{About: AboutPlatformNotice})
	}
	kept := w.Messages(MessageFilter{})
	if len(kept) != inboxMessages+1 || kept[0].Cursor != inboxMessages+1 {
		t.Errorf("kept %d from cursor %d", len(kept), kept[0].Cursor)
	}
	if got := w.Messages(MessageFilter{After: 2 * inboxMessages}); len(got) != 1 || got[0].Cursor != 2*inboxMessages+1 {
		t.Errorf("after: %d", len(got))
	}
}
