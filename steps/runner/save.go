package runner

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
)

// WriteJSON renders the result as indented JSON, described by [ResultSchema].
func WriteJSON(w io.Writer, r *Result) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("writing the result as JSON: %w", err)
	}
	return nil
}

// Renderer writes a report of a result.
type Renderer func(io.Writer, *Result) error

// Save writes result.json and junit.xml into a folder, made if need be. The
// extra renderers are further files by name. A file is there whole or not at
// all. After an error the run counts as not judged: see [Result.AddProblem].
func Save(dir string, r *Result, extra map[string]Renderer) error {
	if err := os.MkdirAll(dir, 0o755); err != nil { //nolint:gosec // reports hold invented people only, and the rest of a build reads them
		return fmt.Errorf("making the report folder: %w", err)
	}
	files := map[string]Renderer{"result.json": WriteJSON, "junit.xml": WriteJUnit}
	maps.Copy(files, extra)
	for name, render := range files {
		if err := saveOne(filepath.Join(dir, name), r, render); err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
	}
	return nil
}

func saveOne(name string, r *Result, render Renderer) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".part-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if err := render(f, r); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Chmod(0o644); err != nil {
		_ = f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
