package sqlstore

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keyFileHead is the first line of a key file.
const keyFileHead = "# Vault key, one per line, oldest first. Keep it secret and apart from the database.\n"

// openVault reads the key file, or makes one at the first start. Beside an existing database no new key is made:
// it could open nothing that lies there.
func openVault(path, database string) (*Vault, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if known, err := os.Stat(database); err == nil && known.Size() > 0 {
			return nil, fmt.Errorf("%w: put %s back, or start with an empty folder", ErrKeyLost, path)
		}
		return makeKeyFile(path)
	case err != nil:
		return nil, fmt.Errorf("read vault key: %w", err)
	case !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0:
		return nil, fmt.Errorf("%w: chmod 600 %s", ErrKeyMode, path)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read vault key: %w", err)
	}
	keys, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return NewVault(keys...)
}

// parseKeys reads the lines of a key file.
func parseKeys(text []byte) ([][]byte, error) {
	var keys [][]byte
	lines := bufio.NewScanner(bytes.NewReader(text))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := base64.RawURLEncoding.DecodeString(line)
		if err != nil { // the decoder's text would tell a position in the key
			return nil, fmt.Errorf("line is no key: %w", ErrKey)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// makeKeyFile writes a fresh key, whole or not at all, and makes sure it is on disk before anything is sealed.
func makeKeyFile(path string) (*Vault, error) {
	key := newKey()
	vault, err := NewVault(key)
	if err != nil {
		return nil, err
	}
	text := keyFileHead + base64.RawURLEncoding.EncodeToString(key) + "\n"
	if err := writeDurably(path, []byte(text)); err != nil {
		return nil, fmt.Errorf("write vault key: %w", err)
	}
	return vault, nil
}

// writeDurably writes a file beside its name, flushes it, gives it its name and flushes the folder.
func writeDurably(path string, text []byte) error {
	folder := filepath.Dir(path)
	file, err := os.CreateTemp(folder, ".key-*") // made with mode 0600
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnwritable, err)
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Sync(), file.Close())
	if err == nil {
		err = os.Link(file.Name(), path) // refuses to replace a key that another process made meanwhile
	}
	return errors.Join(err, os.Remove(file.Name()), syncFolder(folder))
}

// syncFolder makes a new name in a folder durable.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return fmt.Errorf("flush folder: %w", err)
	}
	return errors.Join(opened.Sync(), opened.Close())
}
