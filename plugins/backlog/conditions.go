package backlog

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
)

// apply puts a condition into the form of the requests of level at, and grades
// how well they apply it. The condition's level is at, or one inside of it.
func (p *planner) apply(ctx context.Context, f *form, at, level int, c *condition) error {
	filter := c.column.Filter
	inside := level != at
	switch {
	case c.predicate.Op == connector.IsNull:
		if !inside {
			p.applyNull(f, c)
		}
		return nil
	case c.predicate.Op == connector.IsNotNull && filter.How != relation.Closed:
		if !inside {
			p.applyNotNull(f, c)
		}
		return nil
	}
	if field, ok := p.field(c.column); ok {
		return p.applyField(ctx, f, c, field)
	}
	switch filter.How {
	case relation.List:
		p.applyList(f, c, slices.Equal(p.chain[at].Key, []string{c.column.Name}) && !inside)
	case relation.Closed, relation.Open:
		if err := p.applyTerms(ctx, f, c); err != nil {
			return err
		}
	case relation.Days:
		p.applyDays(f, c)
	case relation.Flag:
		p.applyFlag(f, c)
	case relation.Echo:
		if err := p.applyEcho(f, level, c); err != nil {
			return err
		}
	case relation.Span:
		if s, ok := spanOf(c.predicate, nearInt); ok {
			if f.ids.cut(s); f.ids.empty() {
				f.refuse(c.shown + " is true of no row")
			}
			c.grade = connector.Inexact
		}
	}
	if l := f.lists[filter.Param]; l != nil && filter.Many {
		l.many = true
	}
	if inside && c.grade == connector.Exact {
		c.grade = connector.Inexact // the row comes with all that is inside it
	}
	return nil
}

// applyNull asks for rows without a value.
func (p *planner) applyNull(f *form, c *condition) {
	filter := c.column.Filter
	if filter.Null == "" {
		return
	}
	name, value, whole := splitParam(filter.Null)
	if !whole {
		l := f.narrow(filter.Param, []string{filter.Null}, c.shown+" is true of no row")
		l.many = l.many || filter.Many
		c.grade = filter.NullGrade
		return
	}
	if f.set(name, value) {
		c.grade = filter.NullGrade
	}
}

func (p *planner) applyNotNull(f *form, c *condition) {
	if name, value, ok := splitParam(c.column.Filter.NotNull); ok && f.set(name, value) {
		c.grade = connector.Exact
	}
}

// applyList sends the constants of an = or IN.
func (p *planner) applyList(f *form, c *condition, unique bool) {
	if !c.listed() {
		return
	}
	l := f.narrow(c.column.Filter.Param, paramTexts(c), c.shown+" is true of no row")
	l.unique = l.unique || unique
	c.grade = connector.Exact
}

// paramTexts returns the constants of a condition as parameters, without those
// that its column never equals.
func paramTexts(c *condition) []string {
	var texts []string
	for _, v := range c.predicate.Values {
		if text, ok := paramText(v, c.column); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// paramText writes a constant as a parameter. It answers false for what an id
// cannot be: numbers below 1, or of a resolution below 0, which mean something
// else to the server, or with a fraction.
func paramText(v connector.Value, column *relation.Column) (string, bool) {
	if column.Type != relation.Int {
		return v.Text(), v.Kind() == connector.TextValue && v.Text() != ""
	}
	first := int64(1)
	if column.Filter.Of == relation.Resolutions {
		first = 0
	}
	least, most, ok := nearInt(v)
	return strconv.FormatInt(least, 10), ok && least == most && least >= first
}

// pathText writes a constant as a part of a path. It answers false for what no
// row can have there.
func pathText(v connector.Value, column *relation.Column) (string, bool) {
	text, ok := paramText(v, column)
	if column.Filter.How == relation.Single && strings.HasPrefix(column.Filter.Param, issuesPath) {
		ok = ok && issueKey.MatchString(text)
	}
	return text, ok && strings.Trim(text, ".") != "" && !slices.Contains(ownWords, text)
}

// ownWords stand in paths of the API where others have an id: /documents/tree is
// no document.
var ownWords = []string{"count", "tree"}

// pathTexts returns the constants of a condition that can stand in a path.
func pathTexts(c *condition) []string {
	var texts []string
	for _, v := range c.predicate.Values {
		if text, ok := pathText(v, c.column); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// issuesPath is what requests for one issue begin with, whose keys look like
// issueKey.
const issuesPath = "/issues/"

var issueKey = regexp.MustCompile(`^[A-Z][A-Z0-9_]*-[1-9][0-9]{0,17}$`)

// applyDays sends a range of days.
func (p *planner) applyDays(f *form, c *condition) {
	s, ok := spanOf(c.predicate, nearDay)
	if !ok {
		return
	}
	s = s.named()
	f.within(c.column.Filter.Param, "Since", "Until", s, c.shown+" is true of no row")
	c.grade = connector.Inexact
	// Without a parameter also rows without a day come.
	if c.column.Type == relation.Date && c.predicate.Op != connector.In && s != unbounded {
		c.grade = connector.Exact
	}
}

func (p *planner) applyFlag(f *form, c *condition) {
	if !c.listed() || len(c.predicate.Values) != 1 {
		return
	}
	if f.set(c.column.Filter.Param, strconv.FormatBool(c.predicate.Values[0].Bool())) {
		c.grade = connector.Exact
	}
}

// applyEcho sends a constant as it is, and keeps it as the column's value.
func (p *planner) applyEcho(f *form, level int, c *condition) error {
	if !c.listed() || len(c.predicate.Values) != 1 {
		return nil
	}
	v := c.predicate.Values[0]
	text, ok := paramText(v, c.column)
	if most := c.column.Filter.Most; most > 0 && (!ok || v.Int() > most) {
		return connector.Errorf(connector.Invalid, "%s: %s is one of 0 to %d", c.shown, c.column.Name, most).
			WithHint("%s", c.column.Doc)
	}
	if !ok {
		f.refuse(c.shown + " is true of no row")
		return nil
	}
	if old, set := f.flat[c.column.Filter.Param]; set && old != text {
		f.refuse(c.shown + " and " + c.column.Filter.Param + "=" + old + " cannot be asked together")
		return nil
	}
	f.flat[c.column.Filter.Param] = text
	c.grade = connector.Exact
	pl := &p.plan.levels[level]
	if pl.pseudo == nil {
		pl.pseudo = map[string]connector.Value{}
	}
	pl.pseudo[c.column.Name] = v
	return nil
}
