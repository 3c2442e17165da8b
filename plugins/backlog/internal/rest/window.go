package rest

import (
	"net/http"
	"strconv"
	"time"
)

// How long a server can make everybody wait, whatever it tells.
const (
	minWait = time.Second
	maxWait = time.Hour // then it is asked again
)

// usualWindow is how long Backlog's windows are.
const usualWindow = time.Minute

// window is what the headers of an answer tell about an allowance.
type window struct {
	limit, remaining int64
	reset            int64 // epoch seconds
}

// parseWindow reads the headers of an allowance; false where they do not tell.
func parseWindow(header http.Header) (window, bool) {
	var w window
	for name, value := range map[string]*int64{
		"X-RateLimit-Limit": &w.limit, "X-RateLimit-Remaining": &w.remaining, "X-RateLimit-Reset": &w.reset,
	} {
		n, err := strconv.ParseInt(header.Get(name), 10, 64)
		if err != nil {
			return window{}, false
		}
		*value = n
	}
	return w, w.limit > 0
}

// retryWait returns how long to wait after a 429: what Retry-After says, else
// until the window's end, else a whole window.
func retryWait(header http.Header, serverTime time.Time) time.Duration {
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		serverTime = date
	}
	wait := usualWindow
	if w, ok := parseWindow(header); ok {
		wait = time.Unix(w.reset, 0).Sub(serverTime)
	}
	if after, ok := retryAfter(header, serverTime); ok {
		wait = after
	}
	return min(max(wait, minWait), maxWait)
}

// retryAfter reads the header Retry-After: seconds, or a date.
func retryAfter(header http.Header, serverTime time.Time) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseInt(text, 10, 32); err == nil && seconds >= 0 {
		return time.Duration(seconds) * time.Second, true
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(serverTime)), true
	}
	return 0, false
}
