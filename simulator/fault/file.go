package fault

import "countersign/simulator"

// filing is a kind that changes a statement or an agreement file.
type filing func(simulator.FaultRule, *simulator.FileFault)

// Apply changes it.
func (change filing) Apply(rule simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	change(rule, &to.File)
}

// bothFiles are the operations that answer a file of a business day.
func bothFiles() []simulator.Operation {
	return []simulator.Operation{simulator.OpStatement, simulator.OpAgreementFile}
}

// fileFault describes a fault of a file (K4). The rule of its example needs no more
// than its name.
func fileFault(name, about string, operations []simulator.Operation, parameters ...string) Description {
	return Description{
		Name: name, About: about, Points: []simulator.Point{simulator.PointStatement}, Operations: operations,
		Parameters: parameters, Rows: []string{"K4"}, Example: simulator.FaultRule{Fault: name},
	}
}
