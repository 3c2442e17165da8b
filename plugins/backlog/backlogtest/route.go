package backlogtest

import (
	"net/http"
	"slices"
)

// route is one endpoint: a method, a pattern of [http.ServeMux] below /api/v2,
// the category it is counted in ("": not counted, and nobody need be signed in),
// the status of success, and what answers.
//
// The answer is an object, a list, a *file, a *reply, or nil for no content. Its
// error is a *failure, or a *tokenError.
type route struct {
	method, path string
	category     Category
	ok           int
	answer       func(*call) (any, error)
}

// routes are all endpoints, one list for each group.
func routes() []route {
	return slices.Concat(
		oauthRoutes(), limitRoutes(), spaceRoutes(), userRoutes(),
		projectRoutes(), projectWriteRoutes(), vocabularyRoutes(),
		termWriteRoutes(), statusWriteRoutes(), fieldWriteRoutes(),
		issueRoutes(), issueWriteRoutes(), issueFileRoutes(), relatedRoutes(),
		commentRoutes(), commentWriteRoutes(), uploadRoutes(),
		wikiRoutes(), wikiWriteRoutes(), documentRoutes(), documentWriteRoutes(),
		gitRoutes(), gitWriteRoutes(), teamRoutes(), watchingRoutes(), notificationRoutes(),
		activityRoutes(), starRoutes(), webhookRoutes(), fileRoutes(), aboutRoutes(), viewedRoutes(),
	)
}

// mux finds the endpoint of a request.
func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.method+" /api/v2"+r.path, &endpoint{s, r})
	}
	mux.Handle("GET /OAuth2AccessRequest.action", &endpoint{s, route{answer: authorize}})
	mux.Handle("/", &endpoint{s, route{category: Read, answer: func(*call) (any, error) {
		return nil, missing("such endpoint")
	}}})
	return mux
}
