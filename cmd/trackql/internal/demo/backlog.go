package demo

import (
	"context"
	"time"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

// BacklogPort is where the tour serves the emulated Backlog, unless told
// otherwise. The file [Both] names it.
const BacklogPort = 8766

// BacklogIssues is how many issues the emulated space has: 23 pages of 100.
const BacklogIssues = 2287

// team are the people of story.txt, and the colleague who has left, whose place
// the emulator chooses.
var team = [...]struct{ name, login string }{
	{"Emma", "emma"},
	{"Priya", "priya"},
	{"Oliver", "oliver"},
	{"佐藤", "sato"},
	{"鈴木", "suzuki"},
	{},
	{"高橋", "takahashi"},
	{"田中", "tanaka"},
	{"小林", "kobayashi"},
}

// Backlog returns an emulated space in which the people of the tour's export work.
// The number of people is not the caller's choice.
func Backlog(options backlogtest.Options) *backlogtest.Server {
	options.Users = len(team)
	server := backlogtest.New(options)
	server.Edit(func(s *backlogtest.Space) {
		for i, user := range s.Users {
			if !user.Left {
				user.Name, user.Account = team[i].name, team[i].login
				user.Mail = user.Account + "@example.com"
			}
		}
	})
	return server
}

// TourBacklog returns the space of the tour, where it always is the same moment,
// so that each tour shows the same.
func TourBacklog() *backlogtest.Server {
	day := time.Date(2026, 4, 1, 9, 0, 0, 0, time.FixedZone("Asia/Tokyo", 9*60*60))
	return Backlog(backlogtest.Options{Issues: BacklogIssues, Clock: moment(day)})
}

// moment is a clock that stands still.
type moment time.Time

func (m moment) Now() time.Time { return time.Time(m) }

func (m moment) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }
