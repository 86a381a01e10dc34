package target_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"countersign/steps/target"
)

// owned gives a platform of its own that ends with the test.
func owned(t *testing.T) target.Platform {
	t.Helper()
	under, err := target.InProcess(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = under.Close() })
	from, ok := under.(target.Restarter)
	if !ok {
		t.Fatal("this process starts no platform for one scenario")
	}
	own, err := from.OwnPlatform(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := own.Close(); err != nil {
			t.Error(err)
		}
	})
	return own
}

// operate sends a request of the operator scope.
func operate(ctx context.Context, p target.Platform, method, path, body string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, method, p.Addresses().Platform+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Authorization", "Bearer "+p.Addresses().OperatorToken.Reveal())
	request.Header.Set("Content-Type", "application/json")
	response, err := p.Transport().RoundTrip(request)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, errors.Join(err, response.Body.Close())
}

func TestAPlatformThatWasKilledKeepsWhatItHasStored(t *testing.T) {
	t.Parallel()
	own := owned(t)
	const merchant = "/operator/v1/merchants/mer-1"
	status, err := operate(t.Context(), own, http.MethodPut, merchant, `{"name":"One","token":"0123456789abcdef0123456789abcdef"}`)
	if err != nil || status != http.StatusOK {
		t.Fatalf("make a merchant: %d, %v", status, err)
	}
	own.Kill()
	if _, err := operate(t.Context(), own, http.MethodGet, merchant, ""); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("a killed platform: %v, want that the connection is refused", err)
	}
	own.Kill() // twice is once
	if err := own.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if status, err := operate(t.Context(), own, http.MethodGet, merchant, ""); err != nil || status != http.StatusOK {
		t.Errorf("the merchant after the new start: %d, %v", status, err)
	}
	if own.Start(t.Context()) == nil {
		t.Error("a running platform was started again")
	}
}
