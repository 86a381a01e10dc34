package httpapi

import (
	"net/http"
	"net/url"
	"strings"

	"countersign/internal/httpjson"
	"countersign/simulator"
)

// request is a decoded body: it can name what is wrong with it and become a
// command. The number is the one of the path, "" where there is none.
type request interface {
	check() *refusal
	command(number string) simulator.Command
}

// operation is a row of the table of what a channel understands. A nil body means
// a GET, read by query.
type operation struct {
	op     simulator.Operation
	method string
	// path below the channel, with the name of the number in braces.
	path string
	// body makes an empty body with its optional texts marked absent.
	body func() request
	// query reads the parameters of a GET besides member_no.
	query func(number string, q url.Values) (simulator.Command, *refusal)
	// longest is the cap of the body in bytes, 0 for the usual one.
	longest int64
	// extra are the names of the parameters besides member_no.
	extra []string
}

// operations are all operations, in the order of the document.
var operations = []*operation{
	{op: simulator.OpElementCheck, method: http.MethodPost, path: "/v1/element-checks", body: func() request { return &checkBody{} }},
	{op: simulator.OpSigningApply, method: http.MethodPost, path: "/v1/signings", body: func() request {
		return &signingBody{NotifyURL: absent}
	}},
	{op: simulator.OpSigningQuery, method: http.MethodGet, path: "/v1/signings/{sign_no}", query: func(n string, _ url.Values) (simulator.Command, *refusal) {
		return simulator.QuerySigning{SignNo: n}, nil
	}},
	{op: simulator.OpSigningResend, method: http.MethodPost, path: "/v1/signings/{sign_no}/resend", body: func() request { return &resendBody{} }},
	{op: simulator.OpSigningConfirm, method: http.MethodPost, path: "/v1/signings/{sign_no}/confirm", body: func() request { return &codeBody{} }},
	{op: simulator.OpBind, method: http.MethodPost, path: "/v1/bindings", body: func() request {
		return &bindingBody{NotifyURL: absent, Evidence: evidenceBody{CheckNo: absent, SignedOn: absent}}
	}},
	{op: simulator.OpAgreementQuery, method: http.MethodPost, path: "/v1/agreements/query", body: func() request {
		return &agreementQueryBody{AgreementNo: absent, PayerRef: absent, CardNumber: absent}
	}},
	{op: simulator.OpAgreementTerminate, method: http.MethodPost, path: "/v1/agreements/{agreement_no}/terminate", body: func() request {
		return &terminateBody{}
	}},
	opCharge,
	opChargeQuery,
	{op: simulator.OpChargeClose, method: http.MethodPost, path: "/v1/charges/{order_no}/close", body: func() request { return &closeBody{} }},
	{op: simulator.OpChargeConfirm, method: http.MethodPost, path: "/v1/charges/{order_no}/confirm", body: func() request { return &orderCodeBody{} }},
	{op: simulator.OpChargeResend, method: http.MethodPost, path: "/v1/charges/{order_no}/resend", body: func() request { return &chargeResendBody{} }},
	{op: simulator.OpRefund, method: http.MethodPost, path: "/v1/refunds", body: func() request { return &refundBody{NotifyURL: absent} }},
	{op: simulator.OpRefundQuery, method: http.MethodGet, path: "/v1/refunds/{refund_no}", query: func(n string, _ url.Values) (simulator.Command, *refusal) {
		return simulator.QueryRefund{RefundNo: n}, nil
	}},
	{op: simulator.OpLimits, method: http.MethodGet, path: "/v1/limits", query: func(string, url.Values) (simulator.Command, *refusal) {
		return simulator.QueryLimits{}, nil
	}},
	{op: simulator.OpProfile, method: http.MethodGet, path: "/v1/profile", query: func(string, url.Values) (simulator.Command, *refusal) {
		return simulator.QueryProfile{}, nil
	}},
	{op: simulator.OpBindBatch, method: http.MethodPost, path: "/v1/binding-batches", longest: longestBatch, body: func() request {
		return &batchBody{}
	}},
	{op: simulator.OpBindBatchQuery, method: http.MethodGet, path: "/v1/binding-batches/{batch_no}", query: func(n string, _ url.Values) (simulator.Command, *refusal) {
		return simulator.QueryBindingBatch{BatchNo: n}, nil
	}},
	{op: simulator.OpStatement, method: http.MethodGet, path: "/v1/statements/{day}", query: func(day string, _ url.Values) (simulator.Command, *refusal) {
		return simulator.QueryStatement{Day: day}, checkDay(day)
	}},
	{op: simulator.OpAgreementFile, method: http.MethodGet, path: "/v1/agreement-files/{day}", query: func(day string, _ url.Values) (simulator.Command, *refusal) {
		return simulator.QueryAgreementFile{Day: day}, checkDay(day)
	}},
}

