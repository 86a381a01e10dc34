package app

import (
	"net/http"
	"net/url"
	"slices"

	"countersign/simulator"
	"countersign/simulator/controlapi"
	"countersign/simulator/httpapi"
	"countersign/simulator/messagingapi"
)

// controlHandler builds the control plane.
func (a *App) controlHandler(side *simulatorSide, metrics *httpapi.Metrics) http.Handler {
	config := controlapi.Config{
		Engine: side.engine, Templates: templates{a}, Profile: httpapi.DescribeProfile, GatewayToken: messagingapi.Token,
		Metrics: metrics, Token: a.config.Simulator.ControlToken.Reveal(), Hosts: a.controlHosts(), Log: a.log,
		Defaults: a.worldDefaults(), ProtocolURL: a.simulatorURL(), Version: a.config.Version, Docs: a.docs("control", "channel", "messaging"),
	}
	if side.spans != nil {
		config.Metrics = allMetrics{metrics, side.spans}
	}
	if side.check != nil {
		config.SelfCheck = side.check
	}
	return controlapi.New(config)
}

// templates gives new worlds their field.
type templates struct{ app *App }

// Template finds a template: demo is the whole field; empty has its banks and channels, and no people.
func (t templates) Template(name string) (*simulator.Template, bool) {
	template, err := t.app.template()
	if err != nil {
		t.app.log.Error("field cannot be read", "error", err)
		return nil, false
	}
	switch name {
	case "demo":
		return template, true
	case "empty":
		u := template.Universe()
		u.Accounts = nil
		bare, err := simulator.Compile(u)
		return bare, err == nil
	}
	return nil, false
}

// controlHosts are the names, besides those of the loopback, under which the control plane may be asked: those of its
// address and of the public URL.
func (a *App) controlHosts() []string {
	var hosts []string
	for _, text := range []string{a.addresses.Control, a.config.Simulator.PublicURL, "http://" + a.config.Simulator.Control} {
		if u, err := url.Parse(text); err == nil && u.Hostname() != "" && !slices.Contains(hosts, u.Hostname()) {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}
