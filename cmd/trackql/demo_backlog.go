package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/demo"
	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

const demoBacklogLong = `Serve an emulated Backlog on this machine, with made-up issues of the team of
trackql demo, until Ctrl-C. It answers as slowly as a space far away, and has the
rate limit of a paid plan. What is written to it is gone with it.`

// demoLatency is how long the emulated Backlog takes for an answer: about as
// long as a real one in the same country.
const demoLatency = 60 * time.Millisecond

// mostDemoIssues is how many issues fit into a few hundred megabytes.
const mostDemoIssues = 500_000

// demoBacklogFlags are the flags of demo backlog.
type demoBacklogFlags struct {
	port, issues int
	seed         int64
	zone         string
	unlimited    bool
}

func (p *program) demoBacklogCommand() *cobra.Command {
	var f demoBacklogFlags
	cmd := &cobra.Command{
		Use:   "backlog",
		Short: "Serve an emulated Backlog to try queries on",
		Long:  demoBacklogLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.demoBacklog(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.IntVar(&f.port, "port", 0, "the `PORT` of 127.0.0.1 to serve on; 0 takes a free one")
	flags.IntVar(&f.issues, "issues", demo.BacklogIssues, "the `NUMBER` of issues")
	flags.Int64Var(&f.seed, "seed", 0, "another `NUMBER` makes another space")
	flags.StringVar(&f.zone, "zone", "Asia/Tokyo", "the time `ZONE` of the space")
	flags.BoolVar(&f.unlimited, "unlimited", false, "answer at once, and without a rate limit")
	return cmd
}

// options checks the flags.
func (f demoBacklogFlags) options() (backlogtest.Options, error) {
	if f.port < 0 || f.port > 65535 {
		return backlogtest.Options{}, usage("Write a number from 0 to 65535.", "--port %d is no port", f.port)
	}
	if f.issues < 1 || f.issues > mostDemoIssues {
		return backlogtest.Options{}, usage(fmt.Sprintf("Write a number from 1 to %d.", mostDemoIssues),
			"--issues %d is not possible", f.issues)
	}
	if _, err := time.LoadLocation(f.zone); err != nil || f.zone == "" || f.zone == "Local" {
		return backlogtest.Options{}, usage("Write an IANA name such as Asia/Tokyo.", "--zone %q is no time zone", f.zone)
	}
	options := backlogtest.Options{
		Seed: f.seed, Issues: f.issues, Zone: f.zone, Start: time.Now(), Latency: demoLatency, Unlimited: f.unlimited,
	}
	if f.unlimited {
		options.Latency = 0
	}
	return options, nil
}

// demoBacklog serves until the context ends, which is how it should end.
func (p *program) demoBacklog(ctx context.Context, f demoBacklogFlags) error {
	options, err := f.options()
	if err != nil {
		return err
	}
	server := demo.Backlog(options)
	base, stop, err := server.Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(f.port)))
	if err != nil {
		return usage("Choose another --port, or 0 for a free one.", "%w", err)
	}
	defer stop()
	limit := "As on a paid plan, each of them may read 600 times a minute, search 150 times and write 150 times."
	if f.unlimited {
		limit = "There is no rate limit."
	}
	if _, err := fmt.Fprintf(p.out, `An emulated Backlog with %d issues answers at %s until Ctrl-C.
The API key of its administrator: %s
The API key of somebody else:     %s
%s

Try, in another window:

%s query --source "bl=backlog:Url=%s;ApiKey=%s" "SELECT StatusName, count(*) AS Issues FROM Issues GROUP BY ALL ORDER BY Issues DESC"
`, f.issues, base, server.Key(), server.MemberKey(), limit, programName(), base, server.Key()); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}
