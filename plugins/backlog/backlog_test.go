package backlog_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// settings makes the options of a source.
func settings(t testing.TB, pairs ...string) connector.Options {
	t.Helper()
	var list []connector.Setting
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, connector.Setting{Key: pairs[i], Value: pairs[i+1]})
	}
	o, err := backlog.New().Info().Resolve(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// opened is a source over an emulator in process.
type opened struct {
	*backlog.Source
	server *backlogtest.Server
}

// open returns a source of a server, with further options.
func open(t testing.TB, mem memory.Allocator, server *backlogtest.Server, pairs ...string) opened {
	t.Helper()
	pairs = append([]string{
		"Url", "https://example.backlog.test", "ApiKey", server.Key(), "MetadataTTL", "0s",
	}, pairs...)
	c := &backlog.Connector{Memory: mem, Transport: server.Transport()}
	src, err := c.Open(context.Background(), connector.Config{
		Name: "bl", Options: settings(t, pairs...), Timezone: time.UTC, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return opened{src.(*backlog.Source), server}
}
