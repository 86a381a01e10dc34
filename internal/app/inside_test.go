package app

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"countersign/fixtures"
	"countersign/internal/cardholder"
	"countersign/internal/universe"
	"countersign/simulator"
)

func TestTheFixturesMakeAUniverseThatCompiles(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	u, err := universe.Of(set)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := simulator.Compile(u); err != nil {
		t.Fatal(err)
	}
}

func TestBothSidesAreToldTheSameProfile(t *testing.T) {
	t.Parallel()
	set, err := fixtures.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, channel := range set.Channels {
		played := universe.Profile(channel)
		told, err := configured(channel)
		if err != nil {
			t.Fatal(err)
		}
		if string(played.Kind) != string(told.Kind) || played.SignatureAlg != told.SignatureAlg ||
			len(played.Banks) != len(told.Banks) || played.Code.Length != told.Code.Length || len(played.FinalCodes) != len(told.FinalCodes) {
			t.Errorf("%s: the two sides differ", channel.ChannelID)
		}
	}
}

func TestIssuersKnowTheBanksOfInventedCards(t *testing.T) {
	t.Parallel()
	number, err := cardholder.NewCardNumber("6222020000000001016")
	if err != nil {
		t.Fatal(err)
	}
	bank, cardType, ok := issuers{fixtures.Load}.Lookup(number)
	if !ok || bank != "ICBC" || cardType != "debit" {
		t.Errorf("bank %q, card type %q, known %t", bank, cardType, ok)
	}
}

func TestAFolderIsForOneInstanceAndItsOwnerOnly(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	first, err := openPart(data, platformPart)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openPart(data, platformPart); !errors.Is(err, ErrInUse) {
		t.Errorf("second instance: error %v, want ErrInUse", err)
	}
	drawn, err := loadTokens(first)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	again, err := openPart(data, platformPart)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.close() })
	kept, err := loadTokens(again)
	if err != nil || kept != drawn {
		t.Errorf("tokens were not kept (error %v)", err)
	}
	for path, want := range map[string]os.FileMode{data: 0o700, again.path: 0o700, again.file(tokensFile): 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, want %v (error %v)", filepath.Base(path), info.Mode().Perm(), want, err)
		}
	}
}

func TestAFileInPlaceOfTheFolderIsToldInOneLine(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(data, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openPart(data, worldPart); !errors.Is(err, ErrDataDir) {
		t.Errorf("error %v, want ErrDataDir", err)
	}
}
