// Package app is the only place where the parts are put together: simulated worlds, the orchestrator, the page, the
// stores, the listeners. The commands and the in-process target of the features start the very same program here; only
// the network and the data folder differ.
//
// It holds no rule of payments and no flag: a Config comes in, a running App goes out. Everything that is made here is
// ended by App.Close.
package app
