package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/term"

	"github.com/trackql/trackql/cmd/trackql/internal/report"
)

// readQuery returns the SQL to run: the argument, the file, or what comes from
// the standard input.
func (p *program) readQuery(ctx context.Context, args []string, file string) (report.Query, error) {
	const hint = `Write trackql query "SELECT …", or -f FILE, or send the text to the standard input.`
	switch {
	case len(args) > 1:
		return report.Query{}, usage("Put the query into quotes.", "the query is in %d pieces", len(args))
	case len(args) == 1 && file != "":
		return report.Query{}, usage(hint, "there is a query, and the file %s besides", file)
	case len(args) == 1:
		return checkQuery(report.QueryFile, []byte(args[0]))
	case file != "" && file != "-":
		text, err := os.ReadFile(file)
		if err != nil {
			return report.Query{}, usage("Check the path after -f.", "%w", err)
		}
		return checkQuery(file, text)
	}
	if input, ok := p.in.(*os.File); ok && term.IsTerminal(int(input.Fd())) && file == "" {
		return report.Query{}, usage(hint, "there is no query")
	}
	text, err := readAll(ctx, p.in)
	if err != nil {
		return report.Query{}, err
	}
	return checkQuery(report.QueryFile, text)
}

// checkQuery makes a query of a text.
func checkQuery(name string, text []byte) (report.Query, error) {
	if bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")) || !utf8.Valid(text) {
		return report.Query{}, usage("Save it as UTF-8.", "%s is not UTF-8", name)
	}
	sql := strings.TrimPrefix(string(text), "\ufeff")
	if strings.Trim(sql, " \t\r\n;") == "" {
		return report.Query{}, usage("Write the SQL to run.", "%s is empty", name)
	}
	return report.Query{Name: name, SQL: sql}, nil
}

// readAll reads to the end, or until ctx ends. The reading goes on then, as
// nothing can end it but the end of the program.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	type answer struct {
		text []byte
		err  error
	}
	read := make(chan answer, 1)
	go func() {
		text, err := io.ReadAll(r)
		read <- answer{text, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case a := <-read:
		return a.text, a.err
	}
}
