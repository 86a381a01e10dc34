package controlapi

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/httpjson"
	"countersign/simulator"
	"countersign/simulator/engine"
)

// fileFormat is the version of a world's file; longestFile its cap in bytes.
const (
	fileFormat  = "countersign-world/1"
	longestFile = 128 << 20
)

// importPath is the one operation with a cap of its own.
const importPath = "/v1/worlds/import"

// worldFile is the schema WorldFile with its two halves as they stand in the file.
type worldFile struct {
	Format   string          `json:"format"`
	WorldID  string          `json:"world_id"`
	Virtual  bool            `json:"virtual,omitempty"`
	Digest   string          `json:"digest"`
	Universe json.RawMessage `json:"universe"`
	State    json.RawMessage `json:"state"`
}

// worldID is the form of a world's name in the document; the largest time to live
// stands there too.
var worldID = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,63}$`) //nolint:gochecknoglobals // a compiled constant

// ExportFile writes everything in a world as a file.
func (s *Server) ExportFile(w http.ResponseWriter, r *http.Request, world control.WorldID) {
	s.answer(w, r, http.StatusOK, func() (any, error) {
		f, err := s.config.Engine.ExportFile(world)
		if err != nil {
			return nil, err
		}
		made := worldFile{Format: fileFormat, WorldID: f.WorldID, Virtual: f.Virtual}
		if made.Universe, err = json.Marshal(f.Universe); err != nil {
			return nil, err
		}
		if made.State, err = json.Marshal(f.State); err != nil {
			return nil, err
		}
		if err = fits(&made, longestFile); err != nil {
			return nil, err
		}
		made.Digest, err = digestOf(&made)
		return made, err
	})
}

// fits refuses a file that an import would not take: whoever keeps one wants it back.
func fits(made *worldFile, most int) error {
	const around = 1 << 10 // the other members
	if len(made.Universe)+len(made.State)+around <= most {
		return nil
	}
	return hint(httpjson.NewProblem(http.StatusRequestEntityTooLarge, httpjson.CodeTooLarge, "the file of this world would be longer than an import takes").
		With("limit_bytes", most), "fork the world instead, or reset it and keep files of smaller ones")
}

// ImportWorld makes a world of a file. Nothing is left behind of one that is refused.
func (s *Server) ImportWorld(w http.ResponseWriter, r *http.Request, params control.ImportWorldParams) {
	s.answer(w, r, http.StatusCreated, func() (any, error) {
		body, err := httpjson.ReadBody(r, longestFile)
		if err != nil {
			return nil, err
		}
		f, err := fileOf(body)
		if err != nil {
			return nil, err
		}
		id := cmp.Or(value(params.WorldId), f.WorldID)
		if _, err := freeID(&id); err != nil {
			return nil, err
		}
		made, err := s.config.Engine.ImportWorld(r.Context(), f, id, time.Duration(value(params.TtlSeconds))*time.Second)
		if err != nil {
			return nil, err
		}
		return s.describe(made.ID)
	})
}

// wholeFile is the way out for a file that lacks a part.
const wholeFile = "export the world again (GET its file) and give that file whole"

// fileOf reads a file and holds it against its digest.
func fileOf(body []byte) (engine.File, error) {
	var f worldFile
	if err := httpjson.DecodeStrict(body, &f); err != nil {
		return engine.File{}, err
	}
	switch {
	case f.Format != fileFormat:
		return engine.File{}, unprocessable("/format", "is not "+fileFormat, "only files that exportFile made can be imported")
	case !worldID.MatchString(f.WorldID):
		return engine.File{}, unprocessable("/world_id", "is no name of a world", "")
	case len(f.Universe) == 0:
		return engine.File{}, unprocessable("/universe", "is missing", wholeFile)
	case len(f.State) == 0:
		return engine.File{}, unprocessable("/state", "is missing", wholeFile)
	}
	digest, err := digestOf(&f)
	if err != nil || digest != f.Digest {
		return engine.File{}, unprocessable("/digest", "does not fit the rest of the file", "export the world again; a file is not to be edited")
	}
	made := engine.File{WorldID: f.WorldID, Virtual: f.Virtual}
	if err := strictly(f.Universe, &made.Universe); err != nil {
		return engine.File{}, unprocessable("/universe", "is not of the wanted form", wholeFile)
	}
	if err := strictly(f.State, &made.State); err != nil {
		return engine.File{}, unprocessable("/state", "is not of the wanted form", "")
	}
	return made, nil
}

// strictly reads JSON into a value that knows all its members. The error may quote
// the file and is not handed on.
func strictly(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(to)
}

// digestOf is the digest of universe and state in canonical JSON: members in order,
// nothing between them, numbers as they stand.
func digestOf(f *worldFile) (string, error) {
	sum := sha256.New()
	for _, half := range []json.RawMessage{f.Universe, f.State} {
		decoder := json.NewDecoder(bytes.NewReader(half))
		decoder.UseNumber()
		var value any
		if err := decoder.Decode(&value); err != nil {
			return "", err
		}
		text, err := json.Marshal(value)
		if err != nil {
			return "", err
		}
		_, _ = sum.Write(append(text, '\n'))
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// stateProblem names the member of a file that no world can have.
func stateProblem(err error) (*httpjson.Problem, bool) {
	var wrong *simulator.StateError
	if !errors.As(err, &wrong) {
		return nil, false
	}
	pointer := strings.NewReplacer(".", "/", "[", "/", "]", "").Replace(wrong.Field)
	if half, _, _ := strings.Cut(pointer, "/"); half != "universe" {
		pointer = "state/" + pointer
	}
	return unprocessable("/"+pointer, wrong.Why, "only files that exportFile made can be imported"), true
}
