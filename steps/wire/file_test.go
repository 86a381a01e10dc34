package wire

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
)

// sealed closes a file: lines, then the last one with the digest of what stands before it.
func sealed(before, last string) string {
	sum := sha256.Sum256([]byte(before))
	return before + last + "," + hex.EncodeToString(sum[:]) + "\n"
}

const twoLines = "kind,order_no,amount\ndebit,ord_1,100\nrefund,ord_1,40\n"

func TestAFileThatHoldsIsReadAndChecked(t *testing.T) {
	t.Parallel()
	f, err := ReadFile([]byte(sealed(twoLines, "total,2,100,40")))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Check("debit", "refund"); err != nil {
		t.Error(err)
	}
	if found := f.Select("kind", "refund"); len(found) != 1 || f.Column(found[0], "amount") != "40" || f.Column(found[0], "fee") != "" {
		t.Errorf("refunds: %v", found)
	}
	if err := f.Check("debit"); err == nil {
		t.Error("a total too many passes")
	}
	counted, err := ReadFile([]byte(sealed("event,agreement_no\nmade,agr_1\n", "total,1,1,0")))
	if err != nil || counted.Check("made", "ended") != nil {
		t.Errorf("a file of counts: %v, %v", err, counted.Check("made", "ended"))
	}
}

func TestAFileThatLiesIsNoticed(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"count":  sealed(twoLines, "total,3,100,40"),
		"total":  sealed(twoLines, "total,2,101,40"),
		"digest": strings.Replace(sealed(twoLines, "total,2,100,40"), "ord_1,40", "ord_2,40", 1),
	} {
		f, err := ReadFile([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if f.Check("debit", "refund") == nil {
			t.Errorf("%s: nobody notices", name)
		}
	}
}

func TestWhatIsNoFileOfTheContractIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "no last line": twoLines, "no line end": strings.TrimSuffix(sealed(twoLines, "total,2,100,40"), "\n"),
		"CR LF": strings.ReplaceAll(sealed(twoLines, "total,2,100,40"), "\n", "\r\n"), "totals alone": sealed("", "total,0,0"),
		"a total of letters": sealed(twoLines, "total,2,x,40"), "columns that differ": sealed(twoLines+"debit\n", "total,3,100,40"),
	} {
		if _, err := ReadFile([]byte(text)); !errors.Is(err, ErrFile) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzReadFile(f *testing.F) {
	f.Add([]byte(sealed(twoLines, "total,2,100,40")))
	f.Add([]byte("total,,,\n"))
	f.Fuzz(func(_ *testing.T, body []byte) {
		if file, err := ReadFile(body); err == nil {
			_ = file.Check("debit", "refund", "reversal")
		}
	})
}
