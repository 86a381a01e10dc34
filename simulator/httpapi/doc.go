// Package httpapi is the protocol door of simulated channels: the native wire of
// contract/channel.yaml, and the notifications that channels send out.
//
// The order of work at the door is fixed (design 3.1): where the request goes,
// how big it is, whose it is, the signature over the raw bytes, one strict typed
// decode, and only then a world. What is refused on the way leaves a journal row
// and nothing else. The signatures are this package's own, small and on the
// standard library's crypto, and are held to the golden vectors that the other
// implementations of the product are held to.
//
// It imports the rules it serves, the engine and the kernel, and knows nothing of
// the control plane.
package httpapi
