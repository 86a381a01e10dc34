// Package memnet is a network inside one process: listeners and buffered
// connections that behave like TCP where programs notice (deadlines, half-close,
// end of file, reset, refused), but touch no port. Real HTTP clients and servers
// run over it, so that written bytes, half replies and re-sends exist in tests
// as they do outside. It imports the standard library only.
//
// Differences from TCP: a name is any host:port text, closing with unread bytes is
// a plain end of file for the peer rather than a reset, and a dial waits until
// the server accepts (there is no backlog).
package memnet
