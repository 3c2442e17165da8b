package connectortest

import (
	"slices"

	"github.com/trackql/trackql/connector"
)

// asked is a column of a table with an operator.
type asked struct {
	table, column string
	op            connector.Operator
}

// predicates makes up, once a check, what to ask of one column with one
// operator.
func (s *session) predicates(w *whole, c *connector.Column, op connector.Operator) []connector.Predicate {
	if !fits(op, c.Type) || c.Asked { // the check "asked" compares those
		return nil
	}
	name := asked{w.table.Name, c.Name, op}
	if list, ok := s.made[name]; ok {
		return list
	}
	list := s.makePredicates(w, c, op)
	s.made[name] = list
	return list
}

func (s *session) makePredicates(w *whole, c *connector.Column, op connector.Operator) []connector.Predicate {
	one := func(values ...connector.Value) connector.Predicate {
		return connector.Predicate{Column: c.Name, Op: op, Values: values}
	}
	present := w.present(c.Name)
	var list []connector.Predicate
	switch op {
	case connector.IsNull, connector.IsNotNull:
		return []connector.Predicate{one()}
	case connector.In, connector.NotIn:
		for _, values := range s.lists(c, present) {
			list = append(list, one(values...))
		}
		return list
	case connector.Prefix, connector.Contains:
		for _, text := range s.pieces(present) {
			list = append(list, one(connector.TextOf(text)))
		}
		return list
	}
	for _, v := range constants(c, present, s.cfg.Constants, s.rand) {
		list = append(list, one(v))
	}
	return list
}

// lists makes up constants for IN: none, one, one twice, some of which are
// there, all that are there, many, and numbers of other kinds than the column's.
func (s *session) lists(c *connector.Column, present []connector.Value) [][]connector.Value {
	pool := constants(c, present, s.cfg.Constants, s.rand)
	kind, _ := connector.ComparesWith(c.Type)
	pool = slices.DeleteFunc(pool, func(v connector.Value) bool { return v.Kind() != kind })
	lists := [][]connector.Value{{}, pool, present[:min(len(present), 1000)]}
	var others []connector.Value
	for _, v := range pool {
		others = append(others, twins(v)...)
	}
	if len(others) > 0 {
		lists = append(lists, others)
	}
	for _, v := range pool[:min(len(pool), 1+s.cfg.Constants/8)] {
		lists = append(lists, []connector.Value{v}, []connector.Value{v, v})
	}
	if len(pool) == 0 {
		return lists
	}
	var many []connector.Value
	for range 4 * s.cfg.Constants {
		many = append(many, pool[s.rand.IntN(len(pool))])
	}
	lists = append(lists, many)
	for range 1 + s.cfg.Constants/4 {
		some := slices.Clone(pool)
		s.rand.Shuffle(len(some), func(i, j int) { some[i], some[j] = some[j], some[i] })
		lists = append(lists, some[:1+s.rand.IntN(len(some))])
	}
	return lists
}

// pieces makes up texts for prefix and contains: parts of texts that are there,
// with their neighbours, and characters that patterns treat as their own.
func (s *session) pieces(present []connector.Value) []string {
	pieces := []string{"", "%", "_", "*", "^", "no such value"}
	for _, v := range sample(present, max(4, s.cfg.Constants/3), s.rand) {
		runes := []rune(v.Text())
		for range 3 {
			from := 0
			if len(runes) > 0 && s.rand.IntN(2) == 0 {
				from = s.rand.IntN(len(runes))
			}
			piece := string(runes[from : from+s.rand.IntN(len(runes)-from+1)])
			pieces = append(pieces, piece, swapCase(piece), accented(piece), wide(piece), piece+" ")
		}
		pieces = append(pieces, v.Text(), v.Text()+"x")
	}
	slices.Sort(pieces)
	pieces = slices.Compact(pieces)
	s.rand.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
	return pieces[:min(len(pieces), s.cfg.Constants)]
}

// key returns the table's key, none where it names what is not there.
func (w *whole) key() []string {
	if slices.Contains(w.places(w.table.Key), -1) {
		return nil
	}
	return w.table.Key
}

// witness returns columns by which to tell a table's rows apart in a scan with
// predicates: its key or its first columns, and, every other time, the
// columns that the predicates are about.
func (s *session) witness(w *whole, where []connector.Predicate) []string {
	columns := slices.Clone(w.key())
	if len(columns) == 0 {
		columns = slices.Clone(w.columns[:min(3, len(w.columns))])
	}
	for _, p := range where {
		if !slices.Contains(columns, p.Column) && s.rand.IntN(2) == 0 {
			columns = append(columns, p.Column)
		}
	}
	return columns
}

// ask makes a scan with predicates, and tells whether the source may refuse it:
// a number of another kind than the column's.
func (s *session) ask(w *whole, req connector.ScanRequest) (a answer, refused bool) {
	req.Statement = s.statement
	a = read(s.ctx, s.src, req)
	if connector.KindOf(a.err) != connector.Invalid {
		return a, false
	}
	for _, p := range req.Where {
		c, _ := w.table.Column(p.Column)
		kind, _ := connector.ComparesWith(c.Type)
		for _, v := range p.Values {
			if v.Kind() != kind {
				return a, true
			}
		}
	}
	return a, false
}
