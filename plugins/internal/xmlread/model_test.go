package xmlread_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/internal/xmlread"
)

func TestCompileModelErrors(t *testing.T) {
	tests := map[string]struct{ model, want string }{
		"nothing":               {"", "model:1:1: the model declares nothing"},
		"only a comment":        {"# a (b)\n", "model:2:1: the model declares nothing"},
		"no content":            {"a", "model:1:2: expected TEXT, EMPTY or ("},
		"no name":               {"(b)", "model:1:1: expected the name of an element"},
		"keyword as name":       {"TEXT (a)", "model:1:1: expected the name of an element"},
		"keyword in group":      {"a (EMPTY)", "model:1:4: expected a name or ("},
		"twice":                 {"a TEXT\nb TEXT\na EMPTY", "model:3:1: a is declared twice"},
		"undeclared":            {"a (b,\n   c)\nb TEXT", "model:2:4: c is not declared"},
		"open group":            {"a (b", "model:1:5: expected ) or the same separator as before"},
		"mixed separators":      {"a (b, c | d)", "model:1:9: expected ) or the same separator as before"},
		"no separator":          {"a (b c)", "model:1:6: expected ) or the same separator as before"},
		"ends with a separator": {"a (b,)", "model:1:6: expected a name or ("},
		"text in sequence":      {"a (TEXT, b)*\nb TEXT", "model:1:8: expected | behind TEXT"},
		"text then sequence":    {"a (TEXT | b, c)*", "model:1:12: expected ) or the same separator as before"},
		"text last":             {"a (b | TEXT)*", "model:1:8: expected a name or ("},
		"text not repeated":     {"a (TEXT | b)\nb TEXT", "model:1:3: TEXT beside elements must be (TEXT | a | b)* alone"},
		"text deeper":           {"a ((TEXT | b)*)", "model:1:4: TEXT is deeper than in the outermost group"},
		"mixed and text":        {"a TEXT | (TEXT | b)*\nb TEXT", "model:1:1: a has TEXT beside mixed content, which has it already"},
		"mixed and more":        {"a (TEXT | b)* | (b)\nb TEXT", "model:1:17: mixed content must be (TEXT | a | b)* alone"},
		"more and mixed":        {"a (b) | (TEXT | b)*\nb TEXT", "model:1:9: TEXT beside elements must be (TEXT | a | b)* alone"},
		"junk behind":           {"a (b) c\nb TEXT", "model:1:7: expected an operator, or a new line"},
		"junk on a new line":    {"a (b)\n  c\nb TEXT", "model:2:3: expected an operator, or a new line"},
		"junk behind text":      {"a TEXT, b", "model:1:7: expected an operator, or a new line"},
		"too complex":           {"a ((b | c)*, b" + strings.Repeat(", (b | c)", 16) + ")\nb TEXT\nc TEXT", "model:1:1: the content of a is too complex"},
		"two alternatives":      {"a TEXT |\nb TEXT", "model:1:9: expected TEXT, EMPTY or ("},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m, err := xmlread.CompileModel(test.model)
			if err == nil || err.Error() != test.want || connector.KindOf(err) != connector.Invalid || m != nil {
				t.Errorf("CompileModel(%q) = %v, %v, want %s", test.model, m, err, test.want)
			}
		})
	}
}

// validates reads a document against a model.
func validates(t *testing.T, m *xmlread.Model, document string) error {
	t.Helper()
	r := xmlread.New(strings.NewReader(document), xmlread.Config{Model: func(*xmlread.Doctype) *xmlread.Model { return m }})
	for {
		_, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if !errors.Is(err, xmlread.ErrInvalid) {
				t.Fatalf("%s: %v, which is none of validation", document, err)
			}
			return err
		}
	}
}

// generator makes content models at random, as ours and as regular expressions
// over the names, which are letters.
type generator struct{ *rand.Rand }

func (g generator) group(depth int) (model, expression string) {
	separator, glue := ", ", ""
	if g.IntN(2) == 0 {
		separator, glue = " | ", "|"
	}
	models, expressions := make([]string, 1+g.IntN(3)), make([]string, 0, 3)
	for i := range models {
		var e string
		models[i], e = g.part(depth)
		expressions = append(expressions, e)
	}
	suffix := g.suffix()
	return "(" + strings.Join(models, separator) + ")" + suffix, "(?:" + strings.Join(expressions, glue) + ")" + suffix
}

func (g generator) part(depth int) (model, expression string) {
	if depth > 0 && g.IntN(3) == 0 {
		return g.group(depth - 1)
	}
	name := string(rune('b' + g.IntN(3)))
	suffix := g.suffix()
	return name + suffix, name + suffix
}

func (g generator) suffix() string { return []string{"", "", "", "?", "*", "+"}[g.IntN(6)] }

