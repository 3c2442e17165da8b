package outfile_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/outfile"
)

// content returns the files of a folder with their content.
func content(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(text)
	}
	return files
}

func create(t *testing.T, path, text string) *outfile.File {
	t.Helper()
	f, err := outfile.Create(path)
	if err != nil {
		t.Fatalf("Create(%q) = %v", path, err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatalf("Write = %v", err)
	}
	return f
}

func TestCommit(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.csv")
	f := create(t, path, "new")
	if _, err := os.Stat(path); err == nil {
		t.Errorf("%s is there before Commit", path)
	}
	if err := f.Commit(); err != nil {
		t.Fatalf("Commit = %v", err)
	}
	if err := f.Discard(); err != nil {
		t.Fatalf("Discard after Commit = %v", err)
	}
	if diff := cmp.Diff(map[string]string{"a.csv": "new"}, content(t, folder)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestDiscardKeepsTheOldFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.csv")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := create(t, path, "new")
	if err := f.Discard(); err != nil {
		t.Fatalf("Discard = %v", err)
	}
	if diff := cmp.Diff(map[string]string{"a.csv": "old"}, content(t, folder)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
}

func TestFailedCommit(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.csv")
	f := create(t, path, "new")
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.Commit(); err == nil {
		t.Error("Commit = nil, want an error")
	}
	if err := f.Discard(); err != nil {
		t.Errorf("Discard = %v", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil || len(entries) != 1 {
		t.Errorf("ReadDir = %v, %v, want the folder in the way only", entries, err)
	}
}

func TestModes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	folder := t.TempDir()
	secret, plain := filepath.Join(folder, "secret.csv"), filepath.Join(folder, "plain.csv")
	if err := os.WriteFile(secret, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	probe, err := os.OpenFile(filepath.Join(folder, "probe"), os.O_CREATE, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer probe.Close()
	usual, err := probe.Stat()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]fs.FileMode{secret: 0o600, plain: usual.Mode()} {
		if err := create(t, path, "x").Commit(); err != nil {
			t.Fatalf("Commit = %v", err)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("mode of %s = %v, %v, want %v", path, info.Mode(), err, want)
		}
	}
}

func TestLink(t *testing.T) {
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target"), filepath.Join(folder, "link")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := create(t, link, "new").Commit(); err != nil {
		t.Fatalf("Commit = %v", err)
	}
	if diff := cmp.Diff(map[string]string{"target": "new", "link": "new"}, content(t, folder)); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("Lstat(link) = %v, %v, want a link still", info, err)
	}
}

func TestDevice(t *testing.T) {
	info, err := os.Stat(os.DevNull)
	if err != nil || info.Mode().IsRegular() {
		t.Skipf("%s is no device here", os.DevNull)
	}
	f := create(t, os.DevNull, "x")
	if err := f.Commit(); err != nil {
		t.Errorf("Commit = %v", err)
	}
	if after, err := os.Stat(os.DevNull); err != nil || after.Mode() != info.Mode() {
		t.Errorf("%s is now %v, %v, want %v", os.DevNull, after, err, info.Mode())
	}
}

func TestCreateErrors(t *testing.T) {
	folder := t.TempDir()
	for _, path := range []string{folder, filepath.Join(folder, "nope", "a.csv")} {
		if _, err := outfile.Create(path); err == nil {
			t.Errorf("Create(%q) = nil, want an error", path)
		}
	}
}
