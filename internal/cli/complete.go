package cli

import (
	"context"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"countersign/contract/control"
)

// patienceOfTab is how long a press of the tab key may take.
const patienceOfTab = 300 * time.Millisecond

// names finds words that can be typed, each with what it is about after a tab; a simulator that does not answer has none.
type names func(ctx context.Context, at *instance) []string

// complete gives a flag the words it can have.
func complete(cmd *cobra.Command, flag string, find names) {
	_ = cmd.RegisterFlagCompletionFunc(flag, func(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
		return found(cmd, find), cobra.ShellCompDirectiveNoFileComp
	})
}

// completeArgs gives the arguments the words they can have, one finder each.
func completeArgs(cmd *cobra.Command, finders ...names) *cobra.Command {
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(finders) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return found(cmd, finders[len(args)]), cobra.ShellCompDirectiveNoFileComp
	}
	return cmd
}

// found asks the simulator that the flags and the environment name.
func found(cmd *cobra.Command, find names) []string {
	_ = settle(cmd)
	flag := func(name string) string {
		text, _ := cmd.Flags().GetString(name)
		return text
	}
	w := &where{flags: cmd.Root(), data: flag("data"), url: flag("control-url"), token: flag("control-token"), worlds: flag("world")}
	at, err := w.find()
	if err != nil {
		at = &instance{}
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), patienceOfTab)
	defer cancel()
	return find(ctx, at)
}

// words are names that need nobody to be asked.
func words[T ~string](list ...T) names {
	all := make([]string, 0, len(list))
	for _, word := range list {
		all = append(all, string(word))
	}
	return func(context.Context, *instance) []string { return all }
}

// worldNames are the worlds there are.
func worldNames(ctx context.Context, at *instance) []string {
	all, _ := read[control.WorldList](ctx, at.control(), "/v1/worlds")
	var names []string
	for _, w := range all.value.Worlds {
		names = append(names, w.WorldId)
	}
	return names
}

// faultNames are the rules in force.
func faultNames(ctx context.Context, at *instance) []string {
	all, _ := read[control.FaultList](ctx, at.control(), at.path("faults"))
	var names []string
	for i := range all.value.Faults {
		names = append(names, all.value.Faults[i].FaultId+"\t"+ruleWords(&all.value.Faults[i].Rule))
	}
	return names
}

// planNames are the notification plans in force.
func planNames(ctx context.Context, at *instance) []string {
	all, _ := read[control.NotificationPlanList](ctx, at.control(), at.path("notification-plans"))
	var names []string
	for _, p := range all.value.Plans {
		names = append(names, p.PlanId)
	}
	return names
}

// snapshotNames are the snapshots of the world.
func snapshotNames(ctx context.Context, at *instance) []string {
	all, _ := read[control.SnapshotList](ctx, at.control(), at.path("snapshots"))
	var names []string
	for _, s := range all.value.Snapshots {
		names = append(names, s.SnapshotId)
	}
	return names
}

// channelNames are the channels of the world.
func channelNames(ctx context.Context, at *instance) []string {
	world, _ := read[control.World](ctx, at.control(), at.path())
	var names []string
	for i := range world.value.Channels {
		names = append(names, world.value.Channels[i].ChannelId)
	}
	return names
}

// memberNames are the member numbers of the world, with merchant and channel.
func memberNames(ctx context.Context, at *instance) []string {
	world, _ := read[control.World](ctx, at.control(), at.path())
	var names []string
	for _, m := range world.value.Members {
		names = append(names, m.MemberNo+"\t"+m.Merchant+" at "+m.ChannelId)
	}
	return names
}

// effectNames are the faults a simulator of this kind can commit.
func effectNames(ctx context.Context, at *instance) []string {
	kinds, _ := read[control.FaultKindList](ctx, at.control(), "/v1/fault-kinds")
	var names []string
	for _, k := range kinds.value.Kinds {
		names = append(names, string(k.Effect)+"\t"+firstSentence(k.About))
	}
	return names
}

// operationNames are the operations of the contract.
var operationNames = words(
	control.OperationElementCheck, control.OperationSigningApply, control.OperationSigningResend, control.OperationSigningConfirm,
	control.OperationSigningQuery, control.OperationBind, control.OperationAgreementQuery, control.OperationAgreementTerminate,
	control.OperationCharge, control.OperationChargeQuery, control.OperationChargeClose, control.OperationChargeConfirm,
	control.OperationChargeResend, control.OperationRefund, control.OperationRefundQuery, control.OperationLimits,
	control.OperationProfile, control.OperationStatement, control.OperationAgreementFile, control.OperationBindBatch,
	control.OperationBindBatchQuery, control.OperationNotification, control.OperationSms, control.OperationWechat,
)

// Words of the contract that flags take.
var (
	tempers    = words(control.Friendly, control.Realistic, control.Hostile)
	points     = words(control.FaultPointBeforeReceive, control.FaultPointReceived, control.FaultPointBank, control.FaultPointCommitted, control.FaultPointTexting, control.FaultPointNotifying, control.FaultPointStatement)
	directions = words(control.DirectionIn, control.DirectionOut)
	abouts     = words(control.Signing, control.Payment, control.DebitNotice, control.PlatformCode, control.PlatformNotice)
	media      = words(control.MediumSms, control.MediumWechat)
	senders    = words(control.PartyBank, control.PartyThirdParty, control.PartyPlatform)
	answers    = words(control.AnswerNotFound, control.AnswerProcessing, control.AnswerSucceeded, control.AnswerDeclined)
	eventTypes = words(control.ChargeSucceeded, control.ChargeDeclined, control.SigningSigned, control.AgreementEnded, control.RefundSucceeded)
	variants   = words(
		control.VariantPlain, control.VariantStale, control.VariantContradict, control.VariantWrongKey, control.VariantForeignKey,
		control.VariantWrongAlgorithm, control.VariantUnsigned, control.VariantAltered, control.VariantWrongAmount,
		control.VariantForeignMember, control.VariantReplay,
	)
)

// eventNames are the events whose notification was sent.
func eventNames(ctx context.Context, at *instance) []string {
	log, _ := read[control.DeliveryList](ctx, at.control(), at.path("deliveries"))
	var names []string
	for i := range log.value.Deliveries {
		d := &log.value.Deliveries[i]
		if name := d.EventId + "\t" + string(d.Type) + " " + value(d.Number); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
