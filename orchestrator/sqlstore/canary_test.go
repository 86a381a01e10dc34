package sqlstore_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"

	o "countersign/orchestrator"
	"countersign/orchestrator/sqlstore"
)

// secrets are what must not be read in the files: an invented person's elements, a code, a token, a key.
var secrets = []string{"6222020000000001016", "990000198804120135", "13800000001", "周明", "048213", "token-of-the-gateway", "secret-of-the-webhook", "key-of-the-channel-key-of-the-channel"}

// storeSecrets stores them the way the engine does: sealed, or as a keyed hash.
func storeSecrets(store *sqlstore.Store, vault *sqlstore.Vault) error {
	sealed := map[string][]byte{}
	for i, secret := range secrets {
		box, err := vault.Seal("scope:"+string(rune('a'+i)), []byte(secret))
		if err != nil {
			return err
		}
		sealed[secret] = box
	}
	digest := hex.EncodeToString(vault.MAC("card", []byte(secrets[0])))
	return store.Update(context.Background(), func(tx o.Tx) error {
		merchant := o.Merchant{ID: "mer_1", TokenHash: "hash", SealedGateway: sealed[secrets[5]], SealedWebhook: sealed[secrets[6]]}
		channel := o.ChannelConfig{MerchantID: "mer_1", ChannelID: "bridge-pay", SealedKeys: sealed[secrets[7]]}
		card := o.Card{
			MerchantID: "mer_1", ID: "crd_1", State: o.CardBound, Fingerprint: digest, ElementsPrint: digest,
			MaskedNumber: "622202*********1016", MaskedMobile: "138****0001", SealedElements: bytes.Join([][]byte{
				sealed[secrets[0]], sealed[secrets[1]], sealed[secrets[2]], sealed[secrets[3]],
			}, nil),
		}
		signing := o.Signing{MerchantID: "mer_1", ID: "sgn_1", Own: o.OwnCode{Hash: vault.MAC("own-code:sgn_1:1", []byte(secrets[4]))}}
		return errors.Join(tx.Merchants().Put(&merchant), tx.Channels().Put(&channel), tx.Cards().Insert(&card), tx.Signings().Insert(&signing))
	})
}

func TestTheFilesHoldNothingThatMustNotBeRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	store, vault := onDisk(t, folder)
	if err := storeSecrets(store, vault); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{sqlstore.FileName, sqlstore.FileName + "-wal"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if name != sqlstore.FileName && !bytes.Contains(content, []byte("138****0001")) {
			t.Fatalf("%s does not hold the row; the search below proves nothing", name)
		}
		for _, secret := range secrets {
			for form, shown := range forms(secret) {
				if bytes.Contains(content, []byte(shown)) {
					t.Errorf("%s holds %q (%s)", name, secret, form)
				}
			}
		}
	}
}

// forms are ways a text may lie in a file.
func forms(text string) map[string]string {
	backwards := []byte(text)
	for i, j := 0, len(backwards)-1; i < j; i, j = i+1, j-1 {
		backwards[i], backwards[j] = backwards[j], backwards[i]
	}
	return map[string]string{
		"plain": text, "hex": hex.EncodeToString([]byte(text)), "backwards": string(backwards),
		"base64": base64.RawStdEncoding.EncodeToString([]byte(text)),
	}
}
