// Package fault holds the faults of the simulated world, one to a file: what
// each does, why a client must survive it, and how to ask for it. A fault is a
// simulator.FaultKind; the list in entries makes it known. To add one, write a
// file with its entry and its kind, a test beside it, and a line in the list.
//
// Rules that could have no effect (an operation the fault never meets, a reason
// no bank gives there, an amount where there is none) are refused with the name
// of the member that is wrong: a test that switches on a fault which cannot
// strike would prove nothing.
//
// When several faults strike one request, PrecedenceTable says which has its way:
// an earlier point before a later one, no answer before another answer, another
// answer before a spoilt one, and last the signature and the socket. It is the only
// place where that is written; docs/faults.md is made of it and of the catalogue.
package fault

import (
	"slices"

	"countersign/simulator"
)

// Description tells people of a fault.
type Description struct {
	Name       string                `json:"name"`
	About      string                `json:"about"` // one paragraph
	Points     []simulator.Point     `json:"points"`
	Operations []simulator.Operation `json:"operations"`
	Parameters []string              `json:"parameters,omitempty"` // members of a rule it takes
	Rows       []string              `json:"rows,omitempty"`       // of the fault model, as O4
	OnSocket   bool                  `json:"on_socket,omitempty"`  // happens on the connection itself, below HTTP
	Example    simulator.FaultRule   `json:"example"`              // a rule that is in force as it stands
}

// Catalogue is all faults. It implements simulator.FaultCatalogue and is immutable.
type Catalogue struct {
	entries  []entry
	oddities []simulator.Oddity
	magic    *simulator.MagicTable
}

// entry is a fault with where it fits.
type entry struct {
	Description
	kind simulator.FaultKind
	// complete fills in and checks the fault's own parameters; nil when it has none.
	complete func(simulator.FaultRule) (simulator.FaultRule, *simulator.Problem)
	// fits narrows the operations by the rule's parameters; nil when all fit.
	fits func(simulator.FaultRule, simulator.Operation) bool
}

// All returns the catalogue of all faults.
func All() *Catalogue {
	c := &Catalogue{oddities: allOddities(), entries: append(behindTheChannel(), []entry{
		withholdReply(),
		hang(),
		slow(),
		maintenance(),
		gatewayError(),
		redirect(),
		systemBusy(),
		unknownCode(),
		duplicateOrder(),
		rateLimit(),
		notFound(),
		staleAnswer(),
		crossedAnswer(),
		extraFields(),
		fieldOrder(),
		openEnum(),
		garbledBody(),
		wrongCharset(),
		signatureMissing(),
		signatureWrongKey(),
		signatureWrongAlgorithm(),
		clockSkew(),
		duplicateRequest(),
		notificationDrop(),
		notificationDuplicate(),
		notificationLate(),
		notificationEarly(),
		notificationReorder(),
		notificationStale(),
		notificationContradict(),
		notificationWrongKey(),
		notificationForeignKey(),
		notificationWrongAlgorithm(),
		notificationUnsigned(),
		notificationAltered(),
		notificationWrongAmount(),
		notificationForeignMember(),
		notificationReplay(),
		notificationIgnoreAck(),
		statementMissingLine(),
		statementExtraLine(),
		statementWrongAmount(),
		statementLateLine(),
		statementDuplicateLine(),
		statementWrongDigest(),
		statementLate(),
		reset(),
		halfClose(),
		truncate(),
		drip(),
		endlessBody(),
		gzipBomb(),
	}...)}
	c.magic, _ = simulator.NewMagicTable(magicValues(), c) // its test holds it to the catalogue
	return c
}

// behindTheChannel lists the faults of banks, texts and keys: none is seen in the
// bytes of an answer.
func behindTheChannel() []entry {
	return []entry{
		decline(),
		bankSilent(),
		bankSlow(),
		bankReverses(),
		lateDebit(),
		partialDebit(),
		agreementRevoked(),
		codeUnrecorded(),
		codeLeadingZero(),
		smsLate(),
		smsLose(),
		smsDuplicate(),
		smsReorder(),
		keyRotate(),
	}
}

// Compile-time proof that the catalogue fits the ports.
var (
	_ simulator.FaultCatalogue  = (*Catalogue)(nil)
	_ simulator.OddityCatalogue = (*Catalogue)(nil)
	_ simulator.MagicCatalogue  = (*Catalogue)(nil)
)

// Descriptions lists the faults in the catalogue's order.
func (c *Catalogue) Descriptions() []Description {
	all := make([]Description, 0, len(c.entries))
	for _, e := range c.entries {
		all = append(all, e.Description)
	}
	return all
}

// Kind finds a fault by name.
func (c *Catalogue) Kind(name string) (simulator.FaultKind, bool) {
	if e := c.find(name); e != nil {
		return e.kind, true
	}
	return nil, false
}

// find finds an entry.
func (c *Catalogue) find(name string) *entry {
	for i := range c.entries {
		if c.entries[i].Name == name {
			return &c.entries[i]
		}
	}
	return nil
}

// Complete fills a rule's defaults in and refuses one that could have no effect.
func (c *Catalogue) Complete(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	e := c.find(rule.Fault)
	if e == nil {
		return rule, wrong("fault", "no fault of that name")
	}
	if rule.Point == "" {
		rule.Point = e.Points[0]
	}
	if !slices.Contains(e.Points, rule.Point) {
		return rule, wrong("point", "this fault does not happen at that point")
	}
	if problem := e.checkParameters(rule); problem != nil {
		return rule, problem
	}
	if e.complete != nil {
		var problem *simulator.Problem
		if rule, problem = e.complete(rule); problem != nil {
			return rule, problem
		}
	}
	return e.completeOperation(rule)
}

// completeOperation resolves "any" and holds operation and selection together.
func (e *entry) completeOperation(rule simulator.FaultRule) (simulator.FaultRule, *simulator.Problem) {
	rule.Operations = nil
	if rule.Operation == "" {
		rule.Operation = simulator.AnyOperation
	}
	if rule.Operation != simulator.AnyOperation {
		if !slices.Contains(e.Operations, rule.Operation) {
			return rule, wrong("operation", "this fault could have no effect on that operation")
		}
		if e.fits != nil && !e.fits(rule, rule.Operation) {
			return rule, wrong(e.Parameters[0], "could have no effect on that operation")
		}
		return rule, checkWhen(&rule, []simulator.Operation{rule.Operation})
	}
	for _, op := range e.Operations {
		if standsForAny(op, e.Operations) && (e.fits == nil || e.fits(rule, op)) {
			rule.Operations = append(rule.Operations, op)
		}
	}
	if len(rule.Operations) == 0 {
		return rule, wrong(e.Parameters[0], "could have no effect on any operation")
	}
	return rule, checkWhen(&rule, rule.Operations)
}

// wrong is the problem of a rule that names the member.
func wrong(field, detail string) *simulator.Problem {
	return &simulator.Problem{Code: simulator.ProblemInvalidRequest, Field: field, Detail: detail}
}
