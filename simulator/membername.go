package simulator

import (
	"slices"
	"strconv"
	"strings"
)

// name is what chance about a member is drawn by, and what a canonical export calls
// it: channel, merchant, and how many members of that merchant the channel had
// before. Unlike its number it is the same in every world with the same history.
func (m *member) name() string {
	return m.ChannelID + "/" + m.Merchant + "/" + strconv.Itoa(m.ordinal)
}

// ordinalAt counts the members of a merchant at a channel.
func (w *World) ordinalAt(merchant string, at *channel) int {
	count := 0
	for _, m := range w.members {
		if m.channel == at && m.Merchant == merchant {
			count++
		}
	}
	return count
}

// MemberNames gives each member number's stable name.
func (w *World) MemberNames() map[string]string {
	names := make(map[string]string, len(w.members))
	for no, m := range w.members {
		names[no] = m.name()
	}
	return names
}

// membersByName lists all members in the order of their stable names.
func (w *World) membersByName() []*member {
	all := make([]*member, 0, len(w.members))
	for _, m := range w.members {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *member) int { return strings.Compare(a.name(), b.name()) })
	return all
}
