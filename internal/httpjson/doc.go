// Package httpjson is what every HTTP door of the product shares: problems
// (RFC 9457), bodies with a cap, strict JSON, an adapter for handlers that return
// errors, a few middlewares and health checks. It knows no resource and no rule,
// imports the standard library only, and never writes a value that came from
// outside into an answer or a log.
package httpjson
