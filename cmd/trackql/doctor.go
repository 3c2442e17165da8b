package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/doctor"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
)

// doctorFlags are the flags of trackql doctor.
type doctorFlags struct {
	sourceFlags
	timeout time.Duration
	json    bool
}

const doctorLong = `Find out why a query does not work. The doctor looks at the program, the
configuration, the time zone, memory and the spill folder, and tries every source:
opens it, lists its tables, and reads one row; of one that is offline it tells
what is kept. It says what to do about each fault, changes nothing, and shows no
secret.

It exits with 0 where there is no fault, 1 where a source or the machine has one,
and 2 where the configuration or a flag has.`

func (p *program) doctorCommand() *cobra.Command {
	var f doctorFlags
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Find out why a query does not work",
		Long:  doctorLong,
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.doctor(cmd.Context(), f)
		},
	}
	f.add(cmd)
	cmd.Flags().DurationVar(&f.timeout, "timeout", 30*time.Second, "how long each source may take, such as 30s or 2m")
	cmd.Flags().BoolVar(&f.json, "json", false, "print the findings as JSON")
	return cmd
}

// sourcePatience is how long a source may take to stop after its time is over.
const sourcePatience = 3 * time.Second

func (p *program) doctor(ctx context.Context, f doctorFlags) error {
	if f.timeout <= 0 {
		return usage("Write how long to wait, such as 30s.", "--timeout: %s is no time to wait", f.timeout)
	}
	s, err := p.setup(ctx, f.sourceFlags)
	sources := p.patients(s, f.sourceFlags)
	d := visit{program: p, asJSON: f.json, width: print.Width("configuration")}
	for _, source := range sources {
		d.width = max(d.width, print.Width(doctor.Check(source.Name)))
	}
	if err := d.machine(ctx, f, s, err); err != nil {
		return err
	}
	examined := doctor.Config{Sources: sources, Timezone: s.zone, Timeout: f.timeout, Patience: sourcePatience}
	if err := examined.Examine(ctx, d.tell); err != nil {
		return err
	}
	if f.json {
		if err := doctor.JSON(p.out, d.findings); err != nil {
			return err
		}
	}
	return d.verdict()
}

// patients returns the sources that can be opened, with what was written of
// them.
func (p *program) patients(s *setup, f sourceFlags) []doctor.Source {
	given, _ := parseSources(f.sources) // setup told of its errors
	var specs []connector.SourceSpec
	specs = append(specs, given...)
	for _, source := range s.config.Sources {
		specs = append(specs, source.SourceSpec)
	}
	var sources []doctor.Source
	for _, source := range s.sources {
		i := slices.IndexFunc(specs, func(spec connector.SourceSpec) bool { return spec.Name == source.name })
		sources = append(sources, doctor.Source{
			Name: source.name, Connector: source.connector, Settings: specs[i].Settings, Options: source.options,
		})
	}
	return sources
}

// visit is a run of the doctor: what was found so far.
type visit struct {
	*program
	asJSON   bool
	width    int // of the longest name of a check
	findings []doctor.Finding
}

func (d *visit) tell(f doctor.Finding) error {
	d.findings = append(d.findings, f)
	if d.asJSON {
		return nil
	}
	return doctor.Text(d.out, f, d.width)
}

// machine tells about all but the sources. The setup may have mistakes.
func (d *visit) machine(ctx context.Context, f doctorFlags, s *setup, mistakes error) error {
	engine, zone := d.engine(ctx, s)
	if err := ctx.Err(); err != nil {
		return err
	}
	from := ""
	switch {
	case f.timezone != "":
		from = "--timezone"
	case s.config.Timezone != nil:
		from = "the configuration"
	}
	findings := []doctor.Finding{{Check: "program", Found: version()}}
	findings = append(findings, engine...)
	findings = append(findings, d.configuration(f.sourceFlags, s, mistakes)...)
	findings = append(findings,
		doctor.Timezone(zone, from, s.zone, time.Now(), doctor.Lookup(d.lookup)),
		doctor.SpillFolder(s.config.SpillFolder),
		doctor.Terminal(d.screen.outWidth, doctor.Lookup(d.lookup)))
	findings = append(findings, d.plugins(ctx, f.timeout)...)
	for _, finding := range findings {
		if err := d.tell(finding); err != nil {
			return err
		}
	}
	return nil
}

// plugins tells which connectors there are, and of each plugin whether it runs.
func (d *visit) plugins(ctx context.Context, timeout time.Duration) []doctor.Finding {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var builtIn []string
	var plugins []doctor.Finding
	for _, e := range d.registry.List(ctx) {
		f := doctor.Finding{Check: "plugins"}
		switch {
		case e.Path == "":
			builtIn = append(builtIn, e.Name)
			continue
		case e.Refused != nil:
			f.Status, f.Found = doctor.Warning, fmt.Sprintf("%s (%s) is not taken: %v", e.Path, e.Origin, e.Refused)
			if f.Do = connector.HintOf(e.Refused); f.Do == "" {
				f.Do = "Install it anew: trackql plugin install PATH. Or take it away."
			}
		case e.HiddenBy != "":
			f.Found = fmt.Sprintf("%s (%s) is not used: %s comes first", e.Path, e.Origin, e.HiddenBy)
		default:
			f.Found = fmt.Sprintf("%s %s, protocol %d: %s (%s)", e.Name, e.Version, e.Protocol, e.Path, e.Origin)
		}
		plugins = append(plugins, f)
	}
	return append([]doctor.Finding{{Check: "connectors", Found: "built in: " + strings.Join(builtIn, ", ")}}, plugins...)
}

