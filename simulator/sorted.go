package simulator

import (
	"cmp"
	"slices"
)

// sortedKeys gives a map's keys in order: nothing the world says may depend on
// the order of a map.
func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
