package httpapi

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// echo is the bare handler that figures are held against.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header()["Content-Type"] = jsonType
	_, _ = w.Write(body)
}

// BenchmarkSignedChargeAgainstEcho reports, beside the time of a signed HS256
// charge over keep-alive HTTP, its rate as a ratio to that of a bare echo of the
// same requests in the same run. Requests are signed beforehand; every one is a
// new order. The client shares the machine, so the ratio flatters a little.
func BenchmarkSignedChargeAgainstEcho(b *testing.B) {
	f := newField(b)
	agreementNo := f.sign("bridge-pay")
	requests := make([][]byte, b.N)
	for i := range requests {
		c := f.at("bridge-pay", "POST", "/v1/charges", f.charge("bridge-pay", fmt.Sprintf("ord_%09d", i), agreementNo))
		requests[i] = []byte(fmt.Sprintf("POST %s HTTP/1.1\r\nHost: simulator\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s: %s\r\n\r\n%s",
			c.target, len(c.body), signatureHeader, c.signature(), c.body))
	}
	bare := httptest.NewServer(http.HandlerFunc(echo))
	b.Cleanup(bare.Close)
	b.ReportAllocs()
	b.ResetTimer()
	charge := drive(b, f.server.Listener.Addr().String(), requests)
	b.StopTimer()
	if f.ledger() != b.N {
		b.Fatalf("%d movements for %d charges", f.ledger(), b.N)
	}
	b.ReportMetric(float64(drive(b, bare.Listener.Addr().String(), requests))/float64(charge), "ratio")
}

// drive sends the requests one after another on one connection.
func drive(b *testing.B, address string, requests [][]byte) time.Duration {
	b.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	reader := bufio.NewReader(conn)
	begun := time.Now()
	for _, request := range requests {
		if _, err := conn.Write(request); err != nil {
			b.Fatal(err)
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		if response.StatusCode != http.StatusOK {
			b.Fatalf("status %d", response.StatusCode)
		}
	}
	return time.Since(begun)
}

// BenchmarkVerifyAndSign is the price of the two signatures of one exchange.
func BenchmarkVerifyAndSign(b *testing.B) {
	f := newField(b)
	for _, channel := range []string{"bridge-pay", "lotus-pay"} {
		b.Run(f.members[channel].Keys.Alg, func(b *testing.B) {
			m := f.members[channel]
			c := f.at(channel, "POST", "/v1/charges", f.charge(channel, "ord_0001", "agr_0001"))
			lines, body, pair, s := []string{c.signature()}, []byte(c.body), (&keyRing{}).of(&m), signer{ids: newJTISource()}
			want := expected{key: pair.request, aud: channel, method: c.method, target: c.target, now: start}
			b.ReportAllocs()
			for b.Loop() {
				if got := verifySignature(lines, body, want); got.wrong != "" {
					b.Fatal(got.wrong)
				}
				_ = s.answer(pair.reply, m.MemberNo, "t-1", 200, start, body)
			}
		})
	}
}

// BenchmarkDecodeCharge is the price of the strict typed decode.
func BenchmarkDecodeCharge(b *testing.B) {
	f := newField(b)
	body := []byte(f.charge("bridge-pay", "ord_0001", "agr_0001"))
	b.ReportAllocs()
	for b.Loop() {
		if _, bad := opCharge.decode("", body, nil); bad != nil {
			b.Fatal(bad)
		}
	}
}
