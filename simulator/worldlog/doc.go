// Package worldlog makes a world durable: every input is appended to a file before
// its answer is given, and replayed at the next start. Since a step is a pure
// function of the world and the input, replaying the inputs rebuilds the world to
// the byte.
//
// The file (mode 0600) has a line for the header and one for each input:
//
//	<crc32c, 8 hex digits> <JSON>\n
//
// where each checksum also covers the one before it, so that no line can be lost,
// changed or moved unnoticed. A log that has grown long is rewritten at a start: its
// second line is then the state that the inputs had come to (LoadState). It holds the invented card data of the simulated
// world in full; nothing else of the product writes any. A last line cut off by a
// crash was never answered and is dropped; damage anywhere else is refused.
package worldlog
