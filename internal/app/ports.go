package app

import "net"

// ports are the open listeners; nil: not asked for.
type ports struct {
	protocol, control, platform, platformControl, console net.Listener
}

// open opens every port of the config and closes all again when one cannot be had.
func (a *App) open() (*ports, error) {
	opened := &ports{}
	for _, want := range []struct {
		address string
		into    *net.Listener
		url     *string
	}{
		{a.config.Simulator.Protocol, &opened.protocol, &a.addresses.Protocol},
		{a.config.Simulator.Control, &opened.control, &a.addresses.Control},
		{a.config.Orchestrator.Platform, &opened.platform, &a.addresses.Platform},
		{a.config.Orchestrator.Control, &opened.platformControl, &a.addresses.PlatformControl},
		{a.config.Console.Addr, &opened.console, &a.addresses.Console},
	} {
		if want.address == "" {
			continue
		}
		listener, err := a.config.Network.listen(want.address)
		if err != nil {
			return nil, err
		}
		a.atEnd(func() { _ = listener.Close() }) // a server that got it has closed it before
		*want.into = listener
		*want.url = baseURL(listener.Addr())
	}
	return opened, nil
}
