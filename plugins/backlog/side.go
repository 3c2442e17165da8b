package backlog

import (
	"context"
	"iter"
	"sync"
)

// sideBySide yields what do yields for each job, job by job in their order,
// while up to width of them are under way. Of each that waits for its turn one
// result is held, and no further ones are read. It returns when all that it
// started has ended.
func sideBySide[J, R any](
	ctx context.Context, width int, jobs iter.Seq2[J, error], do func(context.Context, J) iter.Seq2[R, error],
) iter.Seq2[R, error] {
	if width <= 1 {
		return inTurn(ctx, jobs, do)
	}
	return func(yield func(R, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer stop()
		lines := make(chan (<-chan result[R]), width-1)
		running.Go(func() {
			defer close(lines)
			for job, err := range jobs {
				line := make(chan result[R], 1)
				select {
				case lines <- line:
				case <-ctx.Done():
					return
				}
				if err != nil {
					line <- result[R]{err: err}
					close(line)
					return
				}
				running.Go(func() {
					defer close(line)
					send(ctx, line, do(ctx, job))
				})
			}
		})
		for line := range lines {
			for r := range line {
				if !yield(r.value, r.err) || r.err != nil {
					return
				}
			}
		}
		if err := ctx.Err(); err != nil {
			var none R
			yield(none, context.Cause(ctx))
		}
	}
}

type result[R any] struct {
	value R
	err   error
}

// send passes results on, as long as somebody waits for them.
func send[R any](ctx context.Context, line chan<- result[R], results iter.Seq2[R, error]) {
	for value, err := range results {
		select {
		case line <- result[R]{value, err}:
		case <-ctx.Done():
			return
		}
		if err != nil {
			return
		}
	}
}

// inTurn is sideBySide one after another: nothing is done before it is wanted.
func inTurn[J, R any](
	ctx context.Context, jobs iter.Seq2[J, error], do func(context.Context, J) iter.Seq2[R, error],
) iter.Seq2[R, error] {
	return func(yield func(R, error) bool) {
		for job, err := range jobs {
			if err != nil {
				var none R
				yield(none, err)
				return
			}
			for value, err := range do(ctx, job) {
				if !yield(value, err) || err != nil {
					return
				}
			}
		}
	}
}
