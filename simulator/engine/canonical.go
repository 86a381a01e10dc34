package engine

import (
	"encoding/json"
	"fmt"

	"countersign/simulator"
)

// Canonical writes everything in a world as JSON, the same bytes for the same
// history. Personal data are masked; inbox texts and their codes are in it.
func Canonical(w *simulator.World) ([]byte, error) {
	text, err := json.MarshalIndent(w.Export(), "", " ")
	if err != nil {
		return nil, fmt.Errorf("write canonical export: %w", err)
	}
	return append(text, '\n'), nil
}

// Canonical writes one world of the engine.
func (e *Engine) Canonical(worldID string) ([]byte, error) {
	var text []byte
	var failed error
	if err := e.Read(worldID, func(w *simulator.World) { text, failed = Canonical(w) }); err != nil {
		return nil, err
	}
	return text, failed
}
