package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

// defaultData is the folder of `up` and of the commands that look for it.
const defaultData = "countersign-data"

// Files of an instance in its data folder, readable by their owner only.
const (
	instanceFile = "instance.json"
	notesFile    = "notes.json"
)

// instance tells where a running instance is and how to get in. It is what `up --json` prints when ready.
type instance struct {
	Ready           bool     `json:"ready"`
	PID             int      `json:"pid"`
	Version         string   `json:"version"`
	Data            string   `json:"data,omitempty"`
	Simulator       string   `json:"simulator_url,omitempty"`
	Control         string   `json:"control_url,omitempty"`
	Platform        string   `json:"platform_url,omitempty"`
	PlatformControl string   `json:"platform_control_url,omitempty"`
	Console         string   `json:"console_url,omitempty"`
	World           string   `json:"world,omitempty"`
	Merchant        string   `json:"merchant,omitempty"`
	MerchantName    string   `json:"merchant_name,omitempty"`
	Seed            int64    `json:"seed,omitempty"`
	ControlToken    string   `json:"control_token,omitempty"`
	OperatorToken   string   `json:"operator_token,omitempty"`
	MerchantToken   string   `json:"merchant_token,omitempty"`
	DemoCard        demoCard `json:"demo_card,omitzero"`
	Channels        []string `json:"channels,omitempty"`
}

// demoCard names a card of the fixtures without showing it.
type demoCard struct {
	CardID     string `json:"card_id"`
	PersonID   string `json:"person_id"`
	Bank       string `json:"bank"`
	MaskedCard string `json:"masked_card"`
}

// notes are what the commands remember between calls, so that the walk needs no copying of numbers.
type notes struct {
	PayerID     string `json:"payer_id,omitempty"`
	CardID      string `json:"card_id,omitempty"`
	CheckoutID  string `json:"checkout_id,omitempty"`
	PaymentID   string `json:"payment_id,omitempty"`
	InboxCursor int64  `json:"inbox_cursor,omitempty"`
}

// dataFlag gives a command the flag --data.
func dataFlag(cmd *cobra.Command) *string {
	return cmd.PersistentFlags().String("data", defaultData, "data folder of the instance")
}

// running finds the running instance of a data folder.
func running(data string) (*instance, error) {
	text, err := os.ReadFile(filepath.Join(data, instanceFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, usage("no instance is running with the data folder "+data, "start `countersign up` first, or name its folder with --data")
	}
	if err != nil {
		return nil, usage("instance cannot be read: "+reason(err), "name the folder of `countersign up` with --data")
	}
	found := &instance{}
	if err := json.Unmarshal(text, found); err != nil {
		return nil, usage(filepath.Join(data, instanceFile)+" is damaged", "start `countersign up` again: it writes the file anew")
	}
	return found, nil
}

// remember writes the notes of an instance.
func (n *notes) remember(data string) error { return writePrivate(filepath.Join(data, notesFile), n) }

// recall reads the notes of an instance; none yet are empty ones.
func recall(data string) (*notes, error) {
	found := &notes{}
	path := filepath.Join(data, notesFile)
	text, err := os.ReadFile(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return found, nil
	case err != nil:
		return nil, usage("what the last calls were about cannot be read: "+reason(err), "make the file readable, or delete it")
	}
	if err := json.Unmarshal(text, found); err != nil {
		return nil, usage(path+" is damaged", "delete it: it only knows what the last calls were about")
	}
	return found, nil
}

// writePrivate writes a value into a file that only its owner can read, whole or not at all.
func writePrivate(path string, content any) error {
	text, err := json.MarshalIndent(content, "", "  ")
	if err == nil {
		err = writeWhole(path, append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// writeWhole writes a file that only its owner can read, whole or not at all.
func writeWhole(path string, text []byte) error {
	part, err := os.CreateTemp(filepath.Dir(path), ".part-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = part.Write(text)
	if err := errors.Join(err, part.Close()); err != nil {
		_ = os.Remove(part.Name())
		return err
	}
	if err := os.Rename(part.Name(), path); err != nil {
		_ = os.Remove(part.Name())
		return err
	}
	return nil
}
