package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/sqlengine"
)

// sourceFlags are the flags of every command that opens sources.
type sourceFlags struct {
	sources    []string
	config     string
	timezone   string
	noPushdown bool
	// alone says that no configuration file is looked for.
	alone bool
	// most goes before what the configuration says, where it is given.
	most requests
}

func (f *sourceFlags) add(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringArrayVar(&f.sources, "source", nil, "a `SOURCE`, NAME=CONNECTOR:Key=Value;…; may be repeated: see trackql help sources")
	flags.StringVarP(&f.config, "config", "c", "", "the configuration `FILE`; else trackql.yaml of this folder or the nearest above")
	flags.StringVar(&f.timezone, "timezone", "", "the time `ZONE` of times without one, and for showing times")
}

// addLimit adds the flag of commands that read tables.
func (f *sourceFlags) addLimit(cmd *cobra.Command) {
	cmd.Flags().Var(&f.most, "max-requests", "refuse a statement that would make more requests than this `NUMBER`; 0 is any number")
}

// requests is a flag's number of requests.
type requests struct {
	number int64
	given  bool
}

func (r *requests) Type() string { return "number" }

// String returns what to show as the default: nothing.
func (r *requests) String() string {
	if !r.given {
		return ""
	}
	return strconv.FormatInt(r.number, 10)
}

// Set takes the flag's text.
func (r *requests) Set(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return errors.New("it takes how many requests a statement may make, such as 50")
	}
	r.number, r.given = n, true
	return nil
}

// setup is what flags and configuration say, checked.
type setup struct {
	config  configs.Config
	sources []resolved
	zone    *time.Location
}

// resolved is a source with its connector and checked options.
type resolved struct {
	name      string
	connector connector.Connector
	options   connector.Options
}

// setup reads the configuration and checks everything about the sources. All
// mistakes are reported at once, as a usageError; what could be read comes along
// with it.
func (p *program) setup(ctx context.Context, f sourceFlags) (*setup, error) {
	s := &setup{zone: time.Local}
	var faults []error
	note := func(err error) {
		if err != nil {
			faults = append(faults, report.Each(err)...)
		}
	}
	path, err := f.configPath()
	note(err)
	if path != "" {
		s.config, err = configs.Read(path, p.lookup)
		note(err)
	}
	if s.config.Timezone != nil {
		s.zone = s.config.Timezone
	}
	if f.most.given {
		s.config.MaxRequests = f.most.number
	}
	if f.timezone != "" {
		if s.zone, err = connector.ParseZone(f.timezone); err != nil {
			note(fmt.Errorf("--timezone: %w", err))
		}
	}
	given, err := parseSources(f.sources)
	note(err)
	expand := configs.Expander(filepath.Dir(path), p.lookup)
	for _, source := range s.config.Sources {
		if !named(given, source.Name) && source.Connector != "" {
			note(p.resolve(ctx, s, source.SourceSpec, source.Place, expand))
		}
	}
	for _, spec := range given {
		note(p.resolve(ctx, s, spec, connector.Place{}, configs.Expander("", p.lookup)))
	}
	if len(faults) > 0 {
		return s, &usageError{errors.Join(faults...)}
	}
	return s, nil
}

// configPath returns the configuration file to read, "" for none.
func (f sourceFlags) configPath() (string, error) {
	if f.config != "" || f.alone {
		return f.config, nil
	}
	path, err := configs.Find(".")
	if err != nil || path == "" {
		return "", err
	}
	folder, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("configuration: %w", err)
	}
	if near, err := filepath.Rel(folder, path); err == nil {
		return near, nil
	}
	return path, nil
}

func parseSources(texts []string) ([]connector.SourceSpec, error) {
	var specs []connector.SourceSpec
	var faults []error
	for _, text := range texts {
		spec, err := connector.ParseSource(text)
		if err == nil && named(specs, spec.Name) {
			err = connector.Errorf(connector.Invalid, "the source %s is given twice", spec.Name).
				WithHint("Names are compared without regard to case; give one of them another.")
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("--source: %w", err))
			continue
		}
		specs = append(specs, spec)
	}
	return specs, errors.Join(faults...)
}

