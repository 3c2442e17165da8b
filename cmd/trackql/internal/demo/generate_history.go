//go:build ignore

package main

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	code          = "KMG"
	nullAttribute = "Null Attribute"
	day           = 24 * time.Hour
)

var (
	jst = time.FixedZone("JST", 9*60*60)
	// The first issue was written at begin, and the export made at end.
	begin = time.Date(2024, 4, 1, 10, 4, 12, 0, jst)
	end   = time.Date(2026, 3, 31, 18, 0, 0, 0, jst)
)

// after moves t on by some days and hours, into somebody's working time.
func (i *issue) after(t time.Time, what string, days int) time.Time {
	t = t.Add(time.Duration(i.draw(what, days*24)+1) * time.Hour).Add(time.Duration(i.draw(what+"s", 3600)) * time.Second)
	if t.Hour() < 9 || t.Hour() > 18 {
		t = time.Date(t.Year(), t.Month(), t.Day(), 10+i.draw(what+"h", 8), t.Minute(), t.Second(), 0, jst).Add(day)
	}
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.Add(day)
	}
	return t
}

// created is when the issue was written: all are spread over the two years.
func (i *issue) created() time.Time {
	if i.number == 1 {
		return begin
	}
	return i.after(begin.Add(time.Duration(i.number-1)*87*time.Hour), "created", 2)
}

// history is what happened to one issue.
type history struct {
	*issue
	events []*event
	now    map[string]*activity // the activity that set an attribute's present value
}

// tell makes the histories of all issues, and numbers what happened in the
// order in which it happened.
func tell(issues []*issue) []*xmlIssue {
	histories := make(map[int]*history, len(issues))
	for _, i := range issues {
		histories[i.number] = &history{issue: i, now: map[string]*activity{}}
	}
	for _, i := range issues {
		histories[i.number].live()
	}
	links := 0
	for _, i := range issues {
		for _, l := range i.links() {
			if other := histories[l.other]; other != nil {
				links++
				link(histories[i.number], other, l, links)
			}
		}
	}
	return number(issues, histories)
}

func number(issues []*issue, histories map[int]*history) []*xmlIssue {
	var all []*event
	var exported []*xmlIssue
	for _, i := range issues {
		h := histories[i.number]
		h.events = slices.DeleteFunc(h.events, func(e *event) bool { return e.at.After(end) })
		slices.SortStableFunc(h.events, byTime)
		all = append(all, h.events...)
		exported = append(exported, &xmlIssue{ID: i.number, Type: i.kind, Sets: h.events})
	}
	slices.SortStableFunc(all, byTime)
	activities, attachments := 0, 0
	for n, e := range all {
		if *e.ID == 0 {
			*e.ID = n + 1
		}
		for _, a := range e.Activities {
			activities++
			a.ID = activities
			attachments = a.Attachment.number(attachments)
		}
		attachments = e.Reason.number(attachments)
	}
	return exported
}

func byTime(a, b *event) int { return cmp.Compare(a.at.Unix(), b.at.Unix()) }

func (a *attachment) number(last int) int {
	if a == nil || a.ID != 0 {
		return last
	}
	a.ID = last + 1
	return a.ID
}

func stamp(t time.Time) date {
	return date{Format: "yyyy-MM-dd HH:mm:ss z", Timestamp: t.Format("2006-01-02 15:04:05 MST")}
}

func (h *history) event(at time.Time, by string) *event {
	e := &event{ID: new(int), Type: "Edit Issue", By: by, Date: stamp(at), at: at}
	h.events = append(h.events, e)
	return e
}

func (e *event) because(text string) {
	e.Reason = &attachment{
		Name: "modification", Type: "MODIFICATION", Data: text, Mimetype: "text/plain", Created: e.Date, By: e.By,
	}
}

