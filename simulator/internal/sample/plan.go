package sample

import "countersign/simulator"

// plan puts a notification plan in force or takes one away, or sends something again
// by hand.
func (p *Player) plan() {
	switch p.Choose(4) {
	case 0:
		if plans := p.World.NotificationPlans(); len(plans) > 0 {
			p.step(simulator.Input{Command: simulator.RemoveNotificationPlan{ID: plans[p.Choose(len(plans))].ID}})
		}
	case 1:
		if log := p.World.Deliveries(); len(log) > 0 {
			p.step(simulator.Input{Command: simulator.Redeliver{
				EventID: log[len(log)-1-p.Choose(min(len(log), 5))].EventID, Variant: p.variant(), Copies: p.Choose(3),
			}})
		}
	default:
		orders := []simulator.NoticeOrder{simulator.OrderUsual, simulator.OrderUsual, simulator.OrderBeforeAnswer, simulator.OrderAfterNext}
		plan := simulator.NotificationPlan{Times: 1 + p.Choose(4), Order: orders[p.Choose(len(orders))], ThenSchedule: p.Choose(2) == 0}
		for range p.Choose(4) {
			plan.Sendings = append(plan.Sendings, simulator.PlannedSending{
				AfterMS: int64(p.Choose(3)) * 20_000, Copies: p.Choose(3), Variant: p.variant(), IgnoreAck: p.Choose(3) == 0,
			})
		}
		if p.Choose(2) == 0 {
			plan.Match.ChannelID = p.channel()
		}
		p.step(simulator.Input{Command: simulator.AddNotificationPlan{Plan: plan}})
	}
}

// variant picks a variant, mostly the true one.
func (p *Player) variant() simulator.NoticeVariant {
	variants := []simulator.NoticeVariant{
		simulator.VariantPlain, simulator.VariantPlain, simulator.VariantPlain, simulator.VariantWrongKey, simulator.VariantForeignKey,
		simulator.VariantUnsigned, simulator.VariantStale, simulator.VariantAltered, simulator.VariantReplay,
	}
	return variants[p.Choose(len(variants))]
}
