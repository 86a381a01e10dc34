package cardholder

import "log/slog"

// FourElements (四要素) are what a channel compares with the bank's records before
// a card may be signed or debited (T2). The type of the document is a fifth
// member only in form: third parties take ResidentID alone. Compare with Equal.
type FourElements struct {
	Name       Name
	IDType     IDType
	IDNumber   IDNumber
	CardNumber CardNumber
	Mobile     Mobile
}

// Equal reports whether all members are the same.
func (e FourElements) Equal(other FourElements) bool {
	return e.IDType == other.IDType && e.Name.Equal(other.Name) && e.IDNumber.Equal(other.IDNumber) &&
		e.CardNumber.Equal(other.CardNumber) && e.Mobile.Equal(other.Mobile)
}

// IsZero reports whether none of the four is there.
func (e FourElements) IsZero() bool {
	return e.Name.IsZero() && e.IDNumber.IsZero() && e.CardNumber.IsZero() && e.Mobile.IsZero()
}

// Complete reports whether all four are there.
func (e FourElements) Complete() bool {
	return !e.Name.IsZero() && !e.IDNumber.IsZero() && !e.CardNumber.IsZero() && !e.Mobile.IsZero()
}

// LogValue is a group of masks.
func (e FourElements) LogValue() slog.Value {
	return slog.GroupValue(
		slog.Any("name", e.Name), slog.String("id_type", string(e.IDType)), slog.Any("id_number", e.IDNumber),
		slog.Any("card_number", e.CardNumber), slog.Any("mobile", e.Mobile))
}