// set gives an attribute a value, in the form that its kind has in an export.
// What came after the export has left no trace.
func (h *history) set(e *event, kind, attribute, value string) {
	if e.at.After(end) {
		return
	}
	a := &activity{Attribute: attribute, NewValue: value, Description: attribute + " set to '" + abridge(value) + "'"}
	if old := h.now[attribute]; old != nil {
		a.OldValue = old.NewValue
		a.Description = fmt.Sprintf("%s changed from '%s' to '%s'", attribute, abridge(old.NewValue), abridge(value))
		ended := e.Date
		old.EndDate = &ended
	}
	if kind == "option" {
		a.OldOption, a.NewOption = a.OldValue, a.NewValue
	}
	if kind == "user" {
		a.NewUser = value
		h.handOver(e, a)
	}
	h.now[attribute] = a
	e.Activities = append(e.Activities, a)
}

// handOver splits the change of a user into removing one and adding another.
func (h *history) handOver(e *event, a *activity) {
	if a.OldValue == "" {
		return
	}
	ended := e.Date
	e.Activities = append(e.Activities, &activity{
		Attribute: a.Attribute, OldUser: a.OldValue, OldValue: a.OldValue, EndDate: &ended,
		Description: a.Attribute + " '" + a.OldValue + "' removed",
	})
	a.OldValue, a.Description = "", a.Attribute+" set to '"+a.NewValue+"'"
}

// add gives an attribute one more value.
func (h *history) add(e *event, kind, attribute, value string) {
	a := &activity{Attribute: attribute, NewValue: value, Description: attribute + " set to '" + value + "'"}
	if kind == "user" {
		a.NewUser = value
	} else {
		a.NewOption = value
	}
	e.Activities = append(e.Activities, a)
}

// abridge shortens a text as the descriptions of activities do.
func abridge(text string) string {
	runes := []rune(text)
	if len(runes) > 24 {
		return string(runes[:23]) + "…"
	}
	return text
}

func (h *history) attach(e *event, description string, a attachment) {
	a.Created, a.By = e.Date, e.By
	e.Activities = append(e.Activities, &activity{Attribute: nullAttribute, Description: description, Attachment: &a})
}

func (h *history) comment(at time.Time, by, text string) {
	h.attach(h.event(at, by), abridge(text), attachment{
		Name: "comment", Type: "COMMENT", Data: text, Mimetype: "text/plain",
	})
}

// live makes everything that happened to the issue but its links.
func (h *history) live() {
	t := h.create()
	t = h.start(t)
	t = h.discuss(t)
	if h.waiting() {
		return
	}
	if h.kind != "Defect" {
		h.finish(t, "Closed")
		return
	}
	t = h.finish(t, "Resolved")
	if h.draw("reopened", 9) == 0 {
		t = h.after(t, "reopen", 9)
		e := h.event(t, "鈴木")
		h.set(e, "option", "Status", "Reopened")
		e.because(h.say("reopened", reopened))
		t = h.finish(h.after(t, "again", 9), "Resolved")
	}
	h.verify(t)
}

// waiting tells whether the issue is still open at the end: the story says so,
// or it is one of the newer ones.
func (h *history) waiting() bool {
	quiet := len(h.comments) == 0 && h.priority != "Urgent"
	return h.open ||
		quiet && h.number > 180 && h.draw("waiting", 3) > 0 ||
		quiet && h.number > 110 && h.draw("waiting", 6) == 0
}

func (h *history) create() time.Time {
	t := h.created()
	e := h.event(t, h.reporter)
	e.Type = "Create Issue"
	h.set(e, "text", "Summary", h.summary)
	h.set(e, "text", "Description", h.description)
	h.set(e, "option", "Status", "New")
	h.set(e, "option", "Priority", h.priority)
	h.set(e, "option", "Functional area", h.area)
	if h.customer != "" {
		h.set(e, "text", "顧客", h.customer)
	}
	if h.due != "" {
		h.set(e, "text", "期限", h.due)
	}
	if h.known() {
		h.assign(e, h.assignee)
	}
	for _, p := range h.platforms {
		h.add(e, "option", "Platform", p)
	}
	if h.file != "" {
		h.attach(h.event(t.Add(4*time.Minute), h.reporter), "Attachment '"+h.file+"' added",
			attachment{Name: h.file, Type: "ATTACHMENT", Filename: h.file, Mimetype: mimetype(h.file)})
	}
	return t
}

