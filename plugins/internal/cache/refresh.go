package cache

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/trackql/trackql/connector"
)

// refresh brings a segment up to date, unless somebody else does so meanwhile.
// It tells whether to look for the rows again; they are to be fetched otherwise,
// also where who refreshes does not end.
func (s *Source) refresh(ctx context.Context, q *question, old segment) (again bool, err error) {
	watcher, ok := s.watcher(q.table)
	if !ok {
		return s.forget(ctx, old, errors.New("its source is no watcher any more")), nil
	}
	waiting, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	l, err := s.store.lock(waiting, refreshing(old.Source, old.Table))
	if err != nil {
		if err := ended(ctx); err != nil {
			return false, err
		}
		s.cfg.Log.Warn("the cache cannot be locked", keyError, err)
		return false, nil
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	if f := s.find(q); f.state != stale || f.segment.File != old.File || f.segment.Token != old.Token {
		return true, nil
	}
	u := &updating{source: s, question: q, old: old}
	return u.run(ctx, watcher)
}

// forget drops a segment that is of no use, and tells whether that went well.
func (s *Source) forget(ctx context.Context, g segment, why error) bool {
	s.cfg.Log.Warn("rows in the cache are of no use", keyError, why)
	err := s.store.update(ctx, func(m *manifest) { m.drop(g.File) })
	if err != nil {
		s.cfg.Log.Warn("the cache cannot be written", keyError, err)
	}
	return err == nil
}

// updating is a refresh under way.
type updating struct {
	source   *Source
	question *question
	old      segment
	schema   *arrow.Schema
	key      []int // where the columns of the key stand
	filters  []filter
	writer   *writer
	// changed and gone are keys.
	changed, gone map[string]bool
	// counted says that what is gone is not told, so that the rows are to be as
	// many as the source counts.
	counted bool
}

// run asks for what changed, and makes a new segment of that and the old one.
func (u *updating) run(ctx context.Context, watcher connector.Watcher) (again bool, err error) {
	if err := u.widen(ctx); err != nil {
		return false, err
	}
	if err := u.prepare(); err != nil {
		return u.source.forget(ctx, u.old, err), nil
	}
	began := u.source.cfg.Clock.Now()
	changes, err := watcher.Changes(ctx, connector.ChangesRequest{
		Table: u.old.Table, Columns: u.old.names(), Since: u.old.Token,
		Statement: u.question.req.Statement, MaxRequests: u.question.req.MaxRequests,
	})
	if err != nil {
		return false, err
	}
	defer changes.Rows.Release()
	if changes.Gone != nil {
		defer changes.Gone.Release()
	}
	if !changes.Rows.Schema().Equal(u.schema) {
		return u.source.forget(ctx, u.old, errors.New("its table has other columns now")), nil
	}
	if u.many(changes.Rows) {
		return false, nil
	}
	u.counted = changes.Gone == nil
	if u.counted && !u.countable() {
		return u.discard(ctx), nil
	}
	if err := u.readGone(changes.Gone); err != nil {
		return false, err
	}
	fresh := u.old
	fresh.Fetched = began.UnixMicro()
	fresh.Token, fresh.Marked = changes.Token, fresh.Fetched
	return u.apply(ctx, fresh, changes.Rows)
}

// many tells whether so much changed that fetching again takes less.
func (u *updating) many(changed array.RecordReader) bool {
	reporter, ok := changed.(connector.Reporter)
	if !ok {
		return false
	}
	most := u.old.Rows
	if u.question.most > 0 {
		most = min(most, u.question.most)
	}
	return reporter.Report().Progress.TotalRows > most
}

// widen has the source tell the further columns that the segment has, where this
// process did not ask for them before.
func (u *updating) widen(ctx context.Context) error {
	table := u.question.table
	unknown := func(c column) bool {
		_, ok := table.Column(c.Name)
		return c.Told != nil && !ok
	}
	inner, ok := connector.As[connector.Widener](u.source.inner)
	if !ok || !slices.ContainsFunc(u.old.Columns, unknown) {
		return nil
	}
	if _, err := (widener{u.source, inner}).Widen(ctx, table.Name, nil); err != nil {
		return err
	}
	wide, _, err := u.source.table(ctx, table.Name)
	if err == nil && wide != nil {
		u.question.table = wide
	}
	return err
}

// prepare learns the schema of the segment, as it would be fetched now.
func (u *updating) prepare() error {
	schema, err := u.question.table.Schema(u.old.names())
	if err != nil {
		return err
	}
	u.schema, u.changed, u.gone = schema, map[string]bool{}, map[string]bool{}
	for _, name := range u.question.table.Key {
		at := schema.FieldIndices(columnName(u.question.table, name))
		if len(at) != 1 {
			return errors.New("it does not have its key")
		}
		u.key = append(u.key, at[0])
	}
	for _, p := range u.old.Where {
		at := schema.FieldIndices(columnName(u.question.table, p.Column))
		if len(at) != 1 {
			return errors.New("it does not have the columns of its conditions")
		}
		u.filters = append(u.filters, newFilter(p.Predicate, at[0]))
	}
	return nil
}

// countable tells whether the source counts the rows of the segment.
func (u *updating) countable() bool {
	_, counts := connector.As[connector.Counter](u.source.inner)
	return counts && !slices.ContainsFunc(u.old.Where, func(p predicate) bool {
		return u.question.table.Grade(p.Predicate) != connector.Exact
	})
}

// proves tells whether the new segment has as many rows as the source counts. All
// rows that are there are among those that were kept or changed; so if there are
// no more, none of them is gone.
func (u *updating) proves(ctx context.Context) (bool, error) {
	counter, _ := connector.As[connector.Counter](u.source.inner)
	asked := u.question.req
	req := connector.CountRequest{Table: u.old.Table, Statement: asked.Statement, MaxRequests: asked.MaxRequests}
	for _, p := range u.old.Where {
		req.Where = append(req.Where, p.Predicate)
	}
	n, err := counter.Count(ctx, req)
	if connector.KindOf(err) == connector.Unimplemented && err != nil {
		return false, nil
	}
	rows := u.old.Rows
	if u.writer != nil {
		rows = u.writer.rows
	}
	return n == rows, err
}

// keyOf returns the key of a row, from the columns in which it stands.
func keyOf(batch arrow.RecordBatch, columns []int, row int) (string, error) {
	var key strings.Builder
	for _, at := range columns {
		v, ok := connector.ValueAt(batch.Column(at), row)
		if !ok || v.IsNull() {
			return "", connector.Errorf(connector.Corrupt, "a row has no key in column %s", batch.ColumnName(at))
		}
		key.WriteString(v.String())
		key.WriteByte(0)
	}
	return key.String(), nil
}

func (u *updating) readGone(gone array.RecordReader) error {
	if gone == nil {
		return nil
	}
	columns := every(len(u.key))
	for gone.Next() {
		batch := gone.RecordBatch()
		for row := range int(batch.NumRows()) {
			key, err := keyOf(batch, columns, row)
			if err != nil {
				return err
			}
			u.gone[key] = true
		}
	}
	return gone.Err()
}

// apply writes the new segment: what changed first, then what did not. Where
// nothing did, the old file serves on.
func (u *updating) apply(ctx context.Context, fresh segment, rows array.RecordReader) (bool, error) {
	kept, err := u.write(ctx, rows)
	if err != nil {
		return false, err
	}
	u.source.remember(fresh.Table, fresh.Token, fresh.at())
	if kept == nil && u.counted {
		if all, err := u.proves(ctx); err != nil || !all {
			return u.discard(ctx) && err == nil, err
		}
	}
	store := u.source.store
	err = kept
	if err == nil && u.writer != nil {
		err = u.writer.finish(&fresh)
		u.writer = nil
	}
	if err == nil {
		change := func(m *manifest) {
			m.drop(u.old.File)
			m.supersede(fresh)
		}
		if fresh.File == u.old.File {
			err = store.update(ctx, change)
		} else {
			err = store.add(ctx, fresh, change)
		}
	}
	if err == nil {
		return true, nil
	}
	if err := ended(ctx); err != nil {
		return false, err
	}
	u.source.cfg.Log.Debug("what changed cannot be kept in the cache", keyError, err)
	return false, nil
}

// discard drops the new segment, and leaves of the old one what Offline reads. It
// tells whether that went well.
func (u *updating) discard(ctx context.Context) bool {
	var err error
	if u.writer != nil {
		err = u.writer.abandon()
		u.writer = nil
	}
	final := func(m *manifest) {
		for i := range m.Segments {
			if m.Segments[i].File == u.old.File {
				m.Segments[i].Token, m.Segments[i].Marked = "", 0
			}
		}
	}
	if err = errors.Join(err, u.source.store.update(ctx, final)); err != nil {
		u.source.cfg.Log.Warn("the cache cannot be written", keyError, err)
	}
	return err == nil
}

// write merges what changed into what was kept. An error is one of the source;
// kept is why the rows cannot be written.
func (u *updating) write(ctx context.Context, rows array.RecordReader) (kept, err error) {
	defer func() {
		if (kept != nil || err != nil) && u.writer != nil {
			kept = errors.Join(kept, u.writer.abandon())
			u.writer = nil
		}
	}()
	for rows.Next() {
		batch := rows.RecordBatch()
		wanted := func(key string, row int) bool { return u.isNew(key) && satisfied(batch, u.filters, row) }
		if kept = u.add(batch, wanted); kept != nil {
			return kept, nil
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(u.changed)+len(u.gone) == 0 {
		return nil, nil
	}
	if kept = u.begin(); kept != nil {
		return kept, nil
	}
	return u.copy(ctx), nil
}

// isNew tells whether a changed row comes for the first time.
func (u *updating) isNew(key string) bool {
	known := u.changed[key]
	u.changed[key] = true
	return !known
}

// begin opens the new file.
func (u *updating) begin() (err error) {
	if u.writer == nil {
		u.writer, err = u.source.store.newWriter(u.schema)
	}
	return err
}

// add writes the rows of a batch that are wanted.
func (u *updating) add(batch arrow.RecordBatch, wanted func(key string, row int) bool) error {
	var rows []int
	for row := range int(batch.NumRows()) {
		key, err := keyOf(batch, u.key, row)
		if err != nil {
			return err
		}
		if wanted(key, row) {
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := u.begin(); err != nil {
		return err
	}
	some, err := take(u.source.cfg.Memory, u.schema, batch, rows)
	if err != nil {
		return err
	}
	defer some.Release()
	return u.writer.write(some)
}

// copy writes what neither changed nor is gone.
func (u *updating) copy(ctx context.Context) (err error) {
	old, err := u.source.rowsOf(ctx, &u.old, u.schema, batchRows)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, old.close()) }()
	stays := func(key string, _ int) bool { return !u.changed[key] && !u.gone[key] }
	for {
		if err := ended(ctx); err != nil {
			return err
		}
		batch, err := old.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = u.add(batch, stays)
		batch.Release()
		if err != nil {
			return err
		}
	}
}
