package lab

import (
	"context"
	"fmt"
	"time"

	"grapevine/app/crew"
	"grapevine/app/wire"
)

// Attack carries an attack out on the crew. The unit audit and the canaries'
// run are this goroutine's own work. progress, where it is not nil, is told how
// much is done.
func Attack(ctx context.Context, m *wire.Attack, load Loader, c crew.Crew, progress func(done, total int)) (*wire.Attacked, error) {
	e := m.Experiment
	if err := e.Check(); err != nil {
		return nil, err
	}
	least, most := 0, 0
	switch m.Kind {
	case wire.AttackUnit:
		least, most = wire.LeastTrials, wire.MostTrials
	case wire.AttackCanaries:
		least, most = wire.LeastCanaries, wire.MostCanaries
	case wire.AttackMembers:
	default:
		return nil, fmt.Errorf("attack %.20q: want %s, %s or %s", m.Kind, wire.AttackUnit, wire.AttackMembers, wire.AttackCanaries)
	}
	if most > 0 && (m.Count < least || m.Count > most) {
		return nil, fmt.Errorf("attack %s, count %d: want %d to %d", m.Kind, m.Count, least, most)
	}
	a := &wire.Attacked{ID: m.ID}
	switch m.Kind {
	case wire.AttackUnit:
		protocols := e.Protocols()
		for i, protocol := range protocols {
			u, err := NewAudit(e, protocol, m.Count, func(done, total int) {
				if progress != nil {
					progress(i*total+done, len(protocols)*total)
				}
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", protocol, err)
			}
			a.Units = append(a.Units, u)
		}
	case wire.AttackMembers:
		var err error
		if a.Members, err = NewMemberships(ctx, e, load, c, progress); err != nil {
			return nil, err
		}
	case wire.AttackCanaries:
		canaries, err := NewCanaries(ctx, e, load, m.Count, progress)
		if err != nil {
			return nil, err
		}
		a.Canaries = &canaries
	}
	return a, nil
}

// attack answers the message. It keeps the trainer busy to the end, and the
// page asks one of its own for it, beside the run at hand, which it ends to
// cancel.
func (c *Conductor) attack(ctx context.Context, m *wire.Attack) error {
	c.runner = nil
	told := time.Now()
	a, err := Attack(ctx, m, c.load, c.crew, func(done, total int) {
		if time.Since(told) > progressInterval {
			told = time.Now()
			c.send(&wire.Progress{Done: done, Total: total})
		}
	})
	if err == nil {
		c.send(a)
	}
	return err
}
