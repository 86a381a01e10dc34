package httpapi

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/gorilla/mux"

	"countersign/internal/httpjson"
	"countersign/orchestrator"
)

// received is the acknowledgement that channels wait for.
type received struct {
	EventID string `json:"event_id"`
}

// unsigned is the one answer to every notification that is not authentic, an unknown address included. It tells nothing
// that a forger could learn from.
func unsigned(w http.ResponseWriter) error {
	w.Header().Set("WWW-Authenticate", `Countersign-Signature realm="countersign"`)
	return httpjson.NewProblem(http.StatusUnauthorized, codeSignature, "")
}

// notify takes a channel's notification: raw body, signature, engine. It is acknowledged only after the commit, so that
// a crash in between costs a repeat and nothing else (reliability N3). What is not authentic changes nothing but the log (N1).
func (a *api) notify(w http.ResponseWriter, r *http.Request) error {
	body, err := httpjson.ReadBody(r, longestBody)
	if err != nil {
		return err
	}
	ctx := context.WithoutCancel(r.Context())
	merchantID, channelID := mux.Vars(r)["merchant_id"], mux.Vars(r)["channel_id"]
	access, err := a.options.Engine.ChannelAccess(ctx, merchantID, channelID)
	if orchestrator.CodeOf(err) == orchestrator.CodeNotFound {
		a.options.Log.WarnContext(ctx, "notification for an unknown channel was refused")
		return unsigned(w)
	}
	if err != nil {
		return err
	}
	notification, err := a.options.Verifier.VerifyNotification(access, r.Method, r.RequestURI, r.Header, body)
	if err != nil {
		a.options.Log.WarnContext(ctx, "notification was refused",
			slog.String("merchant_id", access.Config.MerchantID), slog.String("channel_id", access.Config.ChannelID),
			slog.String("reason", err.Error()))
		if a.options.Malformed != nil && a.options.Malformed(err) {
			return httpjson.NewProblem(http.StatusBadRequest, httpjson.CodeInvalidRequest, "the notification is not of the contract's form")
		}
		return unsigned(w)
	}
	ctx, leave := a.options.Engine.Enter(ctx, merchantID)
	defer leave()
	if err := a.options.Engine.HandleNotification(ctx, merchantID, channelID, notification); err != nil {
		return err
	}
	if err := httpjson.WriteJSON(w, http.StatusOK, received{EventID: notification.EventID}); err != nil {
		return err
	}
	_ = http.NewResponseController(w).Flush()
	return nil
}
