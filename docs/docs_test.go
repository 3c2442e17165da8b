// Package docs_test checks what the documents claim about the repository, as
// far as a program can: their commands, links, lists and file names.
package docs_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// root is the repository, seen from this folder.
const root = ".."

var readmes = []string{"README.md", "README.ja.md"}

// read returns the text of a file of the repository.
func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// commands returns the lines of the sh blocks of a document.
func commands(text string) [][]string {
	var blocks [][]string
	for _, match := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, strings.Split(strings.TrimSpace(match[1]), "\n"))
	}
	return blocks
}

func TestReadmesHaveTheSameCommands(t *testing.T) {
	english, japanese := commands(read(t, readmes[0])), commands(read(t, readmes[1]))
	if diff := cmp.Diff(english, japanese); diff != "" {
		t.Errorf("commands (-%s +%s):\n%s", readmes[0], readmes[1], diff)
	}
	want := []string{"make demo", "make test"}
	if len(english) == 0 || !slices.Equal(english[0], want) {
		t.Errorf("first commands of %s = %q, want %q", readmes[0], english, want)
	}
}

// TestMakeTargets checks that what the documents tell to make can be made.
func TestMakeTargets(t *testing.T) {
	makefile := read(t, "Makefile")
	for _, name := range documents(t) {
		for _, match := range regexp.MustCompile("`make ([a-z-]+)`").FindAllStringSubmatch(read(t, name), -1) {
			if !regexp.MustCompile(`(?m)^` + match[1] + `:`).MatchString(makefile) {
				t.Errorf("%s: make %s has no target", name, match[1])
			}
		}
	}
}

func TestDependenciesHaveTheirSentence(t *testing.T) {
	direct := requirements(t)
	for _, name := range readmes {
		var explained []string
		for _, match := range regexp.MustCompile("(?m)^- `([^`]+)` .{20}").FindAllStringSubmatch(read(t, name), -1) {
			explained = append(explained, match[1])
		}
		if diff := cmp.Diff(direct, explained); diff != "" {
			t.Errorf("dependencies (-imported +%s):\n%s", name, diff)
		}
	}
}

// TestPythonDependenciesHaveTheirSentence compares what the Python package and
// its tests ask for with what the READMEs explain.
func TestPythonDependenciesHaveTheirSentence(t *testing.T) {
	project := read(t, "connector/python/pyproject.toml")
	_, lists, _ := strings.Cut(project, "\ndependencies = [")
	lists, _, _ = strings.Cut(lists, "\n[project.scripts]")
	runtime := firsts(regexp.MustCompile(`"([a-z-]+)>=`), lists)
	named, brought, found := strings.Cut(read(t, "connector/python/requirements-test.txt"), "\n# What these bring along.\n")
	if !found || !regexp.MustCompile(`(?m)^[a-z0-9-]+==`).MatchString(brought) {
		t.Error("requirements-test.txt does not pin what its packages bring along")
	}
	want := append(runtime, firsts(regexp.MustCompile(`(?m)^([a-z-]+)(?:\[[a-z]+\])?==`), named)...)
	slices.Sort(want)
	want = slices.Compact(want)
	for _, name := range readmes {
		explained := firsts(regexp.MustCompile("(?m)^- `([^`]+)`: .{15}"), read(t, name))
		slices.Sort(explained)
		if diff := cmp.Diff(want, explained); diff != "" {
			t.Errorf("Python packages (-asked for +%s):\n%s", name, diff)
		}
	}
}

// firsts returns what an expression's first group matches in a text.
func firsts(expression *regexp.Regexp, text string) []string {
	var found []string
	for _, match := range expression.FindAllStringSubmatch(text, -1) {
		found = append(found, match[1])
	}
	return found
}

