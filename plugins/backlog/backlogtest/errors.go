package backlogtest

import (
	"fmt"
	"net/http"
	"strings"
)

// Code is Backlog's own number of an error.
type Code int

// The codes of errors.
const (
	InternalError              Code = 1
	LicenceError               Code = 2
	LicenceExpiredError        Code = 3
	AccessDeniedError          Code = 4
	UnauthorizedOperationError Code = 5
	NoResourceError            Code = 6
	InvalidRequestError        Code = 7
	SpaceOverCapacityError     Code = 8
	ResourceOverflowError      Code = 9
	TooLargeFileError          Code = 10
	AuthenticationError        Code = 11
	RequiredMFAError           Code = 12
	TooManyRequestsError       Code = 13
)

// statuses are the HTTP status of each code, as far as they are known.
var statuses = map[Code]int{
	InternalError:              http.StatusInternalServerError,
	LicenceError:               http.StatusForbidden,
	LicenceExpiredError:        http.StatusForbidden,
	AccessDeniedError:          http.StatusForbidden,
	UnauthorizedOperationError: http.StatusForbidden,
	NoResourceError:            http.StatusNotFound,
	InvalidRequestError:        http.StatusBadRequest,
	SpaceOverCapacityError:     http.StatusBadRequest,
	ResourceOverflowError:      http.StatusBadRequest,
	TooLargeFileError:          http.StatusRequestEntityTooLarge,
	AuthenticationError:        http.StatusUnauthorized,
	RequiredMFAError:           http.StatusForbidden,
	TooManyRequestsError:       http.StatusTooManyRequests,
}

// failure is an answer that refuses: one code, one or several messages.
type failure struct {
	code     Code
	messages []string
}

func (f *failure) Error() string {
	return fmt.Sprintf("code %d: %s", f.code, strings.Join(f.messages, "; "))
}

// refuse is the answer that refuses with one message.
func refuse(code Code, format string, args ...any) *failure {
	return &failure{code: code, messages: []string{fmt.Sprintf(format, args...)}}
}

// missing is the answer to a request for something that is not there, or that
// the caller may not see: Backlog does not tell the two apart.
func missing(what string) *failure { return refuse(NoResourceError, "No %s.", what) }

// body is the failure in Backlog's shape.
func (f *failure) body() object {
	return object{{"errors", listOf(f.messages, func(message string) any {
		return object{{"message", message}, {"code", int(f.code)}, {"moreInfo", ""}}
	})}}
}
