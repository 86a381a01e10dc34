package simulator

// JournalSize is how many rows the journal keeps and how many bytes of bodies with
// them.
func (w *World) JournalSize() (rows, bytes int) { return len(w.journal.rows), w.journal.bodies }

// MessageCount is how many messages have reached a handset since the world was made.
func (w *World) MessageCount() int64 { return w.inbox.last }