// TestNeedsAreListed checks that both READMEs name what .ci/need installs for
// Python, which a person has to install where .ci/need may not.
func TestNeedsAreListed(t *testing.T) {
	needs := read(t, ".ci/need")
	for _, name := range readmes {
		text := read(t, name)
		for _, tool := range []string{"python3-venv", "chromium", "chromium-driver", "fonts-noto-cjk", "postgresql"} {
			if !regexp.MustCompile(`\| ` + tool + ` +\|`).MatchString(needs) {
				t.Errorf(".ci/need does not look for %s", tool)
			}
			if !strings.Contains(text, "`"+tool+"`") {
				t.Errorf("%s does not name %s", name, tool)
			}
		}
	}
}

// requirements returns the modules that the repository's files import.
func requirements(t *testing.T) []string {
	t.Helper()
	modules := regexp.MustCompile(`(?m)^\t(\S+) v`).FindAllStringSubmatch(read(t, "go.mod"), -1)
	found := map[string]bool{}
	for _, name := range files(t, ".go") {
		parsed, err := parser.ParseFile(token.NewFileSet(), name, read(t, name), parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			module := ""
			for _, m := range modules {
				if strings.HasPrefix(strings.Trim(spec.Path.Value, `"`)+"/", m[1]+"/") && len(m[1]) > len(module) {
					module = m[1]
				}
			}
			if module != "" {
				found[module] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// TestMap checks that both maps have a line for each package.
func TestMap(t *testing.T) {
	for _, name := range readmes {
		var mapped []string
		for _, match := range regexp.MustCompile("(?m)^\\| `([a-z/-]+)` \\|").FindAllStringSubmatch(read(t, name), -1) {
			if isFolder(match[1]) {
				mapped = append(mapped, match[1])
			}
		}
		slices.Sort(mapped)
		if diff := cmp.Diff(packages(t), mapped); diff != "" {
			t.Errorf("packages (-there +%s):\n%s", name, diff)
		}
	}
}

func isFolder(name string) bool {
	info, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil && info.IsDir()
}

// packages returns the folders with Go files, but for what is internal to a
// single package, for this one and for the module of the example in it; and
// those of Python.
func packages(t *testing.T) []string {
	t.Helper()
	folders := []string{"configs/dash", "connector/python"}
	for _, name := range files(t, ".go") {
		folder := path.Dir(name)
		inner, _, isInternal := strings.Cut(folder, "/internal/")
		hidden := isInternal && inner != "plugins" || strings.Contains(folder, "testdata") || folder == "docs" || strings.HasPrefix(folder, "docs/")
		if !hidden && !slices.Contains(folders, folder) {
			folders = append(folders, folder)
		}
	}
	slices.Sort(folders)
	return folders
}

// documents returns the repository's Markdown files.
func documents(t *testing.T) []string {
	t.Helper()
	return files(t, ".md")
}

// files returns the files with a suffix, by their path from the root.
func files(t *testing.T, suffix string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || entry.Name() == "demo" && path.Dir(name) == ".") {
			return fs.SkipDir
		}
		if !entry.IsDir() && strings.HasSuffix(name, suffix) {
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestLinks(t *testing.T) {
	for _, name := range documents(t) {
		for _, match := range regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`).FindAllStringSubmatch(read(t, name), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			target := path.Join(path.Dir(name), match[1])
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(target))); err != nil {
				t.Errorf("%s: link to %s: %v", name, match[1], err)
			}
		}
	}
}

// TestArchitectureNamesFiles checks that every file and folder that stands in
// the page between backquotes is there.
func TestArchitectureNamesFiles(t *testing.T) {
	const page = "ARCHITECTURE.md"
	named := regexp.MustCompile("`([A-Za-z0-9_./-]*(?:/[A-Za-z0-9_.-]*|\\.(?:go|md|py|yml|yaml|txt|xml)))`").FindAllStringSubmatch(read(t, page), -1)
	if len(named) < 10 {
		t.Errorf("%s names %d files, want the way of a query with its files", page, len(named))
	}
	for _, match := range named {
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(match[1]))); err != nil {
			t.Errorf("%s names %s: %v", page, match[1], err)
		}
	}
}
