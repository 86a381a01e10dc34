// Package contract is the wire as data: four OpenAPI 3.1 documents and the clause catalogue.
//
// The generated types of each document live in a package of their own below this one. Nothing in
// this tree is hand-written but the documents, this embedding and the tests that hold them.
package contract

import "embed"

//go:generate go tool oapi-codegen -config channel/oapi.yaml channel.yaml
//go:generate go tool oapi-codegen -config messaging/oapi.yaml messaging.yaml
//go:generate go tool oapi-codegen -config platform/oapi.yaml platform.yaml
//go:generate go tool oapi-codegen -config testclock/oapi.yaml platform.yaml
//go:generate go tool oapi-codegen -config control/oapi.yaml control.yaml

// Documents holds the OpenAPI documents channel.yaml, platform.yaml, messaging.yaml and control.yaml.
//
//go:embed channel.yaml platform.yaml messaging.yaml control.yaml
var Documents embed.FS
