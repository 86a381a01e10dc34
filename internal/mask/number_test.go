package mask_test

import (
	"testing"

	"countersign/internal/mask"
)

func TestANumberColumnHidesCardsOnly(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"6222021234567890128":     "622202*********0128",
		"chk_6222021234567890128": "chk_622202*********0128",
		"6222021234567890123":     "6222021234567890123", // a wrong check digit
		"M51074012348197":         "M51074012348197",
		"20180630235959000001":    "20180630235959000001",
		"ord_16x000001":           "ord_16x000001",
		"evt_36000000000008":      "evt_36000000000008",
		"xevt_36000000000008":     "xevt_360000****0008",
		"agr_378282246310005":     "agr_378282246310005",
		"agr_4111111111111111":    "agr_411111******1111",
		"":                        "",
	} {
		if got := mask.Number(given); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
}

func TestMemberNumbersStayWhole(t *testing.T) {
	t.Parallel()
	const body = `{"member_no":"M51074012348197","kid":"M51074012348197-request-1","path":"/v1/limits?member_no=M510740123481"}`
	if got := string(mask.JSON([]byte(body))); got != body {
		t.Errorf("%s", got)
	}
	for _, card := range []string{"M6222020000000010011", "xM62220200000010", "M62220200000010x", "6222020000000010011"} {
		if got := mask.Text(card); got == card {
			t.Errorf("%s comes out", card)
		}
	}
}
