//go:build !unix

package app

import "os"

// lockPath opens the lock file; these systems have no advisory lock that we use, and ports collide anyway.
func lockPath(path string) (*os.File, error) {
	const private = 0o600
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, private)
	if err != nil {
		return nil, dataDirError(err)
	}
	return file, nil
}
