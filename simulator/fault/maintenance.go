package fault

import "countersign/simulator"

// maintenance lets the channel answer that it is in maintenance, request by
// request, where the channel's own switch would shut all at once. The answer is a
// signed 422 on every final list (O22): this copy did nothing and never will, so a
// client may go elsewhere at once. Ask for it with
// {"effect":"maintenance","operation":"charge","times":1}.
func maintenance() entry {
	return entry{
		Description: Description{
			Name:   "maintenance",
			About:  "The channel refuses the request with the problem maintenance. Nothing is done; earlier copies are not spoken of.",
			Points: []simulator.Point{simulator.PointReceived},
			Operations: []simulator.Operation{
				simulator.OpElementCheck, simulator.OpSigningApply, simulator.OpSigningResend, simulator.OpSigningConfirm,
				simulator.OpBind, simulator.OpCharge, simulator.OpChargeConfirm, simulator.OpChargeResend, simulator.OpRefund,
			},
			Rows:    []string{"O22"},
			Example: simulator.FaultRule{Fault: "maintenance", Operation: simulator.OpCharge, Times: 1},
		},
		kind: inMaintenance{},
	}
}

// inMaintenance is the kind.
type inMaintenance struct{}

// Apply says the channel is in maintenance.
func (inMaintenance) Apply(_ simulator.FaultRule, _ simulator.Moment, to *simulator.Disposition) {
	to.Maintenance = true
}
