package space

import (
	"context"
	"time"

	"github.com/tidwall/gjson"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog/internal/rest"
)

const spacePath = "/space"

// Zone returns the space's time zone, in which its days begin and end.
func (s *Space) Zone(ctx context.Context, trip *rest.Trip) (*time.Location, error) {
	return answer(ctx, s, trip, spacePath, forever, zone)
}

func zone(r gjson.Result) (*time.Location, error) {
	name := r.Get("timezone").String()
	if name == "" {
		return nil, unexpected(spacePath, "the time zone")
	}
	location, err := time.LoadLocation(name)
	if err != nil {
		return nil, connector.Errorf(connector.Corrupt, "the space's time zone %q is not known here: %w", name, err).
			WithHint("Set the option Timezone to one that is, such as Asia/Tokyo.")
	}
	return location, nil
}
