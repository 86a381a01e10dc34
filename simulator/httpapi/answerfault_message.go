package httpapi

import (
	"fmt"
	"net/http"
	"strings"

	"countersign/simulator"
)

// unknownCode is a code that is on no list: an internal one that slipped out.
const unknownCode = "biz_9999"

// htmlType is the Content-Type of a gateway's page.
var htmlType = []string{"text/html; charset=utf-8"}

// instead is a message in the place of the truth, nil when the fault has none.
func (v *visit) instead(out *simulator.Outcome) (*draft, error) {
	fault := &out.Reply.Answer
	switch fault.Message {
	case simulator.MessageGatewayError:
		return gatewayPage(orUsual(fault.Status, http.StatusBadGateway)), nil
	case simulator.MessageRedirect:
		d := gatewayPage(orUsual(fault.Status, http.StatusTemporaryRedirect))
		d.location = v.otherAddress()
		return d, nil
	case simulator.MessageBusy:
		return problemDraft(refused(http.StatusServiceUnavailable, string(simulator.ProblemSystemBusy),
			"the channel is busy; the result is not known"))
	case simulator.MessageUnknownCode:
		return problemDraft(refused(http.StatusBadRequest, unknownCode, "the business system answered with a code of its own"))
	case simulator.MessageDuplicate:
		return problemDraft(refused(http.StatusConflict, string(simulator.ProblemNumberReused), "the number was used; query it"))
	case simulator.MessageRateLimit:
		bad := refused(orUsual(fault.Status, http.StatusTooManyRequests), string(simulator.ProblemTooFrequent), "too many requests; come back later")
		bad.retry = wholeSeconds(fault.RetryAfter)
		return problemDraft(bad)
	case simulator.MessageNotFound:
		return problemDraft(refused(http.StatusNotFound, v.missing(), "nothing of that number"))
	case simulator.MessageProcessing, simulator.MessageCrossed, "":
	}
	return nil, nil //nolint:nilnil // no message is no error
}

// orUsual is a status, or the usual one when there is none.
func orUsual(status, usual int) int {
	if status == 0 {
		return usual
	}
	return status
}

// gatewayPage is what a gateway shows that knows nothing of the channel's wire.
func gatewayPage(status int) *draft {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	page := "<html>\r\n<head><title>" + title + "</title></head>\r\n<body>\r\n<center><h1>" + title +
		"</h1></center>\r\n<hr><center>gateway</center>\r\n</body>\r\n</html>\r\n"
	return &draft{status: status, kind: htmlType, body: []byte(page), unsigned: true}
}

// otherAddress is the second path under which this host has the same resource: with
// the world in front, or without. The signature of the request does not hold there.
func (v *visit) otherAddress() string {
	if prefix := "/w/" + v.worldID; v.world != "" {
		return strings.TrimPrefix(v.r.RequestURI, prefix)
	}
	return "/w/" + v.worldID + v.r.RequestURI
}

// missing is the code of what a query did not find.
func (v *visit) missing() string {
	switch v.op.op {
	case simulator.OpSigningQuery:
		return string(simulator.ProblemSigningNotFound)
	case simulator.OpChargeQuery:
		return string(simulator.ProblemOrderNotFound)
	default:
		return v.codeOf(simulator.ProblemNotFound)
	}
}
