package httpapi

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"countersign/contract/channel"
	"countersign/simulator"
)

func TestWhatIsNotOfTheContractIsRefusedAtEveryEndpoint(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	for _, op := range operations {
		path := strings.NewReplacer("{sign_no}", "sgn_0001", "{order_no}", "ord_0001", "{refund_no}", "rfd_0001", "{agreement_no}", "agr_0001", "{batch_no}", "bat_0001", "{day}", "2018-06-05").Replace(op.path)
		if op.body == nil {
			for name, query := range map[string]string{
				"no member": "", "bad member": "?member_no=1", "member twice": "?member_no=" + m + "&member_no=" + m,
				"unknown parameter": "?member_no=" + m + "&a=b", "bad escape": "?member_no=" + m + "&order_time=%zz",
			} {
				got := f.send(f.at("bridge-pay", "GET", path+query, ""))
				if got.status != http.StatusBadRequest || got.json["code"] != "invalid_request" {
					t.Errorf("%s, %s: %d %s", op.op, name, got.status, got.body)
				}
			}
			if got := f.send(f.at("bridge-pay", "GET", path+"?member_no="+m, "{}")); got.status != http.StatusBadRequest {
				t.Errorf("%s with a body: %d %s", op.op, got.status, got.body)
			}
			continue
		}
		member := fmt.Sprintf(`{"member_no":%q`, m)
		for name, row := range map[string]struct {
			body   string
			status int
			signed bool
		}{
			"no JSON":          {"hello", 400, false},
			"no member":        {"{}", 400, false},
			"array":            {"[]", 400, false},
			"unknown member":   {`{"member_no":"M00000000"}`, 401, false},
			"cut off":          {member, 400, true},
			"member twice":     {member + fmt.Sprintf(`,"member_no":%q}`, m), 400, true},
			"unknown name":     {member + `,"tenant_id":"x"}`, 400, true},
			"trailing data":    {member + `}{}`, 400, true},
			"wrong types":      {member + `,"elements":[],"code":1,"order_time":1,"sign_no":1,"check_no":1,"order_no":1,"refund_no":1,"agreement_no":1}`, 400, true},
			"too large":        {member + `,"a":"` + strings.Repeat("a", int(cmp.Or(op.longest, longestBody))) + `"}`, 413, false},
			"in another case":  {strings.Replace(member, "member_no", "Member_No", 1) + `}`, 400, false},
			"deep":             {member + `,"a":` + strings.Repeat("[", 100) + `}`, 400, true},
			"member is a null": {`{"member_no":null}`, 400, false},
		} {
			got := f.send(f.at("bridge-pay", "POST", path, row.body))
			if got.status != row.status || (got.protected != nil) != row.signed {
				t.Errorf("%s, %s: %d signed %v %s", op.op, name, got.status, got.protected != nil, got.body)
			}
			if got.header.Get("Content-Type") != "application/problem+json" || got.header.Get("Countersign-Simulated") != "true" {
				t.Errorf("%s, %s: headers %v", op.op, name, got.header)
			}
			checkProblem(t, got)
		}
		wrongType := f.at("bridge-pay", "POST", path, member+"}")
		wrongType.contentType = "text/plain"
		if got := f.send(wrongType); got.status != http.StatusUnsupportedMediaType || got.protected == nil {
			t.Errorf("%s as text: %d %s", op.op, got.status, got.body)
		}
		if got := f.send(f.at("bridge-pay", "POST", path+"?a=b", member+"}")); got.status != http.StatusBadRequest {
			t.Errorf("%s with a query: %d %s", op.op, got.status, got.body)
		}
	}
	if f.ledger() != 0 {
		t.Errorf("money moved")
	}
}

// checkProblem holds a problem to the contract's type.
func checkProblem(t *testing.T, got answer) {
	t.Helper()
	for _, member := range []string{"type", "title", "status", "code"} {
		if got.json[member] == nil {
			t.Errorf("the problem lacks %s: %s", member, got.body)
		}
	}
	if code, _ := got.json["code"].(string); !channel.ProblemCode(code).Valid() {
		t.Errorf("code %q is not in the document", code)
	}
}

func TestChunkedBodiesAreReadToTheCapAndNoFurther(t *testing.T) {
	t.Parallel()
	f := newField(t)
	request, err := http.NewRequest("POST", f.server.URL+"/w/"+f.world+"/channels/bridge-pay/v1/charges",
		io.LimitReader(endless{}, 1<<20)) // no length: sent in chunks
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := f.server.Client().Do(request)
	if err != nil {
		t.Skip("the server closed the connection while we were writing")
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d", response.StatusCode)
	}
}

// endless is a reader of blanks.
type endless struct{}

// Read gives blanks.
func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestUnknownPlacesAndMethodsAreProblems(t *testing.T) {
	t.Parallel()
	f := newField(t)
	base := "/w/" + f.world + "/channels/bridge-pay"
	for _, row := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/", 404},
		{"GET", base, 404},
		{"GET", base + "/v1/nothing", 404},
		{"POST", base + "/v1/charges/", 404},
		{"POST", base + "//v1/charges", 404},
		{"GET", base + "/v1/charges/a/b", 404},
		{"POST", "/w//channels/bridge-pay/v1/charges", 404},
		{"PUT", base + "/v1/charges", 405},
		{"DELETE", base + "/v1/charges/ord_0001", 405},
		{"OPTIONS", base + "/v1/charges", 405},
		{"POST", "/w/nowhere/channels/bridge-pay/v1/charges", 404},
		{"POST", "/w/" + f.world + "/channels/nobody/v1/charges", 404},
		{"GET", "/w/nowhere/channels/bridge-pay/v1/limits", 404},
	} {
		c := call{method: row.method, target: row.target, header: "-", contentType: "application/json"}
		if row.method == "POST" {
			c.body = `{"member_no":"M00000000"}`
		}
		got := f.send(c)
		if got.status != row.status || got.header.Get("Content-Type") != "application/problem+json" || got.header.Get("Countersign-Simulated") != "true" {
			t.Errorf("%s %s: %d %s", row.method, row.target, got.status, got.body)
		}
	}
}

