package cache_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/cache"
)

// TestMain is also the main of the child processes.
func TestMain(m *testing.M) {
	if dir := os.Getenv("TRACKQL_CACHE_CHILD"); dir != "" {
		child(dir, os.Getenv("TRACKQL_CACHE_WORK"))
		return
	}
	os.Exit(m.Run())
}

// child works on a folder that others work on: it scans a number of times and
// compares, or it stops in the midst of writing and waits to be killed.
func child(dir, work string) {
	src := newMemory(issues(60, connector.Exact))
	want, _, _ := scan(src, whole())
	if work == "stop" {
		reader, err := wrap(src, dir, newClock(), nil).Scan(context.Background(), whole())
		fmt.Println(err, reader != nil && reader.Next())
		select {}
	}
	if work == "hang" {
		src, c := newLiving(300), newClock()
		cached := wrap(src, dir, c, nil)
		_, _, err := scan(cached, whole())
		src.gate, src.entering = make(chan struct{}), make(chan struct{}, 1)
		go func() { <-src.entering; fmt.Println(err) }()
		c.pass(time.Hour)
		_, _, err = scan(cached, whole())
		fmt.Println("the refresh ended:", err)
		return
	}
	rounds, _ := strconv.Atoi(work)
	for i := range rounds {
		c := newClock()
		c.pass(time.Duration(i) * 5 * time.Minute)
		got, report, err := scan(wrap(src, dir, c, nil), whole())
		if err != nil || !slices.Equal(got, want) || len(report.Warnings) > 0 {
			fmt.Printf("round %d: %d rows, want %d; %v %v\n", i, len(got), len(want), report.Warnings, err)
			os.Exit(1)
		}
	}
}

func command(t *testing.T, dir, work string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "TRACKQL_CACHE_CHILD="+dir, "TRACKQL_CACHE_WORK="+work)
	return cmd
}

// TestProcesses has several processes fill and read one folder.
func TestProcesses(t *testing.T) {
	dir := t.TempDir()
	var waiting sync.WaitGroup
	for range 4 {
		cmd := command(t, dir, "15")
		waiting.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("a process: %v\n%s", err, out)
			}
		})
	}
	waiting.Wait()
}

// TestKilled kills a process while it writes: what was kept before is kept, and
// what it wrote is swept after a while.
func TestKilled(t *testing.T) {
	dir, c := t.TempDir(), newClock()
	src := newMemory(issues(60, connector.Exact))
	narrow := whole()
	narrow.Where = []connector.Predicate{where("Id", connector.Eq, connector.IntOf(1))}
	rowsOf(t, wrap(src, dir, c, nil), narrow)
	cmd := command(t, dir, "stop")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil> true\n" || err != nil {
		t.Errorf("the child says %q, %v", line, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	if got := notes(t, wrap(src, dir, c, nil), narrow); !strings.HasPrefix(got, "cache: hit") {
		t.Errorf("after a crash the note is %q", got)
	}
	same(t, wrap(src, dir, c, nil), src, whole())
	left, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	if err != nil || len(left) != 1 {
		t.Fatalf("the child left %v, %v; want one file", left, err)
	}
	old := c.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(left[0], old, old); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Hour)
	rowsOf(t, wrap(src, dir, c, nil), whole())
	if _, err := os.Stat(left[0]); err == nil {
		t.Error("what a crash left is not swept")
	}
}

// hanging starts a process that refreshes the table, and does not get on.
func hanging(t *testing.T, dir string) *exec.Cmd {
	t.Helper()
	cmd := command(t, dir, "hang")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" || err != nil {
		t.Errorf("the child says %q, %v", line, err)
	}
	return cmd
}

