package bench

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// connections is how many clients send at a time.
const connections = 4

// drive sends requests over some kept connections, each client its share in turn, and tells how long that took.
func drive(ctx context.Context, address string, requests [][]byte) (time.Duration, error) {
	var work sync.WaitGroup
	failed := make([]error, connections)
	begun := time.Now()
	for i := range connections {
		work.Go(func() { failed[i] = client(ctx, address, requests, i) })
	}
	work.Wait()
	took := time.Since(begun)
	for _, err := range failed {
		if err != nil {
			return 0, err
		}
	}
	return took, nil
}

// client sends each request whose turn it is, one after another.
func client(ctx context.Context, address string, requests [][]byte, turn int) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	reader := bufio.NewReader(conn)
	for i := turn; i < len(requests) && ctx.Err() == nil; i += connections {
		if _, err := conn.Write(requests[i]); err != nil {
			return err
		}
		response, err := http.ReadResponse(reader, nil)
		if err != nil {
			return err
		}
		drain(response)
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("request %d was answered %d", i, response.StatusCode)
		}
	}
	return ctx.Err()
}