func TestANumberInThePathIsOfTheContract(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	for _, no := range []string{"a", "a%20b%20c", "a%2Fb%2Fc", "周周周周", strings.Repeat("a", 65), "1' or '1'='1"} {
		c := f.at("bridge-pay", "GET", "/v1/signings/"+strings.ReplaceAll(strings.ReplaceAll(no, " ", "%20"), "周", "%E5%91%A8")+"?member_no="+m, "")
		got := f.send(c)
		if got.status != http.StatusBadRequest && got.status != http.StatusNotFound {
			t.Errorf("%q: %d %s", no, got.status, got.body)
		}
	}
}

func TestACardThatCouldBeSomebodysIsRefusedAndKeptNowhere(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	body := fmt.Sprintf(`{"member_no":%q,"check_no":"chk_0001","elements":%s}`, m, strings.Replace(elements(), payerCard, realCard, 1))
	got := f.send(f.at("bridge-pay", "POST", "/v1/element-checks", body))
	if got.status != http.StatusBadRequest || got.json["field"] != "/elements/card_number" {
		t.Errorf("%d %s", got.status, got.body)
	}
	export, err := f.engine.Canonical(f.world)
	if err != nil {
		t.Fatal(err)
	}
	row := f.lastRow()
	for name, text := range map[string]string{"answer": got.body, "export": string(export), "journal": string(row.RequestBody()) + string(row.AnswerBody())} {
		if strings.Contains(text, realCard) || strings.Contains(text, realCard[6:]) {
			t.Errorf("the card number is in the %s", name)
		}
	}
}

func TestNoProblemEchoesWhatWasSent(t *testing.T) {
	t.Parallel()
	f := newField(t)
	m := f.members["bridge-pay"].MemberNo
	canaries := []string{payerCard, payerID, payerMobile, payerName, "739518"}
	good := fmt.Sprintf(`{"member_no":%q,"sign_no":"sgn_0001","payer_ref":"p","elements":%s,"code":"739518"`, m, elements())
	for name, c := range map[string]call{
		"unknown member code":    f.at("bridge-pay", "POST", "/v1/signings", good+"}"),
		"card number as a name":  f.at("bridge-pay", "POST", "/v1/signings", good+`,"`+payerCard+`":1}`),
		"wrong type":             f.at("bridge-pay", "POST", "/v1/signings", fmt.Sprintf(`{"member_no":%q,"sign_no":%q,"payer_ref":%s}`, m, payerCard+" ", elements())),
		"code in the number":     f.at("bridge-pay", "POST", "/v1/signings/sgn_0001/confirm", fmt.Sprintf(`{"member_no":%q,"code":739518}`, m)),
		"card in the query":      f.at("bridge-pay", "GET", "/v1/limits?member_no="+m+"&card_number="+payerCard, ""),
		"card as the member":     f.at("bridge-pay", "GET", "/v1/limits?member_no="+payerCard, ""),
		"elements cut off":       f.at("bridge-pay", "POST", "/v1/signings", good),
		"mobile as an id number": f.at("bridge-pay", "POST", "/v1/agreements/query", fmt.Sprintf(`{"member_no":%q,"agreement_no":"%s %s"}`, m, payerMobile, payerName)),
	} {
		for _, signed := range []string{"", "-"} {
			c.header = signed
			got := f.send(c)
			if got.status < 400 {
				t.Errorf("%s: %d", name, got.status)
			}
			row := f.lastRow()
			for _, canary := range canaries {
				if strings.Contains(got.body, canary) || strings.Contains(fmt.Sprint(got.header), canary) {
					t.Errorf("%s: the answer holds %s: %s", name, canary, got.body)
				}
				if strings.Contains(fmt.Sprintf("%+v", row)+string(row.RequestBody()), canary) {
					t.Errorf("%s: the journal row holds %s", name, canary)
				}
			}
		}
	}
}

func TestEveryProblemOfTheRulesHasAStatusAndIsInTheDocument(t *testing.T) {
	t.Parallel()
	for _, code := range []simulator.ProblemCode{
		simulator.ProblemInvalidRequest, simulator.ProblemSignatureInvalid, simulator.ProblemReplayed, simulator.ProblemUnknownMember,
		simulator.ProblemNotFound, simulator.ProblemOrderNotFound, simulator.ProblemSigningNotFound, simulator.ProblemNumberReused,
		simulator.ProblemMaintenance, simulator.ProblemChannelRetired, simulator.ProblemRequestExpired, simulator.ProblemOrderClosed,
		simulator.ProblemTooFrequent, simulator.ProblemLocked, simulator.ProblemCodeNotOffered, simulator.ProblemCloseNotOffered,
	} {
		if statusOf(code) == http.StatusInternalServerError {
			t.Errorf("%s has no status", code)
		}
		if !channel.ProblemCode(code).Valid() {
			t.Errorf("%s is not in the document", code)
		}
	}
}

func TestEveryOperationOfTheRulesIsServedAndCounted(t *testing.T) {
	t.Parallel()
	for _, name := range simulator.ChannelOperations() {
		if operationOf(name) == nil || operationIndex(name) == len(operationNames)-1 {
			t.Errorf("%s", name)
		}
	}
	if len(operations) != len(simulator.ChannelOperations()) {
		t.Errorf("%d operations are served", len(operations))
	}
}