// The two operations that are matched before the router.
var (
	opCharge = &operation{op: simulator.OpCharge, method: http.MethodPost, path: "/v1/charges", body: func() request {
		return &chargeBody{
			AgreementNo: absent, CheckNo: absent, NotifyURL: absent, Summary: absent, Elements: elementsBody{Name: absent},
		}
	}}
	opChargeQuery = &operation{
		op: simulator.OpChargeQuery, method: http.MethodGet, path: "/v1/charges/{order_no}", extra: []string{"order_time"},
		query: func(n string, q url.Values) (simulator.Command, *refusal) {
			at, ok := instant(q.Get("order_time"))
			if !ok {
				return nil, wrongMember("order_time", wantedTime)
			}
			return simulator.QueryCharge{OrderNo: n, OrderTime: at}, nil
		},
	}
)

// numberName is the name of the number in the path, "" when there is none.
func (o *operation) numberName() string {
	_, rest, found := strings.Cut(o.path, "{")
	if !found {
		return ""
	}
	name, _, _ := strings.Cut(rest, "}")
	return name
}

// bodyNumber is the name of the number that a body brings, "" when the path has it
// or there is none.
func (o *operation) bodyNumber() string {
	switch o.op {
	case simulator.OpElementCheck:
		return "check_no"
	case simulator.OpSigningApply, simulator.OpBind:
		return "sign_no"
	case simulator.OpAgreementQuery:
		return "agreement_no"
	case simulator.OpCharge:
		return "order_no"
	case simulator.OpRefund:
		return "refund_no"
	case simulator.OpBindBatch:
		return "batch_no"
	default:
		return ""
	}
}

// decode reads the message into a command. Whose it is has been found before:
// the first member_no of the top level, and a second one is refused here.
func (o *operation) decode(number string, body []byte, q url.Values) (simulator.Command, *refusal) {
	if name := o.numberName(); name != "" && !validNumber(number) {
		return nil, wrongMember(name, wantedNumber)
	}
	if o.body == nil {
		if bad := onlyParameters(q, o.extra); bad != nil {
			return nil, bad
		}
		return o.query(number, q)
	}
	if len(q) > 0 {
		return nil, wrongMember("", "this operation takes no query parameters")
	}
	to := o.body()
	if err := httpjson.DecodeComplete(body, to); err != nil {
		problem := httpjson.ProblemOf(err)
		return nil, &refusal{status: problem.Status, code: problem.Code, field: problem.Field, detail: problem.Detail}
	}
	if bad := to.check(); bad != nil {
		return nil, bad
	}
	return to.command(number), nil
}

// onlyParameters refuses parameters that the operation does not know, and any
// that stands twice: what is signed must be read in one way only.
func onlyParameters(q url.Values, extra []string) *refusal {
	for name, values := range q {
		known := name == memberParameter
		for _, other := range extra {
			known = known || name == other
		}
		if !known {
			return wrongMember("", "a query parameter is not known here")
		}
		if len(values) != 1 {
			return wrongMember(name, "a query parameter appears twice")
		}
	}
	return nil
}

// memberParameter is the query parameter that says whose a GET is.
const memberParameter = "member_no"
