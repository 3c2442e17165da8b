package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestShellEdits types a query in Japanese, goes back into its first line,
// corrects it, and runs it.
func TestShellEdits(t *testing.T) {
	s := sit(t, stateFolder(t), sampleSource)
	s.enter("SELECT Number, 'の担者' AS 担当\r")
	s.see("\ntrackql> SELECT Number, 'の担者' AS 担当\n    ...>\n")
	s.enter("FROM Issues WHERE Number = 3;")
	s.see("\n    ...> FROM Issues WHERE Number = 3;\n")
	s.enter("\x1b[A\x01" + strings.Repeat("\x1b[C", len("SELECT Number, 'の担")-4) + "当\x1b[D\x1b[D\x1b[D\x1b[3~")
	s.see("\ntrackql> SELECT Number, '担当者' AS 担当\n    ...> FROM Issues WHERE Number = 3;\n")
	s.enter("\r")
	got := s.see("trackql>\n")
	want := `The TrackQL shell. SQL ends with a semicolon; \? is help, \q leaves.
The sources are pt (scarab): \d shows their tables.
trackql> SELECT Number, '担当者' AS 担当
    ...> FROM Issues WHERE Number = 3;
Number | 担当
-------+-------
     3 | 担当者
(1 row, complete)
trackql>
`
	if got != want {
		t.Errorf("the screen shows\n%s\nwant\n%s", got, want)
	}
	s.leave()
}

// TestShellCompletes completes a table, the column of an alias that is only named
// behind it, which needs quotes, and a choice of several.
func TestShellCompletes(t *testing.T) {
	s := sit(t, stateFolder(t), sampleSource)
	s.enter("SELECT i. FROM pt.Iss\t")
	s.see("\ntrackql> SELECT i. FROM pt.Issues\n")
	s.enter(" i\x01\x1b[1;5C\x1b[1;5C\x1b[CAssigned\t")
	s.see("\ntrackql> SELECT i.\"Assigned to\" FROM pt.Issues i\n")
	s.enter(", i.S\t")
	s.see(", i.S FROM pt.Issues i\nSummary  Status\n")
	s.enter("\t\t")
	s.see(", i.Status FROM pt.Issues i\nSummary  Status\nVARCHAR: The option attribute Status. NULL where it has no value.\n")
	s.enter("\x03")
	s.see(" i^C\ntrackql>\n")
	s.leave()
}

// TestShellCtrlC clears the line, ends a query whose rows never end, and not the
// shell, whose tables are still there.
func TestShellCtrlC(t *testing.T) {
	s := sit(t, stateFolder(t), "--format", "csv")
	s.ask("CREATE TABLE t AS SELECT 42 AS n;", "\nDone.\n")
	s.enter("SELECT nonsense")
	s.see("\ntrackql> SELECT nonsense\n")
	s.enter("\x03")
	s.see("\ntrackql> SELECT nonsense^C\ntrackql>\n")
	s.enter("SELECT 'row ' || i FROM range(1000000000000) r(i);\r")
	s.spot("row 1")
	s.enter("\x03")
	s.see("\nCanceled.\ntrackql>\n")
	s.ask("SELECT n FROM t;", "\nn\n42\n1 row, complete\n")
	s.leave()
}

// TestShellRemembers finds what was asked before after a restart, lines and all,
// and not what began with a blank.
func TestShellRemembers(t *testing.T) {
	state := stateFolder(t)
	s := sit(t, state)
	s.enter("SELECT 1 AS\r")
	s.see("\n    ...>\n")
	s.ask("担当;", "\n(1 row, complete)\n")
	s.ask(" SELECT 2 AS secret;", "\n(1 row, complete)\n")
	s.ask(`\timing on`, "\nTiming is on.\n")
	s.leave()

	s = sit(t, state)
	s.enter("\x1b[A")
	s.see("\ntrackql> \\timing on\n")
	s.enter("\x1b[A")
	s.see("\ntrackql> SELECT 1 AS\n    ...> 担当;\n")
	s.enter("\x03")
	s.see("^C\ntrackql>\n")
	s.enter("\x12担")
	s.see("\n    ...> 担当;\nsearch: 担\n")
	s.enter("\r")
	s.see("\n担当\n----\n   1\n(1 row, complete)\ntrackql>\n")
	s.leave()

	s = sit(t, state, "--no-history")
	s.enter("\x1b[A-- nothing")
	s.see("\ntrackql> -- nothing\n")
	s.enter("\x03")
	s.see("^C\ntrackql>\n")
	s.leave()
}

// TestShellPager shows in a pager what is longer than the screen, and nothing
// else; a pager that is left ends the query without a word, and one that is not
// there is done without.
func TestShellPager(t *testing.T) {
	counts := executable(t, `awk '{ n++ } END { print "the pager got " n " lines" }'`)
	s := sit(t, append(stateFolder(t), "PAGER="+counts))
	s.ask("SELECT 1 AS one;", "\none\n---\n  1\n(1 row, complete)\n")
	s.ask("SELECT i FROM range(100) t(i);", "\nthe pager got 103 lines\n")
	s.ask("SELECT i FROM range(19) t(i);", "\n18\n(19 rows, complete)\n")
	s.ask(`\pager off`, "\nThe pager is off.\n")
	s.ask("SELECT i FROM range(100) t(i);", "\n99\n(100 rows, complete)\n")
	s.leave()

	first := executable(t, `read line; echo "the pager has $line and ends"`)
	s = sit(t, append(stateFolder(t), "PAGER="+first), "--format", "csv")
	s.ask("SELECT i FROM range(1000000000000) t(i); SELECT 2 AS two;", "\nthe pager has i and ends\ntwo\n2\n1 row, complete\n")
	s.leave()

	s = sit(t, append(stateFolder(t), "PAGER=/nowhere/pager"))
	s.ask("SELECT i FROM range(100) t(i);", "\n99\n(100 rows, complete)\n")
	s.ask(`\pager on`, "\nerror: there is no pager\nhint: Install less, or name another program in PAGER.\n")
	s.leave()
}

