package cardholder_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"countersign/internal/cardholder"
)

// Invented: a real BIN, our marker 000000 and any end; a person of region 990000.
const (
	cardText   = "6222020000004172935"
	idText     = "99000019900307118X"
	mobileText = "13875319246"
	nameText   = "测试某某"
)

func elements(t *testing.T) cardholder.FourElements {
	t.Helper()
	name, err1 := cardholder.NewName(nameText)
	id, err2 := cardholder.NewIDNumber(idText)
	card, err3 := cardholder.NewCardNumber(cardText)
	mobile, err4 := cardholder.NewMobile(mobileText)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return cardholder.FourElements{Name: name, IDType: cardholder.ResidentID, IDNumber: id, CardNumber: card, Mobile: mobile}
}

func TestConstructorsKeepTheValueAndMaskIt(t *testing.T) {
	t.Parallel()
	e := elements(t)
	for what, pair := range map[string][2]string{
		"card":          {e.CardNumber.Reveal(), cardText},
		"masked card":   {e.CardNumber.Masked(), "622202*********2935"},
		"BIN":           {e.CardNumber.BIN(), "622202"},
		"last four":     {e.CardNumber.Last4(), "2935"},
		"ID":            {e.IDNumber.Reveal(), idText},
		"masked ID":     {e.IDNumber.Masked(), "9****************X"},
		"mobile":        {e.Mobile.Reveal(), mobileText},
		"masked mobile": {e.Mobile.Masked(), "138****9246"},
		"name":          {e.Name.Reveal(), nameText},
		"masked name":   {e.Name.Masked(), "**某"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %q; want %q", what, pair[0], pair[1])
		}
	}
	if e.IsZero() || !e.Complete() {
		t.Error("four elements are neither none nor some")
	}
}

func TestCardNumberNormalisesSpacesAndChecksLength(t *testing.T) {
	t.Parallel()
	card, err := cardholder.NewCardNumber(" 6222 0200 0000 4172 935 ")
	if err != nil || card.Reveal() != cardText {
		t.Errorf("spaces: %q, %v", card.Reveal(), err)
	}
	for _, text := range []string{"4000000000006", "6225880000000001"} {
		if _, err := cardholder.NewCardNumber(text); err != nil {
			t.Errorf("%d digits: %v", len(text), err)
		}
	}
	for _, text := range []string{"", " ", "400000000000", "62220200000000100111", "6222-0200-0000-0010", "622202000000001x", "６２２２０２００００００００１０", "+622202000000001"} {
		if _, err := cardholder.NewCardNumber(text); !errors.Is(err, cardholder.ErrCardNumber) {
			t.Errorf("NewCardNumber(%q): %v; want ErrCardNumber", text, err)
		}
	}
}

func TestLuhnIsAWarningOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"6225880000000000": false, "4111111111111111": true, "6222020000000010011": false,
		"5500000000000004": true, "4000000000006": true,
	} {
		card, err := cardholder.NewCardNumber(text)
		if err != nil {
			t.Fatal(err)
		}
		if card.LuhnOK() != want {
			t.Errorf("LuhnOK of %s is %t", card, card.LuhnOK())
		}
	}
}

func TestIDNumberChecksDateAndCheckCharacter(t *testing.T) {
	t.Parallel()
	for _, text := range []string{idText, strings.ToLower(idText)} {
		if id, err := cardholder.NewIDNumber(text); err != nil || id.Reveal() != idText {
			t.Errorf("NewIDNumber(%q) = %q, %v", text, id.Reveal(), err)
		}
	}
	found := 0
	for _, check := range "0123456789X" {
		if _, err := cardholder.NewIDNumber("99000020000229001" + string(check)); err == nil {
			found++
		}
	}
	if found != 1 {
		t.Errorf("%d check characters fit a leap day's number; want 1", found)
	}
	for _, text := range []string{
		"", "990000900307118", "990000199003071181", "9900001990030711XX", "99000019900307118Ｘ", "A9000019900307118X", "9900001990030711 X",
	} {
		if _, err := cardholder.NewIDNumber(text); !errors.Is(err, cardholder.ErrIDNumber) {
			t.Errorf("NewIDNumber(%q): %v; want ErrIDNumber", text, err)
		}
	}
	for _, day := range []string{"20010229", "19901301", "19900431", "00000000"} {
		for _, check := range "0123456789X" {
			if _, err := cardholder.NewIDNumber("990000" + day + "001" + string(check)); err == nil {
				t.Errorf("born on %s was accepted", day)
			}
		}
	}
}

func TestOtherDocumentsHaveNumbersOfTheirOwn(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"TESTe12345": "T********5", "12345": "1***5", strings.Repeat("A", 32): "A" + strings.Repeat("*", 30) + "A", idText: "9****************X"} {
		id, err := cardholder.NewIDNumberOf(cardholder.Passport, text)
		if err != nil || id.Reveal() != strings.ToUpper(text) || id.Masked() != want {
			t.Errorf("%q: %s, %v", text, id, err)
		}
	}
	for _, text := range []string{"", "1234", strings.Repeat("1", 33), "E 1234567", "护照12345", "E1234567\n"} {
		if _, err := cardholder.NewIDNumberOf(cardholder.Passport, text); !errors.Is(err, cardholder.ErrIDNumber) {
			t.Errorf("%q: %v; want ErrIDNumber", text, err)
		}
	}
	if _, err := cardholder.NewIDNumberOf(cardholder.ResidentID, "TESTE12345"); !errors.Is(err, cardholder.ErrIDNumber) {
		t.Errorf("a resident ID without 18 characters: %v", err)
	}
}

