// Package messagingapi is the platform's SMS and WeChat gateway, played by the
// simulator (contract/messaging.yaml), so that a handset shows what any platform
// sends, beside what the banks send (T9). Every world has gateways and a token of
// its own.
//
// It imports the rules, the engine, the contract and the kernel.
package messagingapi
