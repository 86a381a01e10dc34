package engine

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"io"
	"time"

	"countersign/simulator"
)

// RotateKeys gives a member new keys of both directions and returns it as it is then.
// The old request key is taken as long as the overlap lasts by the world's clock, in
// whole seconds; the new reply key is in use at once. An unknown member comes back as a
// *simulator.Problem.
func (e *Engine) RotateKeys(ctx context.Context, worldID, memberNo string, overlap time.Duration) (simulator.Member, error) {
	m, err := e.memberOf(worldID, memberNo)
	if err != nil {
		return m, err
	}
	keys, err := drawKeys(e.opts.Entropy, m.Keys.Alg, m.MemberNo, m.NextSerial())
	if err != nil {
		return m, err
	}
	out, err := e.Do(ctx, worldID, simulator.Input{Command: simulator.RotateKeys{
		MemberNo: memberNo, Keys: keys, OverlapSeconds: int(overlap / time.Second),
	}})
	if err == nil && out.Problem != nil {
		err = out.Problem
	}
	if err != nil {
		return m, err
	}
	return e.memberOf(worldID, memberNo)
}

// memberOf finds a member of one world.
func (e *Engine) memberOf(worldID, memberNo string) (m simulator.Member, err error) {
	known := false
	err = e.Read(worldID, func(w *simulator.World) { m, known = w.Member(memberNo) })
	if err == nil && !known {
		err = simulator.NoSuchMember()
	}
	return m, err
}

// drawKeys makes keys of both directions out of entropy.
func drawKeys(entropy io.Reader, alg, memberNo string, serial int) (simulator.MemberKeys, error) {
	seeds := make([]byte, 2*ed25519.SeedSize)
	if _, err := io.ReadFull(entropy, seeds); err != nil {
		return simulator.MemberKeys{Alg: alg}, fmt.Errorf("make keys: %w", err)
	}
	request, reply := seeds[:ed25519.SeedSize:ed25519.SeedSize], seeds[ed25519.SeedSize:]
	return simulator.MakeKeys(alg, memberNo, serial, request, reply), nil
}
