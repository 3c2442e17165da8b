package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trackql/trackql/cmd/trackql/internal/outfile"
	"github.com/trackql/trackql/cmd/trackql/internal/print"
	"github.com/trackql/trackql/cmd/trackql/internal/report"
	"github.com/trackql/trackql/configs"
	"github.com/trackql/trackql/connector"
)

// queryFlags are the flags of trackql query.
type queryFlags struct {
	sourceFlags
	file, format, output, encoding string
	// toFile is how results go to a file where no flag does that.
	toFile string
}

const queryLong = `Run SQL, all of DuckDB's, over the sources, and print each result.

The tables of a source are in the schema of its name; where there is one source
only, they need no schema. Run trackql tables to see what there is.`

const queryExample = `  trackql query --source 'pt=scarab:Path=issues.xml' "SELECT Status, count(*) FROM pt.Issues GROUP BY ALL"
  trackql query --source 'bl=backlog:Url=https://example.backlog.com;ApiKey=${env:BACKLOG_API_KEY}' -f report.sql
  trackql query -f report.sql --format parquet -o report.parquet
  echo 'SELECT * FROM pt.Issues' | trackql query --format csv --encoding utf-8-bom -o issues.csv`

func (p *program) queryCommand() *cobra.Command {
	var f queryFlags
	cmd := &cobra.Command{
		Use:     "query [SQL]",
		Short:   "Run SQL and print the results",
		Long:    queryLong,
		Example: queryExample,
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.query(cmd.Context(), f, args)
		},
	}
	f.add(cmd)
	f.addLimit(cmd)
	flags := cmd.Flags()
	flags.StringVarP(&f.file, "file", "f", "", "take the SQL from this `FILE`; - is the standard input")
	flags.StringVar(&f.format, "format", "", "the `FORMAT`: "+strings.Join(print.Formats(), ", ")+"; else what the name after -o tells, a table on a terminal, csv")
	flags.StringVarP(&f.output, "output", "o", "", "write to this `FILE`, which appears only when it is whole")
	flags.StringVar(&f.encoding, "encoding", "", "the `ENCODING` of text: "+strings.Join(print.Encodings(), ", "))
	flags.BoolVar(&f.noPushdown, "no-pushdown", false, "fetch every table whole: the same answers, slower")
	return cmd
}

func (p *program) query(ctx context.Context, f queryFlags, args []string) (err error) {
	s, setupErr := p.setup(ctx, f.sourceFlags)
	options, err := p.printOptions(f, s.config)
	if err := joinUsage(setupErr, err); err != nil {
		return err
	}
	options.Zone = s.zone
	query, err := p.readQuery(ctx, args, f.file)
	if err != nil {
		return err
	}
	out, commit, discard, err := p.openOutput(f.output)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, discard()) }()
	session, err := p.open(ctx, s, f.noPushdown)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	r := runner{program: p, session: session, printer: print.New(out, options), format: options.Format, query: query}
	if err := r.run(ctx, query.SQL); err != nil {
		return &queryError{query, err}
	}
	return commit()
}

// joinUsage joins usage errors into one; other errors come first and alone.
func joinUsage(errs ...error) error {
	var mistakes []error
	for _, err := range errs {
		var wrong *usageError
		switch {
		case errors.As(err, &wrong):
			mistakes = append(mistakes, report.Each(wrong.err)...)
		case err != nil:
			return err
		}
	}
	if len(mistakes) == 0 {
		return nil
	}
	return &usageError{errors.Join(mistakes...)}
}

// printOptions returns how to print: what the flags say, else the name of the
// file to write, else the configuration, else what suits the output.
func (p *program) printOptions(f queryFlags, config configs.Config) (print.Options, error) {
	o := print.Options{Format: print.CSV}
	var faults []error
	note := func(where string, err error) {
		if err != nil {
			faults = append(faults, usage(connector.HintOf(err), "%s%w", where, err))
		}
	}
	var err error
	byName, known := formatOf(f.output)
	switch {
	case f.format != "":
		o.Format, err = print.ParseFormat(f.format)
		note("--format: ", err)
	case known:
		o.Format = byName
	case config.Format.Value != "":
		o.Format, err = print.ParseFormat(config.Format.Value)
		note(config.Format.Place.String()+": ", err)
	case f.output == "" && p.screen.outWidth > 0:
		o.Format = print.Table
	}
	switch {
	case f.encoding != "":
		o.Encoding, err = print.ParseEncoding(f.encoding)
		note("--encoding: ", err)
	case config.Encoding.Value != "":
		o.Encoding, err = print.ParseEncoding(config.Encoding.Value)
		note(config.Encoding.Place.String()+": ", err)
	}
	if f.output == "" {
		o.Width = p.screen.outWidth
	}
	if o.Format == print.Parquet && o.Width > 0 {
		faults = append(faults, usage(cmp.Or(f.toFile, "Add -o FILE."), "Parquet is nothing for a terminal"))
	}
	return o, joinUsage(faults...)
}

// formatOf returns the format that a file's name tells.
func formatOf(file string) (print.Format, bool) {
	f, ok := map[string]print.Format{
		".csv": print.CSV, ".json": print.JSON, ".ndjson": print.NDJSON, ".jsonl": print.NDJSON,
		".md": print.Markdown, ".parquet": print.Parquet, ".txt": print.Table,
	}[strings.ToLower(filepath.Ext(file))]
	return f, ok
}

// openOutput returns where to write, what makes it appear, and what cleans up.
func (p *program) openOutput(path string) (w io.Writer, commit, discard func() error, err error) {
	nothing := func() error { return nil }
	if path == "" {
		return p.out, nothing, nothing, nil
	}
	file, err := outfile.Create(path)
	if err != nil {
		return nil, nil, nil, usage("Check the path after -o.", "%w", err)
	}
	return file, file.Commit, file.Discard, nil
}
