package sequence_test

import (
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"countersign/internal/sequence"
)

// at is the instant of all steps here.
var at = time.Date(2018, 6, 6, 11, 30, 0, 0, time.UTC)

// steps are a charge whose answer got lost.
func steps() []sequence.Step {
	return []sequence.Step{
		{At: at, From: "platform", To: "bridge-pay", What: "charge"},
		{At: at, From: "bridge-pay", To: "ICBC", What: "debit 12.34 CNY", Outcome: "debited"},
		{At: at, From: "ICBC", To: "handset", What: "SMS about debit notice"},
		{At: at, From: "bridge-pay", To: "platform", What: "answer to charge", Outcome: "succeeded", Lost: true},
		{At: at, From: "platform", To: "platform", What: "payment unknown"},
	}
}

// hostile are texts that want to be something else than a text.
var hostile = []string{
	`</text><script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, "a\nparticipant evil", "a\r\n  end", `a; b`, "end", "#35;", "%% comment",
	"a: b", "<b>x</b>", "[[x]]", "click p0 href \"javascript:alert(1)\"", "a\u2028b", "\u202etxt", "\xff\xfe", "`x`", "{{x}}", "->>p1: forged", "", "]]>", "&lt;",
}

func TestPartiesStandInOrder(t *testing.T) {
	t.Parallel()
	got := strings.Join(sequence.Lanes(append(steps(), sequence.Step{From: "merchant", To: "platform"})), " ")
	if got != "merchant platform bridge-pay ICBC handset" {
		t.Error(got)
	}
}

func TestMermaidSaysTheSame(t *testing.T) {
	t.Parallel()
	got := sequence.Mermaid(sequence.Diagram{Title: "ord_1", Steps: steps()})
	want := `sequenceDiagram
    title ord_1
    participant p0 as platform
    participant p1 as bridge-pay
    participant p2 as ICBC
    participant p3 as handset
    p0->>p1: charge
    p1->>p2: debit 12.34 CNY → debited
    p2->>p3: SMS about debit notice
    p1--xp0: answer to charge → succeeded (lost)
    Note over p0: payment unknown
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// line is what a line of a Mermaid diagram may look like, whatever it tells of.
var line = regexp.MustCompile(`^(sequenceDiagram|    (title|participant p\d+ as|Note over p\d+:|p\d+(->>|--x)p\d+:) (#\d+;|[^#;:<>"'{}\[\]%&` + "`" + `\\\p{Cc}])+)$`)

func TestNoTextLeavesItsPlaceInMermaid(t *testing.T) {
	t.Parallel()
	for _, text := range hostile {
		got := sequence.Mermaid(sequence.Diagram{Title: text, Steps: []sequence.Step{
			{From: text, To: "platform", What: text, Outcome: text}, {From: "platform", To: "platform", What: text},
		}})
		for l := range strings.SplitSeq(strings.TrimSuffix(got, "\n"), "\n") {
			if !line.MatchString(l) {
				t.Errorf("%q: %q", text, l)
			}
		}
		if strings.Contains(strings.ToLower(got), ": end\n") {
			t.Errorf("%q ends a block: %s", text, got)
		}
	}
}

func TestNoTextLeavesItsPlaceInTheDrawing(t *testing.T) {
	t.Parallel()
	allowed := map[string]bool{"svg": true, "title": true, "text": true, "line": true, "rect": true, "circle": true, "polygon": true}
	for _, text := range hostile {
		drawn := sequence.SVG(sequence.Diagram{Title: text, Steps: []sequence.Step{{From: text, To: "platform", What: text, Outcome: text, Lost: true}}})
		decoder := xml.NewDecoder(strings.NewReader(string(drawn)))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%q: %v\n%s", text, err, drawn)
			}
			if element, is := token.(xml.StartElement); is {
				for _, attribute := range element.Attr {
					if !allowed[element.Name.Local] || strings.HasPrefix(attribute.Name.Local, "on") || attribute.Name.Local == "style" || attribute.Name.Local == "href" {
						t.Errorf("%q: <%s %s>", text, element.Name.Local, attribute.Name.Local)
					}
				}
			}
		}
	}
}

func TestTheTerminalSeesLanesAndTheLostAnswer(t *testing.T) {
	t.Parallel()
	got := sequence.Text(sequence.Diagram{Title: "pay_1  succeeded", Steps: steps()}, time.UTC)
	for _, want := range []string{"pay_1  succeeded\n", "11:30:00.000", "✗ the answer never arrived", "●", "▶", "◀"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
	if got := sequence.Text(sequence.Diagram{}, time.UTC); got != "nothing has happened yet" {
		t.Error(got)
	}
	if got := sequence.Text(sequence.Diagram{Steps: []sequence.Step{{At: at, From: "a\x1b[2J", To: "b", What: "\x1b]0;x\a"}}}, time.UTC); strings.ContainsAny(got, "\x1b\a") {
		t.Errorf("%q reaches the terminal", got)
	}
}

func TestNothingIsDrawnOfNothing(t *testing.T) {
	t.Parallel()
	if got := string(sequence.SVG(sequence.Diagram{})); !strings.Contains(got, "No payment yet.") {
		t.Error(got)
	}
	if got := sequence.Mermaid(sequence.Diagram{}); got != "sequenceDiagram\n" {
		t.Error(got)
	}
}

func FuzzMermaidKeepsEveryTextInItsLine(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, from, what, outcome string) {
		got := sequence.Mermaid(sequence.Diagram{Title: what, Steps: []sequence.Step{{From: from, To: "platform", What: what, Outcome: outcome}}})
		for l := range strings.SplitSeq(strings.TrimSuffix(got, "\n"), "\n") {
			if !line.MatchString(l) {
				t.Errorf("%q", l)
			}
		}
	})
}

func FuzzDrawingStaysXML(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, text)
	}
	f.Fuzz(func(t *testing.T, from, what, outcome string) {
		drawn := sequence.SVG(sequence.Diagram{Title: what, Steps: []sequence.Step{{From: from, To: "platform", What: what, Outcome: outcome}}})
		decoder := xml.NewDecoder(strings.NewReader(string(drawn)))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatalf("%v in %s", err, drawn)
			}
			if element, is := token.(xml.StartElement); is && (element.Name.Local == "script" || element.Name.Local == "a") {
				t.Fatalf("<%s> in %s", element.Name.Local, drawn)
			}
		}
	})
}
