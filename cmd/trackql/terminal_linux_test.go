package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
)

// terminal opens a pseudo terminal of so many columns.
func terminal(t *testing.T, columns uint16) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	t.Cleanup(func() {
		if err := master.Close(); err != nil {
			t.Error(err)
		}
	})
	var unlocked, number uint32
	size := [4]uint16{24, columns}
	for request, argument := range map[uintptr]unsafe.Pointer{
		syscall.TIOCSPTLCK: unsafe.Pointer(&unlocked),
		syscall.TIOCGPTN:   unsafe.Pointer(&number),
		syscall.TIOCSWINSZ: unsafe.Pointer(&size),
	} {
		if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), request, uintptr(argument)); errno != 0 {
			t.Skipf("no pseudo terminals here: %v", errno)
		}
	}
	slave, err = os.OpenFile("/dev/pts/"+strconv.Itoa(int(number)), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo terminals here: %v", err)
	}
	return master, slave
}

// onTerminal runs the command with some of its streams on a terminal and
// returns what the terminal showed.
func onTerminal(t *testing.T, columns uint16, attach func(c *exec.Cmd, slave *os.File), args ...string) string {
	t.Helper()
	master, slave := terminal(t, columns)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "trackql")
	if err := os.Symlink(self, link); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(link, args...)
	c.Env = append(os.Environ(), "TZ=UTC")
	attach(c, slave)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if err := slave.Close(); err != nil {
		t.Fatal(err)
	}
	shown, _ := io.ReadAll(master) // a terminal ends with an error of its own
	if err := c.Wait(); err != nil && c.ProcessState.ExitCode() < 0 {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(shown), "\r\n", "\n")
}

const sampleSource = "--source=pt=scarab:Path=../../testdata/samples/issues.xml"

// TestTerminalGetsTable prints a table that fits where the output is a
// terminal.
func TestTerminalGetsTable(t *testing.T) {
	got := onTerminal(t, 34, func(c *exec.Cmd, slave *os.File) { c.Stdout = slave },
		"query", sampleSource, `SELECT Number, Summary, "Assigned to" FROM Issues WHERE Number < 4`)
	want := `Number | Summary     | Assigned to
-------+-------------+------------
     1 | ログインで… | yamada
     2 | The page, … | NULL
     3 | 更新手順を… | suzuki
(3 rows, complete; … marks what is cut)
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("terminal (-want +got):\n%s", diff)
	}
}

// TestTerminalGetsSummary tells on a terminal how many rows went elsewhere.
func TestTerminalGetsSummary(t *testing.T) {
	file := filepath.Join(t.TempDir(), "out.csv")
	got := onTerminal(t, 80, func(c *exec.Cmd, slave *os.File) { c.Stdout, c.Stderr = slave, slave },
		"query", sampleSource, "-o", file, "SELECT * FROM Issues")
	if want := "4 rows, complete\n"; got != want {
		t.Errorf("the terminal showed %q, want %q", got, want)
	}
}

func TestTerminalAsks(t *testing.T) {
	got := onTerminal(t, 80, func(c *exec.Cmd, slave *os.File) { c.Stdin, c.Stderr = slave, slave }, "query")
	if !strings.HasPrefix(got, "error: there is no query\nhint: ") {
		t.Errorf("query without a text = %q, want an error", got)
	}
	got = onTerminal(t, 80, func(c *exec.Cmd, slave *os.File) { c.Stdout, c.Stderr = slave, slave },
		"query", "--format", "parquet", "SELECT 1")
	if want := "error: Parquet is nothing for a terminal\nhint: Add -o FILE.\n"; got != want {
		t.Errorf("query --format parquet = %q, want %q", got, want)
	}
}