// TestHangingRefresh is of a process that others do not wait for, as long as it
// hangs, and that holds nobody up once it is killed.
func TestHangingRefresh(t *testing.T) {
	dir, c, src := t.TempDir(), newClock(), newLiving(300)
	c.pass(time.Hour)
	cmd := hanging(t, dir)
	cached := wrap(src, dir, c, nil)
	cache.Impatient(cached, time.Millisecond)
	same(t, cached, src.present(), some(lower(250)))
	if scans, watches := src.counts(); scans != 1 || watches != 0 {
		t.Errorf("while another hangs there are %d scans and %d watches, want 1 and 0", scans, watches)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	rowsOf(t, wrap(src, dir, c, nil), whole())
	if scans, watches := src.counts(); scans != 0 || watches != 1 {
		t.Errorf("after it is killed there are %d scans and %d watches, want 0 and 1", scans, watches)
	}
}

// TestFullDiskOfOldFiles makes room: files that no manifest names are removed,
// also where no manifest can be written.
func TestFullDiskOfOldFiles(t *testing.T) {
	dir, c, src := t.TempDir(), newClock(), newMemory(issues(60, connector.Exact))
	rowsOf(t, wrap(src, dir, c, nil), whole())
	if err := os.WriteFile(filepath.Join(dir, "manifest.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	c.pass(time.Hour)
	cached := wrap(src, dir, c, nil)
	cache.FailWrites(cached, 0)
	if _, report, err := scan(cached, whole()); err != nil || len(report.Warnings) != 1 {
		t.Errorf("on a full disk the scan is %v, with the warnings %v", err, report.Warnings)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.parquet")); err != nil || len(left) > 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

// TestBrokenFiles changes and cuts files at every place: rows are the right ones,
// from wherever they come.
func TestBrokenFiles(t *testing.T) {
	src := newMemory(issues(12, connector.Exact))
	want, _, err := scan(src, whole())
	if err != nil {
		t.Fatal(err)
	}
	pristine := t.TempDir()
	rowsOf(t, wrap(src, pristine, newClock(), nil), whole())
	files, err := os.ReadDir(pristine)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		whole, err := os.ReadFile(filepath.Join(pristine, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		step := max(1, len(whole)/12)
		for at := 0; at < len(whole); at += step {
			flipped := bytes.Clone(whole)
			flipped[at] ^= 0x20
			for how, data := range map[string][]byte{"cut off": whole[:at], "changed": flipped, "longer": append(bytes.Clone(whole), flipped[at])} {
				broken(t, src, want, pristine, f.Name(), data, fmt.Sprintf("%s %s at %d", f.Name(), how, at))
			}
		}
	}
}

// broken reads through a cache in which a file has other content.
func broken(t *testing.T, src connector.Source, want []string, pristine, name string, data []byte, what string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(pristine)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		got, _, err := scan(wrap(src, dir, newClock(), nil), whole())
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s (-want +got):\n%s", what, diff)
		}
	}
}

// TestMissingFile is a segment whose file somebody removed.
func TestMissingFile(t *testing.T) {
	dir, src := t.TempDir(), newMemory(issues(12, connector.Exact))
	rowsOf(t, wrap(src, dir, newClock(), nil), whole())
	files, err := filepath.Glob(filepath.Join(dir, "*.parquet"))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %v, %v", files, err)
	}
	if err := os.Remove(files[0]); err != nil {
		t.Fatal(err)
	}
	same(t, wrap(src, dir, newClock(), nil), src, whole())
}

// TestFullDisk fails writes after so many bytes: the query answers, with a
// warning, and nothing half is kept.
func TestFullDisk(t *testing.T) {
	src, written := newMemory(issues(60, connector.Exact)), 0
	for after := 0; after < 10_000; after += 250 {
		dir := t.TempDir()
		mem := checked(t)
		cached := wrap(src, dir, newClock(), func(c *cache.Config) { c.Memory = mem })
		cache.FailWrites(cached, after)
		got, report, err := scan(cached, whole())
		if want := rowsOf(t, src, whole()); err != nil || !slices.Equal(got, want) {
			t.Fatalf("room for %d bytes: %d rows, %v; want %d", after, len(got), err, len(want))
		}
		if len(report.Warnings) == 0 {
			written++ // there was room enough
			continue
		}
		if len(report.Warnings) != 1 || report.Warnings[0].Code != "not-cached" {
			t.Errorf("room for %d bytes: the warnings are %v", after, report.Warnings)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, "*.*")); slices.ContainsFunc(left, func(f string) bool { return !strings.HasSuffix(f, ".lock") }) {
			t.Errorf("room for %d bytes: %v is left", after, left)
		}
	}
	if written == 0 || written > 20 {
		t.Errorf("%d of 40 disks had room enough", written)
	}
}

// TestNoFolder is a folder that cannot be made.
func TestNoFolder(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	src := newMemory(issues(12, connector.Exact))
	cached := wrap(src, filepath.Join(file, "cache"), newClock(), nil)
	same(t, cached, src, whole())
	if _, report, err := scan(cached, whole()); err != nil || len(report.Warnings) != 1 {
		t.Errorf("without a folder the scan is %v, with the warnings %v", err, report.Warnings)
	}
}

// FuzzManifest reads manifests that nobody wrote.
func FuzzManifest(f *testing.F) {
	dir := f.TempDir()
	req := whole()
	req.Where = []connector.Predicate{where("Summary", connector.In, connector.TextOf("\xff"), connector.TextOf("log in"))}
	src := wrap(newMemory(issues(12, connector.Exact)), dir, newClock(), nil)
	rowsOf(f, src, req)
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"Version":1,"Segments":[{"File":"../x.parquet"}]}`))
	f.Add([]byte(`{"Version":1,"Segments":[{"File":"x.parquet","Where":[{"Column":"a","Op":0,"Values":[{"Kind":3,"Text":"NaN"}]}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		once, err := cache.Decode(data)
		if err != nil {
			return
		}
		twice, err := cache.Decode(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("Decode(%q) = %q, %v; then %q", data, once, err, twice)
		}
	})
}
