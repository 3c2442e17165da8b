package doctor_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/trackql/trackql/cmd/trackql/internal/doctor"
)

func TestMachine(t *testing.T) {
	now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
	variables := func(pairs ...string) doctor.Lookup {
		return func(name string) (string, bool) {
			for i := 0; i < len(pairs); i += 2 {
				if pairs[i] == name {
					return pairs[i+1], true
				}
			}
			return "", false
		}
	}
	zone := time.FixedZone("+09:00", 9*60*60)
	tests := map[string]struct {
		got  doctor.Finding
		want string
	}{
		"zone of a flag":      {doctor.Timezone("Asia/Tokyo", "--timezone", zone, now, variables("TZ", "nope")), "ok time zone: Asia/Tokyo (now +09:00), from --timezone"},
		"zone of a variable":  {doctor.Timezone("UTC", "", time.UTC, now, variables("TZ", ":UTC")), "ok time zone: UTC (now +00:00), from the variable TZ"},
		"zone of the machine": {doctor.Timezone("UTC", "", time.UTC, now, variables()), "ok time zone: UTC (now +00:00), the machine's"},
		"zone of a file":      {doctor.Timezone("UTC", "", time.UTC, now, variables("TZ", "/etc/localtime")), "ok time zone: UTC (now +00:00), from the variable TZ"},
		"no zone": {
			doctor.Timezone("UTC", "", time.UTC, now, variables("TZ", "Tokyo")),
			`warning time zone: UTC (now +00:00), because the variable TZ names no zone: "Tokyo" | Set TZ to an IANA name such as Asia/Tokyo, or timezone in trackql.yaml.`,
		},
		"no terminal": {doctor.Terminal(0, variables()), "ok terminal: none: results are printed as csv, in UTF-8"},
		"a terminal":  {doctor.Terminal(80, variables("LC_ALL", "", "LANG", "ja_JP.UTF-8")), "ok terminal: 80 columns, UTF-8 by LANG=ja_JP.UTF-8"},
		"of another encoding": {
			doctor.Terminal(80, variables("LC_ALL", "ja_JP.eucJP", "LANG", "C.utf8")),
			"warning terminal: 80 columns; by LC_ALL=ja_JP.eucJP it does not show UTF-8 | Set LC_ALL to a locale with UTF-8, such as C.UTF-8; write files with --encoding where they need another.",
		},
		"that says nothing": {
			doctor.Terminal(80, variables()),
			"warning terminal: 80 columns; no variable tells its encoding | Set LANG, such as C.UTF-8, for other programs to show what trackql writes.",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := line(test.got); got != test.want {
				t.Errorf("found %s, want %s", got, test.want)
			}
		})
	}
}

func TestSpillFolder(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]doctor.Status{
		folder: doctor.OK, filepath.Join(folder, "a", "b"): doctor.OK, "": doctor.OK,
		file: doctor.Fault, filepath.Join(file, "a"): doctor.Fault,
	} {
		got := doctor.SpillFolder(name)
		tight := want == doctor.OK && got.Status == doctor.Warning && strings.Contains(got.Found, "writable, 0.") // a full disk
		if got.Status != want && !tight || got.Status != doctor.OK && got.Do == "" {
			t.Errorf("SpillFolder(%q) = %s, want %s", name, line(got), want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 1 {
		t.Errorf("%v left in the folder, %v", left, err)
	}
}

func TestWrite(t *testing.T) {
	findings := []doctor.Finding{
		{Check: "source 課題", Found: "a\x1b[2J"},
		{Status: doctor.Fault, Check: "engine", Found: "<gone>", Do: "Bring it back."},
	}
	var text, list bytes.Buffer
	for _, f := range findings {
		if err := doctor.Text(&text, f, 11); err != nil {
			t.Fatal(err)
		}
	}
	want := "ok       source 課題  a\\x1b[2J\nfault    engine       <gone>\n                      do: Bring it back.\n"
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Errorf("Text (-want +got):\n%s", diff)
	}
	if err := doctor.JSON(&list, findings[1:]); err != nil {
		t.Fatal(err)
	}
	wantList := "[\n  {\n    \"status\": \"fault\",\n    \"check\": \"engine\",\n    \"found\": \"<gone>\",\n    \"do\": \"Bring it back.\"\n  }\n]\n"
	if diff := cmp.Diff(wantList, list.String()); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
