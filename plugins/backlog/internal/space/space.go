package space

import (
	"context"
	"log/slog"
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/tidwall/gjson"
	"golang.org/x/sync/errgroup"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/relation"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

const (
	// moment is how old an answer may be where a name is missing in it: so often
	// is asked again at most.
	moment = 10 * time.Second
	// forever is the age of an answer that is good for as long as a Space is.
	forever = time.Duration(math.MaxInt64)
	// sideBySide is how many projects are asked at a time; the client may allow
	// fewer.
	sideBySide = 16
)

// Config is what a Space is made of. Base and Identity are required.
type Config struct {
	// Base is the server's address, and Identity who asks there (see
	// [rest.Credentials]): answers are kept by both. Neither holds a secret.
	Base, Identity string
	// Dir is where answers are kept between processes, in a folder of its own;
	// empty keeps them in memory only.
	Dir string
	// TTL is how long an answer is good for. 0 asks once for each Space, and
	// keeps no files.
	TTL time.Duration
	// Clock tells the age of answers; nil is [rest.SystemClock].
	Clock rest.Clock
	// Projects are keys that limit what there is to some projects, without
	// regard to case; none is all of them.
	Projects []string
	// Log is told of files that cannot be written; nil drops that.
	Log *slog.Logger
}

// Space is what is known of one space as one caller sees it. It is safe for
// concurrent use, by all sources of a process. It holds nothing that must be
// closed.
type Space struct {
	cfg   Config
	store store

	mu    sync.Mutex
	slots map[string]*slot
}

// slot is the place of one answer. Who holds turn may ask for it.
type slot struct {
	turn chan struct{}
	kept kept
}

// kept is an answer and when it was asked for; the zero time is none.
type kept struct {
	asked time.Time
	body  []byte
}

// Open returns a Space. It makes no request, and looks at no file.
func Open(cfg Config) *Space {
	if cfg.Clock == nil {
		cfg.Clock = rest.SystemClock{}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	s := &Space{cfg: cfg, slots: map[string]*slot{}}
	if cfg.Dir != "" && cfg.TTL > 0 {
		s.store = newStore(cfg.Dir, cfg.Base, cfg.Identity)
	}
	return s
}

// answer returns what the server says at a path, decoded: an answer younger than
// age where there is one. Several who want it at a time make one request.
func answer[T any](ctx context.Context, s *Space, trip *rest.Trip, path string, age time.Duration,
	decode func(gjson.Result) (T, error),
) (T, error) {
	var none T
	slot := s.slot(path)
	select {
	case slot.turn <- struct{}{}:
	case <-ctx.Done():
		return none, canceled(ctx)
	}
	defer func() { <-slot.turn }()
	if s.fresh(slot.kept, age) {
		return decode(gjson.ParseBytes(slot.kept.body))
	}
	if found := s.store.read(path); s.fresh(found, age) {
		if v, err := decode(gjson.ParseBytes(found.body)); err == nil {
			slot.kept = found
			return v, nil
		}
	}
	asked := s.cfg.Clock.Now()
	body, err := ask(ctx, trip, path)
	if err != nil {
		return none, err
	}
	v, err := decode(gjson.ParseBytes(body))
	if err != nil {
		return none, err
	}
	slot.kept = kept{asked, body}
	if err := s.store.write(path, slot.kept); err != nil {
		s.cfg.Log.Warn("what was learned of the space is not kept", keyError, err)
	}
	return v, nil
}

const keyError = "error"

func (s *Space) slot(path string) *slot {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.slots[path] == nil {
		s.slots[path] = &slot{turn: make(chan struct{}, 1)}
	}
	return s.slots[path]
}

// fresh tells whether an answer is there and young enough. One from the future,
// of a machine whose clock is wrong, is not.
func (s *Space) fresh(k kept, age time.Duration) bool {
	if k.asked.IsZero() {
		return false
	}
	if s.cfg.TTL > 0 {
		age = min(age, s.cfg.TTL)
	}
	if age == forever {
		return true
	}
	passed := s.cfg.Clock.Now().Sub(k.asked)
	return passed >= 0 && passed < age
}

// Backlog's codes of errors that mean that there is nothing: a project that was
// deleted meanwhile, and a plan that does not have the feature; and the one that
// means that the caller may not see it.
const (
	licenceError          = 2
	unauthorizedOperation = 5
	noResourceError       = 6
)

// refusedMark is the member of the object that is kept in the place of custom
// fields that may not be read, so that they are not asked for each time.
const refusedMark = "refused"

// ask makes the request. What a project does not have is an empty list, and so
// are the people of the space where only an administrator may list them.
func ask(ctx context.Context, trip *rest.Trip, path string) ([]byte, error) {
	body, err := trip.Get(ctx, metadataCall(path))
	if err == nil {
		return body, nil
	}
	what, inProject := projectOf(path)
	switch code := rest.Code(err); {
	case inProject && (code == noResourceError || code == licenceError), path == usersPath && code == unauthorizedOperation:
		return []byte("[]"), nil
	case inProject && what == customFields && code == unauthorizedOperation:
		return []byte(`{"` + refusedMark + `":true}`), nil
	}
	return nil, err
}

func metadataCall(path string) rest.Call {
	return rest.Call{Path: path, Category: relation.Read, Purpose: rest.Metadata}
}

func canceled(ctx context.Context) error {
	return connector.Errorf(connector.Canceled, "%w", context.Cause(ctx))
}

// list decodes an array by its elements.
func list[T any](path string, element func(gjson.Result) (T, bool)) func(gjson.Result) ([]T, error) {
	return func(r gjson.Result) ([]T, error) {
		if !r.IsArray() {
			return nil, unexpected(path, "the list")
		}
		all, broken := []T{}, false
		r.ForEach(func(_, one gjson.Result) bool {
			v, ok := element(one)
			all, broken = append(all, v), !ok
			return ok
		})
		if broken {
			return nil, unexpected(path, "an id")
		}
		return all, nil
	}
}

func unexpected(path, what string) error {
	return connector.Errorf(connector.Corrupt, "%s: the server's answer lacks %s that is expected there", path, what).
		WithHint("Look whether Url is the address of a Backlog space.")
}

// each asks several projects side by side, and returns their answers in the
// projects' order.
func each[T any](ctx context.Context, projects []int64, one func(ctx context.Context, project int64) ([]T, error)) ([]T, error) {
	answers := make([][]T, len(projects))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(sideBySide)
	for i, project := range projects {
		group.Go(func() (err error) {
			answers[i], err = one(ctx, project)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	all := []T{}
	for _, answer := range answers {
		all = append(all, answer...)
	}
	return all, nil
}

// inProject is the path of what a project has.
func inProject(project int64, what string) string {
	return "/projects/" + strconv.FormatInt(project, 10) + "/" + what
}
