package console

import "countersign/internal/sequence"

// Picture draws the sequence as SVG; an empty one before the first payment.
func Picture(s *Sequence) []byte { return sequence.SVG(diagramOf(s)) }

// diagramOf is a sequence with its title; nil is an empty one.
func diagramOf(s *Sequence) sequence.Diagram {
	if s == nil {
		return sequence.Diagram{}
	}
	return sequence.Diagram{Title: "Who called whom for " + s.PaymentID, Steps: s.Steps}
}