func named(specs []connector.SourceSpec, name string) bool {
	return slices.ContainsFunc(specs, func(s connector.SourceSpec) bool { return strings.EqualFold(s.Name, name) })
}

// resolve checks a source and adds it to the setup.
func (p *program) resolve(ctx context.Context, s *setup, spec connector.SourceSpec, place connector.Place, expand connector.Expander) error {
	found, err := p.connector(ctx, spec.Connector, spec.Settings)
	if err != nil {
		return inSource(spec.Name, place, err)
	}
	options, err := found.Info().Resolve(spec.Settings, expand)
	if err != nil {
		return inSource(spec.Name, place, err)
	}
	s.sources = append(s.sources, resolved{spec.Name, found, options})
	return nil
}

// inSource adds the source's name to errors, and its place to those that have
// none.
func inSource(name string, place connector.Place, err error) error {
	var errs []error
	for _, err := range report.Each(err) {
		var ours *connector.Error
		if errors.As(err, &ours) && ours.Place == (connector.Place{}) && place.Line > 0 {
			err = ours.At(place)
		}
		errs = append(errs, fmt.Errorf("source %s: %w", name, err))
	}
	return errors.Join(errs...)
}

// connector returns the connector for a source with the given settings.
func (p *program) connector(ctx context.Context, name string, settings []connector.Setting) (connector.Connector, error) {
	return p.registry.Connector(ctx, name, settings)
}

// session is an engine with one session.
type session struct {
	*sqlengine.Session
	engine *engine
}

// engine is an engine with the sources that were opened for it.
type engine struct {
	*sqlengine.Engine
	sources []sqlengine.NamedSource
}

// open opens the sources of a setup and a session over them. The caller closes
// it.
func (p *program) open(ctx context.Context, s *setup, noPushdown bool) (*session, error) {
	opened, err := p.openEngine(ctx, s, sqlengine.Config{NoPushdown: noPushdown})
	if err != nil {
		return nil, err
	}
	begun, err := opened.Session(ctx)
	if err != nil {
		return nil, errors.Join(asUsage(err), opened.Close())
	}
	return &session{begun, opened}, nil
}

// openEngine opens the sources of a setup and an engine over them, as config has
// it. The caller closes it.
func (p *program) openEngine(ctx context.Context, s *setup, config sqlengine.Config) (_ *engine, err error) {
	opened := &engine{}
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.Close())
		}
	}()
	if len(s.sources) > 0 {
		p.offerSignIn()
	}
	log := p.log()
	for _, source := range s.sources {
		src, err := source.connector.Open(ctx, connector.Config{Name: source.name, Options: source.options, Timezone: s.zone, Log: log})
		if err != nil {
			return nil, asUsage(fmt.Errorf("source %s: %w", source.name, err))
		}
		opened.sources = append(opened.sources, sqlengine.NamedSource{
			Name: source.name, Connector: source.connector.Info().Name, Source: src,
		})
	}
	config.Sources, config.Timezone, config.Log = opened.sources, s.zone, log
	config.MemoryLimit, config.SpillDir, config.Threads = s.config.MemoryLimit, s.config.SpillFolder, s.config.Threads
	config.MaxRequests = s.config.MaxRequests
	for _, view := range s.config.Views {
		at := connector.Place{File: view.Place.File, Line: view.Place.Line} // no column: the line is not to be shown
		config.Views = append(config.Views, sqlengine.View{Name: view.Name, SQL: view.SQL, Place: at})
	}
	if opened.Engine, err = sqlengine.Open(ctx, config); err != nil {
		return nil, asUsage(err)
	}
	return opened, nil
}

// asUsage makes a usageError of options or settings that cannot be.
func asUsage(err error) error {
	if connector.KindOf(err) == connector.Invalid {
		return &usageError{err}
	}
	return err
}

// Close ends the session and its engine.
func (s *session) Close() error { return errors.Join(s.Session.Close(), s.engine.Close()) }

// Close ends the engine, and closes the sources that were opened.
func (e *engine) Close() error {
	var errs []error
	if e.Engine != nil {
		errs = append(errs, e.Engine.Close())
	}
	for _, source := range e.sources {
		errs = append(errs, source.Source.Close())
	}
	return errors.Join(errs...)
}
