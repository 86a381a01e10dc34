// Package messaging carries what the platform says to people and to merchants: SMS and WeChat messages through the
// merchant's gateway (contract/messaging.yaml), and events to the merchant's webhook (Standard Webhooks).
//
// It implements orchestrator.Messenger and orchestrator.Webhooks. It keeps nothing and repeats nothing: retries are the
// engine's, by due times. It follows no redirect, asks no proxy, unpacks nothing, reads little and shows none
// of what it read: a receiver's answer is worth its status. No error of it holds a text, a number, a token or an address.
package messaging