// TestModelsAgainstRegexp takes the automata for what they are.
func TestModelsAgainstRegexp(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(1, 2))}
	accepted := 0
	for range 200 {
		model, expression := g.group(3)
		m, err := xmlread.CompileModel("a " + model + "\nb EMPTY\nc EMPTY\nd EMPTY\n")
		if err != nil {
			t.Fatalf("CompileModel(%s): %v", model, err)
		}
		re := regexp.MustCompile("^(?:" + expression + ")$")
		for range 40 {
			var names, document strings.Builder
			for range g.IntN(6) {
				name := 'b' + rune(g.IntN(3))
				names.WriteRune(name)
				fmt.Fprintf(&document, " <%c/>", name)
			}
			want := re.MatchString(names.String())
			err := validates(t, m, "<a>"+document.String()+"</a>")
			if (err == nil) != want {
				t.Fatalf("%s, children %s: %v, want valid = %v", model, names.String(), err, want)
			}
			if want {
				accepted++
			}
		}
	}
	if accepted < 500 {
		t.Errorf("only %d contents were valid: the test says little", accepted)
	}
}

// TestExpected takes the promise of each error literally: what was expected is
// accepted there, and nothing else is.
func TestExpected(t *testing.T) {
	g := generator{rand.New(rand.NewPCG(3, 4))}
	wanted := regexp.MustCompile(`expected (.*)$`)
	for range 200 {
		model, _ := g.group(2)
		m, err := xmlread.CompileModel("a " + model + "\nb EMPTY\nc EMPTY\nd EMPTY\nx EMPTY\n")
		if err != nil {
			t.Fatal(err)
		}
		children := ""
		for range 4 {
			err := validates(t, m, "<a>"+children+"<x/></a>")
			if err == nil {
				t.Fatalf("%s: <x> is accepted behind %s", model, children)
			}
			expected := wanted.FindStringSubmatch(err.Error())[1]
			for _, child := range []string{"b", "c", "d"} {
				// What may follow is not refused itself: the error is at the end, or later.
				err := validates(t, m, "<a>"+children+"<"+child+"/></a>")
				refused := err != nil && strings.Contains(err.Error(), "not expected here")
				if refused == strings.Contains(expected, "<"+child+">") {
					t.Fatalf("%s behind %s: expected %s, but <%s> gives %v", model, children, expected, child, err)
				}
			}
			if ends := validates(t, m, "<a>"+children+"</a>") == nil; ends != strings.Contains(expected, "</a>") {
				t.Fatalf("%s behind %s: expected %s, ends %v", model, children, expected, ends)
			}
			children += "<" + string(rune('b'+g.IntN(3))) + "/>"
			if validates(t, m, "<a>"+children+"<x/></a>") == nil || strings.Contains(fmt.Sprint(validates(t, m, "<a>"+children+"</a>")), "not expected here") {
				break
			}
		}
	}
}

// scarabModel is scarab-0.16.29.dtd in our notation.
var scarabModel = `
scarab-issues (import-type, module, issues+)
import-type   TEXT
module        (id, parent-id, name, owner, description, url, domain, code)
issues        (issue+)
issue         (id, artifact-type, activity-sets)
artifact-type TEXT
activity-sets (activity-set+)
activity-set  (id, type, created-by, created-date, activities, attachment?)
activities    (activity+)
activity      (id?, attribute, old-numeric-value?, new-numeric-value?, old-user?,
               new-user?, old-option?, new-option?, old-value?, new-value?,
               dependency?, description, end-date?, attachment?)
dependency    (id, parent, child, type, deleted)
attachment    (id, name, type, ((filename, reconcile-path?) | data), mimetype,
               created-date, modified-date?, created-by, modified-by?, deleted)
created-date  (format, timestamp)
modified-date (format, timestamp)
end-date      (format, timestamp)
` + scarabLeaves

var scarabLeaves = func() string {
	leaves := strings.Fields(`id parent-id name owner description url domain code type created-by
		attribute old-numeric-value new-numeric-value old-user new-user old-option new-option old-value
		new-value parent child deleted filename reconcile-path data mimetype modified-by format timestamp`)
	return strings.Join(leaves, " TEXT\n") + " TEXT\n"
}()

func TestScarabExports(t *testing.T) {
	m, err := xmlread.CompileModel(scarabModel)
	if err != nil {
		t.Fatal(err)
	}
	if err := validates(t, m, string(sample(t, "interdependencies.xml"))); err != nil {
		t.Errorf("interdependencies.xml: %v", err)
	}
	err = validates(t, m, string(sample(t, "test-issues-cvs.xml")))
	want := ":5:3: <import-type> is not expected here in <scarab-issues>: expected <module>"
	if err == nil || err.Error() != want {
		t.Errorf("test-issues-cvs.xml: %v, want %s", err, want)
	}
}
