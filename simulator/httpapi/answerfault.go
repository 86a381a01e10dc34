package httpapi

import (
	"strconv"
	"time"

	"countersign/simulator"
)

// draft is an answer in the making that a fault is at work on.
type draft struct {
	status   int
	kind     []string // Content-Type
	body     []byte
	retry    int    // seconds, 0 for none
	location string // of a redirect
	unsigned bool   // by somebody who has no key
}

// replyAtFault gives an answer with which something is wrong: first the message is
// chosen, then its members, its bytes and last its signature are spoilt. The journal
// is told what really goes out.
func (s *Server) replyAtFault(v *visit, out *simulator.Outcome) {
	fault := &out.Reply.Answer
	d, err := v.draft(out)
	if err != nil {
		s.fail(v, err)
		return
	}
	spoilMembers(d, fault)
	spoilBody(d, fault.Body)
	s.engine.Answered(v.worldID, out.Row, d.status, journalled(out, d.body))
	s.sendAtFault(v, d, fault)
}

// draft is the message that is given: the truth, or what a fault puts in its place.
func (v *visit) draft(out *simulator.Outcome) (*draft, error) {
	if d, err := v.instead(out); d != nil || err != nil {
		return d, err
	}
	if out.Problem != nil {
		return problemDraft(v.problem(out.Problem))
	}
	said := misstated(out)
	body, err := encodeOutcome(&said)
	return &draft{status: 200, kind: kindOf(out), body: body}, err
}

// problemDraft is a problem as an answer.
func problemDraft(bad *refusal) (*draft, error) {
	body, err := bad.body()
	return &draft{status: bad.status, kind: problemType, body: body, retry: bad.retry}, err
}

// sendAtFault writes the answer with the signature that the fault leaves it.
func (s *Server) sendAtFault(v *visit, d *draft, fault *simulator.AnswerFault) {
	header := v.w.Header()
	header["Content-Type"] = d.kind
	header["Content-Length"] = []string{strconv.Itoa(len(d.body))}
	key := v.keyAtFault(fault.Signature)
	if v.jti != "" && !d.unsigned && key != nil {
		now := v.now.Add(fault.Skew)
		header[signatureHeader] = []string{s.signer.answer(key, v.member.MemberNo, v.jti, d.status, now, d.body)}
	}
	if d.retry > 0 {
		header["Retry-After"] = []string{strconv.Itoa(d.retry)}
	}
	if d.location != "" {
		header["Location"] = []string{d.location}
	}
	s.metrics.add(operationIndex(v.op.op), outcomeIndex(d.status))
	s.write(v, d.status, d.body)
}

// wholeSeconds rounds a pause up, as Retry-After counts.
func wholeSeconds(pause time.Duration) int { return int((pause + time.Second - 1) / time.Second) }
