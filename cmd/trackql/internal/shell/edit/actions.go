package edit

import (
	"io"
	"strings"
)

// actions are what keys do: those of Emacs and of every shell. walked says that
// the key before went through the history, which this one may go on with.
var actions = map[string]func(e *Editor, walked bool){
	"left": moveTo((*text).left), "ctrl+b": moveTo((*text).left),
	"right": moveTo((*text).right), "ctrl+f": moveTo((*text).right),
	"home": moveTo((*text).lineStart), "ctrl+a": moveTo((*text).lineStart),
	"end": moveTo((*text).lineEnd), "ctrl+e": moveTo((*text).lineEnd),
	"ctrl+home": moveTo((*text).start), "alt+<": moveTo((*text).start),
	"ctrl+end": moveTo((*text).end), "alt+>": moveTo((*text).end),
	"ctrl+left": moveTo((*text).wordStart), "alt+left": moveTo((*text).wordStart), "alt+b": moveTo((*text).wordStart),
	"ctrl+right": moveTo((*text).wordEnd), "alt+right": moveTo((*text).wordEnd), "alt+f": moveTo((*text).wordEnd),
	"up": (*Editor).up, "ctrl+p": (*Editor).up, "down": (*Editor).down, "ctrl+n": (*Editor).down,
	"pageup":   func(e *Editor, _ bool) { e.walk(-1) },
	"pagedown": func(e *Editor, _ bool) { e.walk(+1) },

	"backspace":      func(e *Editor, _ bool) { e.replace(e.left(), e.at, "") },
	"delete":         func(e *Editor, _ bool) { e.replace(e.at, e.right(), "") },
	"ctrl+k":         func(e *Editor, _ bool) { e.remove(e.at, max(e.lineEnd(), min(e.at+1, e.right()))) },
	"ctrl+u":         func(e *Editor, _ bool) { e.remove(e.lineStart(), e.at) },
	"ctrl+w":         func(e *Editor, _ bool) { e.remove(e.wordStart(), e.at) },
	"alt+backspace":  func(e *Editor, _ bool) { e.remove(e.wordStart(), e.at) },
	"ctrl+backspace": func(e *Editor, _ bool) { e.remove(e.wordStart(), e.at) },
	"alt+d":          func(e *Editor, _ bool) { e.remove(e.at, e.wordEnd()) },
	"ctrl+delete":    func(e *Editor, _ bool) { e.remove(e.at, e.wordEnd()) },
	"ctrl+y":         func(e *Editor, _ bool) { e.insert(e.cut) },
	"ctrl+_":         (*Editor).takeBack,

	"enter":     (*Editor).enter,
	"alt+enter": func(e *Editor, _ bool) { e.insert("\n") },
	"tab":       (*Editor).complete,
	"ctrl+r":    (*Editor).startSearch,
	"ctrl+l":    func(e *Editor, _ bool) { e.canvas.clear() },
	"ctrl+c":    func(e *Editor, _ bool) { e.finish(ErrInterrupted) },
	"ctrl+d":    (*Editor).deleteOrLeave,
	"ctrl+z":    (*Editor).suspend,
}

// moveTo makes an action of a place to go to.
func moveTo(place func(*text) int) func(*Editor, bool) {
	return func(e *Editor, _ bool) { e.at = place(&e.text) }
}

func (t *text) left() int  { return t.prev(t.at) }
func (t *text) right() int { return t.next(t.at) }
func (t *text) start() int { return 0 }
func (t *text) end() int   { return len(t.s) }

// enter hands the text over where it has ended, and begins a new line elsewhere.
func (e *Editor) enter(bool) {
	if strings.TrimSpace(e.s) == "" || e.config.Finished == nil || e.config.Finished(e.s) {
		e.ended = true
		return
	}
	e.insert("\n")
}

func (e *Editor) deleteOrLeave(bool) {
	if e.s == "" {
		e.finish(io.EOF)
		return
	}
	e.replace(e.at, e.right(), "")
}

func (e *Editor) takeBack(bool) {
	if n := len(e.undo); n > 0 {
		cut := e.cut
		e.text, e.undo = e.undo[n-1], e.undo[:n-1]
		e.cut = cut
	}
}

// up goes a row up, and from the first one to the text before.
func (e *Editor) up(walked bool) {
	if walked || !e.climb(-1) {
		e.walk(-1)
	}
}

// down goes a row down, and from the last one to the text after.
func (e *Editor) down(walked bool) {
	if walked || !e.climb(+1) {
		e.walk(+1)
	}
}

// climb goes up or down by rows, to the column where that began.
func (e *Editor) climb(rows int) bool {
	l := e.lay(nil)
	here := l.where(e.at)
	if e.goal < 0 {
		e.goal = here.column
	}
	at, ok := l.nearest(here.row+rows, e.goal)
	if ok {
		e.at, e.moving = at, true
	}
	return ok
}

// walk shows the text so many entries later in the history. What was changed
// on the way is kept until this text ends.
func (e *Editor) walk(entries int) {
	to := e.entry + entries
	if to < 0 || to > len(e.history) {
		return
	}
	e.drafts[e.entry] = e.s
	s, changed := e.drafts[to]
	if !changed && to < len(e.history) {
		s = e.history[to]
	}
	e.entry, e.walking = to, true
	e.set(s)
}

func (e *Editor) suspend(bool) {
	e.leave()
	if err := e.config.Terminal.Suspend(); err != nil {
		e.finish(err)
		return
	}
	e.write(pasteOn)
}