// engineQuestion asks the engine for what it goes by.
const engineQuestion = `SELECT unnest([version(), current_setting('memory_limit'), current_setting('threads')::VARCHAR, current_setting('TimeZone')])`

// engine starts the engine as a query would, without sources, and tells of it.
// It returns the name of the time zone that the engine goes by.
func (d *visit) engine(ctx context.Context, s *setup) (findings []doctor.Finding, zone string) {
	answers, err := d.askEngine(ctx, s)
	if err != nil {
		hint := connector.HintOf(err)
		if hint == "" {
			hint = "Check memory_limit and threads in the configuration, and how much memory the machine has left."
		}
		return []doctor.Finding{{Status: doctor.Fault, Check: "engine", Found: err.Error(), Do: hint}}, s.zone.String()
	}
	return []doctor.Finding{
		{Check: "engine", Found: "DuckDB " + answers[0]},
		{Check: "memory", Found: fmt.Sprintf("at most %s, threads: %s", answers[1], answers[2])},
	}, answers[3]
}

func (d *visit) askEngine(ctx context.Context, s *setup) (answers []string, err error) {
	session, err := d.open(ctx, &setup{zone: s.zone, config: configs.Config{
		MemoryLimit: s.config.MemoryLimit, SpillFolder: s.config.SpillFolder, Threads: s.config.Threads,
	}}, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	for result, err := range session.Run(ctx, engineQuestion, nil) {
		if err != nil {
			return nil, err
		}
		for result.Next() {
			for i := range int(result.RecordBatch().NumRows()) {
				answers = append(answers, strings.Clone(result.RecordBatch().Column(0).ValueStr(i)))
			}
		}
		if err := result.Err(); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// configuration tells which file is read and why, and its mistakes and those of
// the flags.
func (d *visit) configuration(f sourceFlags, s *setup, mistakes error) []doctor.Finding {
	const check = "configuration"
	_, err := d.printOptions(queryFlags{}, s.config)
	if mistakes != nil || err != nil {
		var findings []doctor.Finding
		for _, mistake := range report.Each(errors.Join(mistakes, err)) {
			do := connector.HintOf(mistake)
			if do == "" {
				do = "Correct it: trackql help sources tells how a source is written."
			}
			of := check
			if kind := connector.KindOf(mistake); kind != connector.Invalid && kind != connector.NotFound {
				of = "plugins" // nothing is wrong in the file: a plugin did not start
			}
			findings = append(findings, doctor.Finding{Status: doctor.Fault, Check: of, Found: mistake.Error(), Do: do})
		}
		return findings
	}
	path, err := f.configPath()
	finding := doctor.Finding{Check: check}
	switch {
	case err != nil:
		finding.Status, finding.Found, finding.Do = doctor.Fault, err.Error(), "Name the file with -c."
	case path == "":
		finding.Found = "no " + configs.FileName + ", neither in this folder nor above"
	case f.config != "":
		finding.Found = path + ", named by -c"
	case filepath.Dir(path) == ".":
		finding.Found = path + ", of this folder"
	default:
		finding.Found = path + ", the nearest above this folder"
	}
	if err == nil && path != "" {
		finding.Found += fmt.Sprintf(": %s, %s", print.Count(int64(len(s.config.Sources)), "source"), print.Count(int64(len(s.config.Views)), "view"))
	}
	findings := []doctor.Finding{finding}
	if len(s.sources) == 0 {
		findings = append(findings, doctor.Finding{
			Status: doctor.Warning, Check: check, Found: "there are no sources: a query can read files and values only",
			Do: "Add --source NAME=CONNECTOR:Key=Value;… or write trackql.yaml.",
		})
	}
	return findings
}

// verdict is an error where something is at fault: a usageError where that is
// the configuration.
func (d *visit) verdict() error {
	faults, wrong := 0, false
	var where []string
	for _, f := range d.findings {
		if f.Status != doctor.Fault {
			continue
		}
		faults++
		wrong = wrong || f.Check == "configuration"
		if !slices.Contains(where, f.Check) {
			where = append(where, f.Check)
		}
	}
	if faults == 0 {
		return nil
	}
	err := connector.Errorf(connector.Invalid, "the doctor found %s: %s", print.Count(int64(faults), "fault"), strings.Join(where, ", ")).
		WithHint("What to do stands with each.")
	if wrong {
		return &usageError{err}
	}
	return err
}