func TestMobileStartsWith13To19(t *testing.T) {
	t.Parallel()
	for _, second := range "0123456789" {
		_, err := cardholder.NewMobile("1" + string(second) + "800000001")
		if want := second >= '3'; (err == nil) != want {
			t.Errorf("1%c…: %v", second, err)
		}
	}
	for _, text := range []string{"", "1380000000", "138000000011", "23800000001", "+8613800000001", "138 0000 001", "1380000000a", "１3800000001"} {
		if _, err := cardholder.NewMobile(text); !errors.Is(err, cardholder.ErrMobile) {
			t.Errorf("NewMobile(%q): %v; want ErrMobile", text, err)
		}
	}
}

func TestNameTakesUpTo60CharactersWithoutControls(t *testing.T) {
	t.Parallel()
	for text, mask := range map[string]string{
		"测": "**", "测试": "**试", "Test Person": "**n", strings.Repeat("测", 60): "**测", "阿·测": "**测", `a"`: "**", `a\`: "**", "试 ": "**",
	} {
		name, err := cardholder.NewName(text)
		if err != nil || name.Masked() != mask {
			t.Errorf("NewName(%q) masks as %q, %v; want %q", text, name.Masked(), err, mask)
		}
	}
	for _, text := range []string{
		"", " ", "　", strings.Repeat("测", 61), "a\nb", "a\x00", "a\u202eb", "a\u2028b", "a\u200bb", "\xff\xfe", "测\x7f",
	} {
		if _, err := cardholder.NewName(text); !errors.Is(err, cardholder.ErrName) {
			t.Errorf("NewName(%q): %v; want ErrName", text, err)
		}
	}
}

func TestIDTypeKnowsTheWordsOfTheContract(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"resident_id", "passport", "household", "officer", "foreigner"} {
		if got, err := cardholder.NewIDType(word); err != nil || string(got) != word {
			t.Errorf("NewIDType(%q) = %q, %v", word, got, err)
		}
	}
	for _, word := range []string{"", "RESIDENT_ID", "driving_licence"} {
		if _, err := cardholder.NewIDType(word); !errors.Is(err, cardholder.ErrIDType) {
			t.Errorf("NewIDType(%q): %v; want ErrIDType", word, err)
		}
	}
}

func TestEqualComparesContentAndNotAddresses(t *testing.T) {
	t.Parallel()
	one, two := elements(t), elements(t)
	if !one.Equal(two) {
		t.Error("the same elements differ")
	}
	otherName, _ := cardholder.NewName("另一")
	otherID, _ := cardholder.NewIDNumber("990000199003072027")
	otherCard, _ := cardholder.NewCardNumber("6222020000000010012")
	otherMobile, _ := cardholder.NewMobile("13800000002")
	for what, change := range map[string]func(*cardholder.FourElements){
		"name":    func(e *cardholder.FourElements) { e.Name = otherName },
		"ID type": func(e *cardholder.FourElements) { e.IDType = cardholder.Passport },
		"ID":      func(e *cardholder.FourElements) { e.IDNumber = otherID },
		"card":    func(e *cardholder.FourElements) { e.CardNumber = otherCard },
		"mobile":  func(e *cardholder.FourElements) { e.Mobile = otherMobile },
		"nothing": func(e *cardholder.FourElements) { *e = cardholder.FourElements{} },
	} {
		changed := elements(t)
		change(&changed)
		if one.Equal(changed) || changed.Equal(one) {
			t.Errorf("another %s is equal", what)
		}
	}
}

func TestZeroValuesAreSafe(t *testing.T) {
	t.Parallel()
	var e cardholder.FourElements
	if !e.IsZero() || e.Complete() || !e.Equal(cardholder.FourElements{}) {
		t.Error("zero elements are not none")
	}
	texts := []string{
		e.Name.Reveal(), e.Name.String(), e.IDNumber.Reveal(), e.IDNumber.String(), e.CardNumber.Reveal(), e.CardNumber.String(),
		e.CardNumber.BIN(), e.CardNumber.Last4(), e.Mobile.Reveal(), e.Mobile.String(),
	}
	if all := strings.Join(texts, ""); all != "" {
		t.Errorf("zero values say %q", all)
	}
	if e.CardNumber.LuhnOK() {
		t.Error("no card has a right Luhn digit")
	}
	if body, err := json.Marshal(e); err != nil || string(body) != `{"Name":"","IDType":"","IDNumber":"","CardNumber":"","Mobile":""}` {
		t.Errorf("JSON is %s, %v", body, err)
	}
}

func FuzzMasksNeverShowTheMiddle(f *testing.F) {
	for _, seed := range []string{cardText, idText, mobileText, nameText, "", "4000000000006", "a\"b", "\xff", "1 3"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if card, err := cardholder.NewCardNumber(text); err == nil {
			digits := card.Reveal()
			if card.String() != digits[:6]+strings.Repeat("*", len(digits)-10)+digits[len(digits)-4:] {
				t.Errorf("card mask %q", card.Masked())
			}
		}
		if mobile, err := cardholder.NewMobile(text); err == nil && mobile.Masked() != text[:3]+"****"+text[7:] {
			t.Errorf("mobile mask %q", mobile.Masked())
		}
		if id, err := cardholder.NewIDNumber(text); err == nil && id.Masked()[1:17] != strings.Repeat("*", 16) {
			t.Errorf("ID mask %q", id.Masked())
		}
		if name, err := cardholder.NewName(text); err == nil {
			if !strings.HasPrefix(name.Masked(), "**") {
				t.Errorf("name mask %q", name.Masked())
			}
			if body, err := json.Marshal(name); err != nil || !json.Valid(body) {
				t.Errorf("name JSON %q, %v", body, err)
			}
		}
	})
}
