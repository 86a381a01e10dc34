package cli

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"countersign/contract/control"
	"countersign/internal/money"
)

// ruleWords says a rule to people in one line: effect, operation, place, and each other member that was given.
func ruleWords(rule *control.FaultRequest) string {
	text := []string{string(rule.Effect)}
	if rule.Operation != nil {
		text = append(text, string(*rule.Operation))
	}
	if rule.ChannelId != nil {
		text = append(text, "at "+*rule.ChannelId)
	}
	rest := *rule
	rest.Effect, rest.Operation, rest.ChannelId, rest.Match = "", nil, nil, nil
	text = append(text, membersOf(rest, "effect")...)
	if rule.Match != nil {
		text = append(text, membersOf(rule.Match)...)
	}
	return strings.Join(text, " ")
}

// membersOf lists the members of a value of the contract that are there, as "delay=5s"; some are left out.
func membersOf(v any, without ...string) []string {
	encoded, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	members := map[string]json.RawMessage{}
	if json.Unmarshal(encoded, &members) != nil {
		return nil
	}
	var text []string
	for _, name := range sortedKeys(members) {
		if !slices.Contains(without, name) {
			text = append(text, memberWords(name, strings.Trim(string(members[name]), `"`)))
		}
	}
	return text
}

// memberWords says one member as the flags take it: fen as yuan, milliseconds as a duration.
func memberWords(name, text string) string {
	number, err := strconv.ParseInt(text, 10, 64)
	if short, isTime := strings.CutSuffix(name, "_ms"); isTime && err == nil {
		return short + "=" + (time.Duration(number) * time.Millisecond).String()
	}
	if strings.HasPrefix(name, "amount") && err == nil {
		return name + "=" + money.Fen(number).String()
	}
	return name + "=" + text
}

// ruleFlags writes a rule as the arguments of `fault add`.
func ruleFlags(rule *control.FaultRequest) string {
	line := []string{"countersign fault add", string(rule.Effect)}
	if rule.Operation != nil {
		line = append(line, string(*rule.Operation))
	}
	rest := *rule
	rest.Operation, rest.Match = nil, nil
	members := membersOf(rest, "effect")
	if rule.Match != nil {
		members = append(members, membersOf(rule.Match)...)
	}
	for _, member := range members {
		name, text, _ := strings.Cut(member, "=")
		line = append(line, "--"+flagOf(name, rule.Match != nil && !hasMember(rest, name)), shellQuote(text))
	}
	return strings.Join(line, " ")
}

// hasMember reports whether a rule itself, not its match, has a member of this name as the words say it.
func hasMember(rule control.FaultRequest, name string) bool {
	return slices.ContainsFunc(membersOf(rule), func(member string) bool { return strings.HasPrefix(member, name+"=") })
}

// flagOf is the flag of `fault add` for a member of the contract.
func flagOf(member string, ofMatch bool) string {
	switch {
	case member == "channel_id":
		return "channel"
	case member == "member_no":
		return "member"
	case member == "amount" && ofMatch:
		return "match-amount"
	}
	return strings.ReplaceAll(member, "_", "-")
}

// firstSentence cuts a text at its first full stop.
func firstSentence(text string) string {
	if head, _, more := strings.Cut(text, ". "); more {
		return head + "."
	}
	return text
}
