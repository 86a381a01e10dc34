package httpapi

import (
	"bytes"
	"encoding/json"
	"slices"

	"countersign/simulator"
)

// gbkType is the Content-Type of an answer with a text in GBK.
var gbkType = []string{"application/json; charset=GBK"}

// gbkMember is a member with the text 交易成功 in GBK (code page 936).
const gbkMember = `,"remark":"` + "\xbd\xbb\xd2\xd7\xb3\xc9\xb9\xa6" + `"`

// extraMembers are members that no contract names.
const extraMembers = `,"x_trace_no":"T20180606","x_extension":{"channel_memo":null,"levels":[1,2,3]}`

// isObject reports whether the answer is a JSON object with members: a page of a
// gateway and a file are none, and are left alone.
func (d *draft) isObject() bool {
	return len(d.body) > len(`{}`) && d.body[0] == '{' && d.body[len(d.body)-1] == '}'
}

// insert puts members, each with its comma, behind the last one.
func (d *draft) insert(members string) {
	body := append([]byte(nil), d.body[:len(d.body)-1]...)
	d.body = append(append(body, members...), '}')
}

// spoilMembers adds members and changes their order.
func spoilMembers(d *draft, fault *simulator.AnswerFault) {
	if fault.ExtraFields && d.isObject() {
		d.insert(extraMembers)
	}
	if fault.FieldOrder && d.isObject() {
		d.body = reversed(d.body)
	}
}

// spoilBody changes the bytes.
func spoilBody(d *draft, how simulator.SpoiltBody) {
	if !d.isObject() {
		return
	}
	switch how {
	case simulator.BodyGarbled:
		d.body = d.body[:len(d.body)*2/3] // a part of an object is no JSON
	case simulator.BodyOtherCharset:
		d.insert(gbkMember)
		d.kind = gbkType
	}
}

// reversed writes the members of an object last to first, with white space between.
// What cannot be read stays as it is.
func reversed(object []byte) []byte {
	members, ok := membersOf(object)
	if !ok {
		return object
	}
	slices.Reverse(members)
	body := append([]byte("{\n  "), bytes.Join(members, []byte(",\n  "))...)
	return append(body, "\n}"...)
}

// membersOf takes an object apart into its members as written.
func membersOf(object []byte) ([][]byte, bool) {
	from := json.NewDecoder(bytes.NewReader(object))
	if _, err := from.Token(); err != nil {
		return nil, false
	}
	var members [][]byte
	for from.More() {
		name, err := from.Token()
		if err != nil {
			return nil, false
		}
		var value json.RawMessage
		if err := from.Decode(&value); err != nil {
			return nil, false
		}
		member, err := json.Marshal(name)
		if err != nil {
			return nil, false
		}
		members = append(members, append(append(member, ": "...), value...))
	}
	return members, true
}
