// Package httpapi is the platform's door: the merchant scope (/v1), the operator scope (/operator/v1), notifications
// from channels (/notify) and what keeps a server watched (/livez, /readyz, /metrics).
//
// It holds no rule. A request is authenticated, capped, held against contract/platform.yaml twice (kin-openapi for
// ranges and patterns, a strict decoder for duplicate and unknown members), given to the engine, and its
// result converted back. What was read is carried out to the end: a client that hangs up changes nothing. No
// answer of the merchant scope names a channel (T11), none repeats a value that was sent, and an id of another
// merchant is answered exactly as one that never was (reliability 6-13). The wiring may import it, nobody else.
package httpapi