func mimetype(file string) string {
	for suffix, mime := range map[string]string{".png": "image/png", ".jpg": "image/jpeg", ".csv": "text/csv", ".pdf": "application/pdf"} {
		if strings.HasSuffix(file, suffix) {
			return mime
		}
	}
	return "application/json"
}

// known tells whether it was clear from the first day who would do it.
func (h *history) known() bool { return h.draw("known", 5) < 3 || h.reporter == h.assignee }

func (h *history) assign(e *event, first string) {
	h.set(e, "user", "担当者", first)
	for _, name := range h.cc {
		h.add(e, "user", "Assigned CC", name)
	}
}

// start assigns the issue and begins the work.
func (h *history) start(t time.Time) time.Time {
	if !h.known() {
		t = h.after(t, "assigned", 3)
		first := "田中"
		if h.draw("handover", 4) > 0 {
			first = h.assignee
		}
		h.assign(h.event(t, "Emma"), first)
	}
	if h.urlAddress != "" {
		t = h.after(t, "url", 2)
		h.attach(h.event(t, h.assignee), "URL '"+h.urlLabel+"' added",
			attachment{Name: h.urlLabel, Type: "URL", Data: h.urlAddress, Mimetype: "text/plain"})
	}
	if first := h.now["担当者"]; first != nil && first.NewValue != h.assignee {
		t = h.after(t, "handed", 6)
		e := h.event(t, first.NewValue)
		h.set(e, "user", "担当者", h.assignee)
		e.because(h.say("handover", handover))
	}
	if h.draw("started", 5) < 3 && len(h.comments) == 0 {
		return t
	}
	t = h.after(t, "start", 8)
	h.set(h.event(t, h.assignee), "option", "Status", "Started")
	return t
}

// discuss adds the comments of the story, and what else changes on the way.
func (h *history) discuss(t time.Time) time.Time {
	days := 4
	if h.waiting() {
		days = 90
	}
	for n, c := range h.comments {
		t = h.after(t, "comment"+strconv.Itoa(n), days)
		h.comment(t, c.by, c.text)
	}
	if h.priority == "Medium" && h.draw("raised", 6) == 0 {
		t = h.after(t, "raise", 10)
		e := h.event(t, "高橋")
		h.set(e, "option", "Priority", "High")
		e.because(h.say("raised", raised))
	}
	if due, err := time.Parse(time.DateOnly, h.due); err == nil {
		t = h.after(t, "postpone", 6)
		e := h.event(t, "Emma")
		h.set(e, "text", "期限", due.Add(14*day).Format(time.DateOnly))
		e.because(h.say("postponed", postponed))
	}
	return t
}

// finish ends the work; only defects are verified by somebody else.
func (h *history) finish(t time.Time, status string) time.Time {
	t = h.after(t, "finish"+h.now["Status"].NewValue, 14)
	e := h.event(t, h.assignee)
	h.set(e, "option", "Status", status)
	if h.now["Resolution"] == nil {
		h.set(e, "option", "Resolution", h.outcome())
	}
	if h.draw("fixed", 5) < 2 && len(h.duplicates) == 0 {
		h.comment(t.Add(time.Minute), h.assignee, h.say("fix", fixed))
	}
	return t
}

func (h *history) outcome() string {
	switch {
	case len(h.duplicates) > 0:
		return "Duplicate"
	case h.kind != "Defect" && h.draw("declined", 14) == 0:
		return "Declined"
	}
	return "Fixed"
}

func (h *history) verify(t time.Time) {
	t = h.after(t, "close", 7)
	h.set(h.event(t, "鈴木"), "option", "Status", "Closed")
	if h.draw("verified", 5) == 0 {
		h.comment(t.Add(2*time.Minute), "鈴木", h.say("verify", verified))
	}
}
