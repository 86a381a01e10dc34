package runner

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The JUnit dialect most tools read. Attributes and order follow the schema
// of the Jenkins plugin.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		junitCounts
		Name   string       `xml:"name,attr"`
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		junitCounts
		Name       string          `xml:"name,attr"`
		Timestamp  string          `xml:"timestamp,attr"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Cases      []junitCase     `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"`
	}
	junitCase struct {
		Name       string          `xml:"name,attr"`
		Classname  string          `xml:"classname,attr"`
		File       string          `xml:"file,attr,omitempty"`
		Time       string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property,omitempty"`
		Failure    *junitProblem   `xml:"failure"`
		Error      *junitProblem   `xml:"error"`
		Skipped    *junitProblem   `xml:"skipped"`
		SystemOut  string          `xml:"system-out,omitempty"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitProblem struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// WriteJUnit renders the result as JUnit XML: a suite for each feature with
// selected scenarios, and one named after the run if that has problems of its
// own. JUnit knows neither warning nor review: a warning is a passed case with
// a property, a review a skipped one.
func WriteJUnit(w io.Writer, r *Result) error {
	suites := junitSuites{Name: "countersign", junitCounts: junitCounts{Time: seconds(r.Run.DurationUS)}}
	for _, f := range r.Features {
		if suite := junitFeature(r, f); suite.Tests > 0 {
			suites.Suites = append(suites.Suites, suite)
		}
	}
	if len(r.Problems) > 0 {
		suites.Suites = append(suites.Suites, junitRun(r))
	}
	for _, s := range suites.Suites {
		suites.Tests += s.Tests
		suites.Failures += s.Failures
		suites.Errors += s.Errors
		suites.Skipped += s.Skipped
	}
	body, err := xml.MarshalIndent(suites, "", "  ")
	if err != nil {
		return fmt.Errorf("writing the result as JUnit: %w", err)
	}
	if _, err := io.WriteString(w, xml.Header+string(body)+"\n"); err != nil {
		return fmt.Errorf("writing the result as JUnit: %w", err)
	}
	return nil
}

func junitFeature(r *Result, f Feature) junitSuite {
	suite := junitSuite{Name: xmlText(f.Path), Timestamp: strings.TrimSuffix(r.Run.Started, "Z")}
	suite.property("feature", f.Name)
	suite.property("seed", strconv.FormatInt(r.Run.Seed, 10))
	suite.property("target", r.Run.Target)
	var total int64
	for _, s := range r.Scenarios {
		if s.Path != f.Path {
			continue
		}
		total += s.DurationUS
		c := newJUnitCase(s)
		suite.Tests++
		switch {
		case c.Failure != nil:
			suite.Failures++
		case c.Error != nil:
			suite.Errors++
		case c.Skipped != nil:
			suite.Skipped++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Time = seconds(total)
	return suite
}

func (s *junitSuite) property(name, value string) {
	s.Properties = append(s.Properties, junitProperty{name, xmlText(value)})
}

// junitRun carries the problems of the run, so that a tool that reads nothing
// but JUnit does not take it for a success.
func junitRun(r *Result) junitSuite {
	suite := junitSuite{Name: "countersign", Timestamp: strings.TrimSuffix(r.Run.Started, "Z")}
	suite.Time = seconds(0)
	for i, text := range r.Problems {
		suite.Tests++
		suite.Errors++
		suite.Cases = append(suite.Cases, junitCase{
			Name: fmt.Sprintf("the run can be judged (%d)", i+1), Classname: "countersign.run", Time: seconds(0),
			Error: &junitProblem{Message: firstLineOf(text), Type: "run", Text: xmlText(text)},
		})
	}
	return suite
}

func newJUnitCase(s Scenario) junitCase {
	c := junitCase{
		Name: xmlText(s.Name), File: xmlText(s.Path), Time: seconds(s.DurationUS), SystemOut: xmlText(stepList(s)),
		Classname: xmlText(strings.ReplaceAll(strings.TrimSuffix(s.Path, ".feature"), "/", ".")),
	}
	add := func(name, value string) {
		c.Properties = append(c.Properties, junitProperty{name, xmlText(value)})
	}
	add("identity", s.Identity)
	add("line", strconv.Itoa(s.Line))
	add("status", string(s.Status))
	if s.Status == StatusWarning {
		add("warning", firstLineOf(s.Message))
	}
	for _, id := range s.Clauses {
		add("clause", id)
	}
	for _, tag := range s.Tags {
		add("tag", tag)
	}
	for _, v := range s.Values {
		add("value:"+xmlText(v.Name), v.Value)
	}
	problem := &junitProblem{Message: firstLineOf(s.Message), Type: string(s.Status), Text: xmlText(strings.Join(explain(s), "\n"))}
	switch s.Status {
	case StatusFail:
		c.Failure = problem
	case StatusError:
		c.Error = problem
	case StatusSkipped:
		c.Skipped = &junitProblem{Message: xmlText(string(s.Reason) + ": " + s.Message)}
	case StatusReview:
		c.Skipped = &junitProblem{Message: xmlText("needs review: " + s.Message)}
	}
	return c
}

// stepList is the scenario as text, a line for each step.
func stepList(s Scenario) string {
	var b strings.Builder
	for _, step := range s.Steps {
		fmt.Fprintf(&b, "%-9s %s %s (%s:%d)\n", step.Status, step.Keyword, step.Text, s.Path, step.Line)
		for _, a := range step.Attachments {
			fmt.Fprintf(&b, "          attached: %s (%s, %d bytes)\n", a.Name, a.MediaType, a.Size)
		}
	}
	return b.String()
}

func seconds(us int64) string { return fmt.Sprintf("%.6f", float64(us)/1e6) }

func firstLineOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return xmlText(line)
}

// xmlText writes characters XML 1.0 does not allow, and the control characters
// it advises against, as escapes a person can read. encoding/xml would
// replace them all by the same sign.
func xmlText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case c == '\t', c == '\n':
			b.WriteRune(c)
		case c < 0x20, c >= 0x7f && c <= 0x9f:
			fmt.Fprintf(&b, `\x%02x`, c)
		case c == 0xfffe, c == 0xffff:
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
		i += size
	}
	return b.String()
}
