package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/describe"
	"github.com/trackql/trackql/connector"
)

const authLong = `Sign in to sources that ask for it, see who is signed in, and sign out.

A source is one of trackql.yaml, or of --source; without a NAME, the only one
that people sign in to, and for status all of them. What a sign-in gives is kept
in a file that only you may read; status tells where.`

const loginLong = `Sign in to a source. trackql shows an address, and opens it in a browser where
there is one; you sign in there, and the browser comes back.

With --no-browser, or where the browser runs at another machine: open the address
there, sign in, and copy the address to which the browser then goes.`

func (p *program) authCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "auth",
		Short: "Sign in to sources that ask for it",
		Long:  authLong,
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	var noBrowser bool
	login := p.authAction("login", "Sign in to a source", p.onlyOne, func(ctx context.Context, s signedSource) error {
		if err := s.Login(ctx, s.config, &guide{program: p, elsewhere: noBrowser}); err != nil {
			return err
		}
		return p.authStatus(ctx, s)
	})
	login.Long = loginLong
	login.Flags().BoolVar(&noBrowser, "no-browser", false, "open no browser, and ask for the address that one elsewhere got")
	cmd.AddCommand(login,
		p.authAction("status", "Show who is signed in, and until when", p.authStatuses, p.authStatus),
		p.authAction("logout", "Forget a sign-in", p.onlyOne, func(ctx context.Context, s signedSource) error {
			if err := s.Logout(ctx, s.config); err != nil {
				return err
			}
			_, err := fmt.Fprintf(p.out, "%s: nothing is kept of a sign-in\n", s.config.Name)
			return err
		}))
	return cmd
}

// signedSource is a source that people sign in to.
type signedSource struct {
	connector.Authenticator
	config connector.Config
}

// authAction returns a command that does something with a source that people sign
// in to, or, where no source is named and there are several, something with all.
func (p *program) authAction(
	name, short string, all func(context.Context, []signedSource) error, do func(context.Context, signedSource) error,
) *cobra.Command {
	var f sourceFlags
	cmd := &cobra.Command{
		Use:   name + " [NAME]",
		Short: short,
		Args:  atMostOne,
		RunE: func(cmd *cobra.Command, args []string) error {
			s, err := p.setup(cmd.Context(), f)
			if err != nil {
				return err
			}
			sources, err := p.signedSources(s, strings.Join(args, ""))
			if err != nil {
				return err
			}
			if len(sources) > 1 {
				return all(cmd.Context(), sources)
			}
			return sources[0].wrap(do(cmd.Context(), sources[0]))
		},
	}
	f.add(cmd)
	return cmd
}

// wrap says of which source an error is.
func (s signedSource) wrap(err error) error {
	if err == nil {
		return nil
	}
	return asUsage(fmt.Errorf("source %s: %w", s.config.Name, err))
}

// onlyOne refuses to do something with several sources.
func (p *program) onlyOne(_ context.Context, sources []signedSource) error {
	names := make([]string, len(sources))
	for i, s := range sources {
		names[i] = s.config.Name
	}
	return usage("Name one of "+strings.Join(names, ", ")+".", "there are several sources that people sign in to")
}

// authStatuses shows all sources in a table; those of which something is wrong
// are errors behind it, with their hints.
func (p *program) authStatuses(ctx context.Context, sources []signedSource) error {
	rows := make([][]string, len(sources))
	var faults []error
	for i, s := range sources {
		status, err := s.Status(ctx, s.config)
		if err != nil {
			status = err.Error()
			faults = append(faults, s.wrap(err))
		}
		rows[i] = []string{s.config.Name, status}
	}
	var out bytes.Buffer
	describe.Rows(&out, []string{"source", "status"}, rows, p.screen.outWidth)
	_, err := p.out.Write(out.Bytes())
	return errors.Join(append(faults, err)...)
}

func (p *program) authStatus(ctx context.Context, s signedSource) error {
	status, err := s.Status(ctx, s.config)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.out, "%s: %s\n", s.config.Name, status)
	return err
}

// signedSources returns the source of a name; of no name, all that people sign
// in to.
func (p *program) signedSources(s *setup, name string) ([]signedSource, error) {
	var known, signed []string
	var found []signedSource
	for _, source := range s.sources {
		known = append(known, source.name)
		authenticator, ok := p.authenticator(source)
		if !ok {
			continue
		}
		signed = append(signed, source.name)
		if name == "" || strings.EqualFold(name, source.name) {
			config := connector.Config{Name: source.name, Options: source.options, Timezone: s.zone, Log: p.log()}
			found = append(found, signedSource{authenticator, config})
		}
	}
	hint := "Add --source NAME=CONNECTOR:Key=Value;… or write trackql.yaml."
	if len(signed) > 0 {
		hint = "Name one of " + strings.Join(signed, ", ") + "."
	}
	switch {
	case name == "" && len(signed) == 0:
		return nil, usage(hint, "there is no source that people sign in to")
	case len(found) > 0:
		return found, nil
	}
	if i := slices.IndexFunc(known, func(other string) bool { return strings.EqualFold(other, name) }); i >= 0 {
		return nil, usage("Its connector asks nobody to sign in; trackql connectors NAME shows what it takes.",
			"nobody signs in to the source %s", known[i])
	}
	return nil, usage(hint, "there is no source %s", name)
}

// authenticator returns what signs in to a source. A connector in a process of
// its own has no way to a person, so only those that are built in do.
func (p *program) authenticator(source resolved) (connector.Authenticator, bool) {
	for _, c := range p.connectors {
		if c.Info().Name == source.connector.Info().Name {
			a, ok := c.(connector.Authenticator)
			return a, ok
		}
	}
	return nil, false
}

// completeSigned offers the sources that people sign in to.
func (p *program) completeSigned(cmd *cobra.Command, _ string) candidates {
	var found candidates
	for _, source := range p.flagged(cmd).sources {
		if _, ok := p.authenticator(source); ok {
			found.words = append(found.words, source.name)
		}
	}
	return found
}
