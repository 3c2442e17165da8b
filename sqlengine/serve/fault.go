package serve

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/trackql/trackql/connector"
)

// statusCodes say in gRPC's words what an error is. A source that refuses its
// key is no refusal of the client: that is Unauthenticated, and said elsewhere.
var statusCodes = map[connector.Kind]codes.Code{
	connector.Internal:      codes.Internal,
	connector.Invalid:       codes.InvalidArgument,
	connector.NotFound:      codes.NotFound,
	connector.Unauthorized:  codes.PermissionDenied,
	connector.RateLimited:   codes.ResourceExhausted,
	connector.Unavailable:   codes.Unavailable,
	connector.Conflict:      codes.FailedPrecondition,
	connector.Unimplemented: codes.Unimplemented,
	connector.Corrupt:       codes.DataLoss,
	connector.Incomplete:    codes.DataLoss,
	connector.Canceled:      codes.Canceled,
}

// fault makes of an error what a client sees: the message, and the next step in
// a line of its own.
func fault(err error) error {
	if err == nil {
		return nil
	}
	if s, ok := status.FromError(err); ok {
		return s.Err()
	}
	code := statusCodes[connector.KindOf(err)]
	switch {
	case errors.Is(err, errClosed):
		code = codes.Unavailable
	case errors.Is(err, context.DeadlineExceeded):
		code = codes.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		code = codes.Canceled
	}
	text := err.Error()
	if hint := connector.HintOf(err); hint != "" {
		text += "\n" + hint
	}
	return status.Error(code, text)
}
