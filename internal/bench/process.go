package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// child is a process of the measured program.
type child struct {
	command *exec.Cmd
	// Simulator and Control are what it said of itself when it was ready.
	Simulator string `json:"simulator_url"`
	Control   string `json:"control_url"`
	Address   string `json:"address"` // of a bare server

	took time.Duration // from its start until it answered
}

// spawn starts a process and waits for the line in which it says that it is ready.
func spawn(ctx context.Context, program string, stdin string, args ...string) (*child, error) {
	c := &child{command: exec.CommandContext(ctx, program, args...)} //nolint:gosec // the program is this one
	c.command.Stdin = strings.NewReader(stdin)
	c.command.Stderr = os.Stderr
	out, err := c.command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	begun := time.Now()
	if err := c.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", args[0], err)
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, c)
	}
	if err == nil && c.Control != "" {
		err = c.answers(ctx)
	}
	c.took = time.Since(begun)
	if err != nil {
		c.end()
		return nil, fmt.Errorf("%s did not get ready: %w", args[0], err)
	}
	return c, nil
}

// startSimulator starts a simulator on free ports.
func startSimulator(ctx context.Context, program string) (*child, error) {
	return spawn(ctx, program, "", "simulator", "--json", "--seed", "1", "--protocol-addr", "127.0.0.1:0", "--control-addr", "127.0.0.1:0")
}

// answers asks once whether the process is ready.
func (c *child) answers(ctx context.Context) error {
	status, err := c.get(ctx, c.Control+"/readyz")
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("readyz answered %d", status)
	}
	return err
}

// get asks for a URL and gives the status.
func (c *child) get(ctx context.Context, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return 0, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	drain(response)
	return response.StatusCode, nil
}

// end stops the process and waits for it.
func (c *child) end() {
	_ = c.command.Process.Signal(syscall.SIGTERM)
	_ = c.command.Wait()
}

// errNoProc means that the system does not tell of processes as Linux does.
var errNoProc = errors.New("memory of a process can be read on Linux only")

// memory reads a line of the process's status ("VmRSS", "VmHWM") in bytes.
func (c *child) memory(line string) (float64, error) {
	status, err := os.ReadFile("/proc/" + strconv.Itoa(c.command.Process.Pid) + "/status")
	if err != nil {
		return 0, errNoProc
	}
	for text := range strings.Lines(string(status)) {
		if name, value, found := strings.Cut(text, ":"); found && name == line {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kib * 1024, err
		}
	}
	return 0, errNoProc
}
