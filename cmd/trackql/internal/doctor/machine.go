package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Lookup returns the content of a variable of the environment, and whether it
// is set.
type Lookup func(name string) (content string, set bool)

// leastSpace is how much room there should be for what does not fit into
// memory, in bytes.
const leastSpace = 1e9

// SpillFolder looks at the folder for what does not fit into memory: whether it
// can be written, and how much room there is. "" is the system's folder for
// temporary files. A folder that is not there is made when it is needed, so the
// nearest above it is looked at.
func SpillFolder(folder string) Finding {
	if folder == "" {
		folder = os.TempDir()
	}
	f := Finding{Check: "spill folder", Found: folder}
	there := folder
	for !isThere(there) && filepath.Dir(there) != there {
		there = filepath.Dir(there)
	}
	if there != folder {
		f.Found += ", made when it is needed"
	}
	trial, err := os.MkdirTemp(there, "trackql-doctor-")
	if err == nil {
		err = os.Remove(trial)
	}
	if err != nil {
		f.Status, f.Found = Fault, fmt.Sprintf("%s: %v", f.Found, err)
		f.Do = "Name a folder that you may write to: spill_folder in trackql.yaml."
		return f
	}
	free, err := freeSpace(there)
	switch {
	case err != nil:
		f.Found += fmt.Sprintf(", writable; how much room it has is not known: %v", err)
	case free < leastSpace:
		f.Status, f.Do = Warning, "Make room, or name another folder: spill_folder in trackql.yaml."
		fallthrough
	default:
		f.Found += fmt.Sprintf(", writable, %.1f GB free", float64(free)/1e9)
	}
	return f
}

func isThere(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// Timezone looks at the zone in effect. From says where it comes from; "" is
// the machine, whose variable TZ may name a zone that there is none.
func Timezone(name, from string, zone *time.Location, now time.Time, lookup Lookup) Finding {
	f := Finding{Check: "time zone", Found: fmt.Sprintf("%s (now %s), ", name, now.In(zone).Format("-07:00"))}
	variable, set := lookup("TZ")
	_, unknown := time.LoadLocation(strings.TrimPrefix(variable, ":"))
	switch {
	case from != "":
		f.Found += "from " + from
	case set && unknown != nil && !filepath.IsAbs(strings.TrimPrefix(variable, ":")):
		f.Status, f.Found = Warning, f.Found+fmt.Sprintf("because the variable TZ names no zone: %q", variable)
		f.Do = "Set TZ to an IANA name such as Asia/Tokyo, or timezone in trackql.yaml."
	case set:
		f.Found += "from the variable TZ"
	default:
		f.Found += "the machine's"
	}
	return f
}

// Terminal looks at where results are printed: width is that of a terminal in
// columns, 0 for none.
func Terminal(width int, lookup Lookup) Finding {
	f := Finding{Check: "terminal"}
	if width == 0 {
		f.Found = "none: results are printed as csv, in UTF-8"
		return f
	}
	f.Found = fmt.Sprintf("%d columns", width)
	if runtime.GOOS == "windows" { // its console takes Unicode, whatever the code page
		return f
	}
	name, locale := localeOf(lookup)
	switch {
	case locale == "":
		f.Status, f.Found = Warning, f.Found+"; no variable tells its encoding"
		f.Do = "Set LANG, such as C.UTF-8, for other programs to show what trackql writes."
	case !isUTF8(locale):
		f.Status, f.Found = Warning, f.Found+fmt.Sprintf("; by %s=%s it does not show UTF-8", name, locale)
		f.Do = "Set " + name + " to a locale with UTF-8, such as C.UTF-8; write files with --encoding where they need another."
	default:
		f.Found += fmt.Sprintf(", UTF-8 by %s=%s", name, locale)
	}
	return f
}

// localeOf returns the variable that decides on the encoding of text.
func localeOf(lookup Lookup) (name, locale string) {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if locale, _ := lookup(name); locale != "" {
			return name, locale
		}
	}
	return "", ""
}

func isUTF8(locale string) bool {
	locale = strings.ToLower(locale)
	return strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}