// TestShellCommands shows what commands answer.
func TestShellCommands(t *testing.T) {
	s := sit(t, stateFolder(t), sampleSource)
	s.ask(`\timing`, "\nTiming is on.\n")
	s.enter("SELECT 1 AS one;\r")
	s.until("tells the time", regexp.MustCompile(`\n\(1 row, complete\)\nTime: [0-9.]+ m?s\ntrackql>\n$`).MatchString)
	s.ask(`\timing off`, "\nTiming is off.\n")
	s.ask(`\d pt.Nothing`, "\nerror: there is no source or table pt.Nothing\nhint: \\d alone shows what there is.\n")
	s.ask(`\explain SELECT Summary FROM Issues WHERE Number = 1;`, "\n")
	s.spot("scan pt.Issues")
	s.enter("\\explain\r")
	s.see("\nExplaining instead of running is on.\nexplain>\n")
	s.enter("SELECT Summry FROM Issues;\r")
	s.see("\n    1 | SELECT Summry FROM Issues;\n      |        ^\nhint: Did you mean Summary?\nexplain>\n")
	s.ask(`\explain off`, "\nExplaining instead of running is off.\n")
	s.ask("CREATE TABLE 担当 AS SELECT 1 AS 番号;", "\nDone.\n")
	s.ask(`\d 担当`, "\n\"担当\" (this session)\n\n  \"番号\"  INTEGER\n")
	s.ask(`\d`, "\nmain (this session)\n  main.\"担当\"    1 column\n\nnext: \\d pt.Issues\n")
	s.ask(`\format parquet`, "\nerror: Parquet is nothing for a terminal\nhint: In the shell, \\o FILE.parquet writes one.\n")
	s.ask(`\tables`, "\nerror: there is no command \\tables\nhint: Did you mean \\d? \\? lists all commands.\n")
	s.ask("SELECT 1; SELCT 2;", "\n    1 | SELECT 1; SELCT 2;\n      |           ^\n")
	s.enter("\\q\r")
	s.exits(0)
}

// TestShellFiles writes results to a file, which is not there where a query of
// it failed, and runs a script.
func TestShellFiles(t *testing.T) {
	folder := t.TempDir()
	csv, script := filepath.Join(folder, "a.csv"), filepath.Join(folder, "a.sql")
	s := sit(t, stateFolder(t), sampleSource)
	s.enter(`\o ` + csv + "\r")
	s.see("\nto file>\n")
	s.enter("SELECT 1 AS a;\r")
	s.see("\nto file> SELECT 1 AS a;\n1 row, complete\nto file>\n")
	s.ask(`\o`, csv[len(csv)-len("a.csv"):]+" is written.\n")
	if text, err := os.ReadFile(csv); string(text) != "a\n1\n" || err != nil {
		t.Errorf("the file holds %q, %v, want the result", text, err)
	}
	s.enter(`\o ` + csv + "\r")
	s.see("\nto file>\n")
	s.enter("SELECT 1; SELECT x;\r")
	s.spot("a.csv is not written, ")
	s.see("\n    1 | SELECT 1; SELECT x;\n      |                  ^\ntrackql>\n")
	if text, err := os.ReadFile(csv); string(text) != "a\n1\n" || err != nil {
		t.Errorf("the file holds %q, %v, want what it held", text, err)
	}
	if err := os.WriteFile(script, []byte("\\format csv\nSELECT 2 AS b;\n\nSELECT y;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.enter(`\i ` + script + "\r")
	s.spot("b\n2\n")
	s.spot("a.sql:4:8: ")
	s.see("\n    4 | SELECT y;\n      |        ^\ntrackql>\n")
	s.leave()
}

// TestShellEndsInOrder ends at the prompt and amid a query, by a signal and by a
// terminal that goes away.
func TestShellEndsInOrder(t *testing.T) {
	s := sit(t, stateFolder(t))
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.exits(130)

	s = sit(t, stateFolder(t), "--format", "csv")
	s.enter("SELECT 'row ' || i FROM range(1000000000000) r(i);\r")
	s.spot("row 1")
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	s.exits(130)

	s = sit(t, stateFolder(t))
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.exits(0)
}

// TestShellOnDumbTerminal reads plain lines, where Ctrl-C clears the line, too.
func TestShellOnDumbTerminal(t *testing.T) {
	s := sit(t, append(stateFolder(t), "TERM=dumb"))
	s.enter("SELECT\r")
	s.see("\ntrackql> SELECT\n    ...>\n")
	s.ask("1 AS one;", "\none\n---\n  1\n(1 row, complete)\n")
	s.enter("SELECT\r")
	s.see("\n    ...>\n")
	s.enter("\x03")
	s.see("\n    ...> ^C\ntrackql>\n")
	s.leave()
}
