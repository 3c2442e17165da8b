package rpc

import (
	"context"
	"log/slog"
	"time"
)

// zoneToWire names a time zone so that [connector.ParseZone] finds it in another
// process of this machine.
func zoneToWire(zone *time.Location) string {
	if zone == nil || zone == time.Local {
		return "local"
	}
	return zone.String()
}

// enabledLevel returns the lowest level that a log takes.
func enabledLevel(ctx context.Context, log *slog.Logger) slog.Level {
	for _, level := range []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn} {
		if log.Enabled(ctx, level) {
			return level
		}
	}
	return slog.LevelError
}
