package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"golang.org/x/term"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/backlog"
)

// guide leads the person at the terminal through signing in.
type guide struct {
	*program
	// elsewhere says that the person's browser is at another machine.
	elsewhere bool
}

var _ connector.Guide = (*guide)(nil)

// Elsewhere tells whether the person's browser is at another machine.
func (g *guide) Elsewhere() bool { return g.elsewhere }

// Visit shows an address, and opens it where there is a browser. That one cannot
// be opened is no error: the address can be copied.
func (g *guide) Visit(address string) error {
	if _, err := fmt.Fprintf(g.errs, "To sign in, open this address in a browser:\n\n  %s\n\n", address); err != nil {
		return err
	}
	command := browser(runtime.GOOS, g.lookup)
	if g.elsewhere || command == nil {
		return nil
	}
	opener := exec.Command(command[0], append(command[1:], address)...)
	detach(opener)
	if opener.Start() == nil {
		return opener.Process.Release()
	}
	return nil
}

// browser returns the command that opens an address in the person's browser; nil
// where there is no screen to show it on.
func browser(system string, lookup func(string) (string, bool)) []string {
	has := func(name string) bool {
		value, ok := lookup(name)
		return ok && value != ""
	}
	switch {
	case system == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler"}
	case system == "darwin" && !has("SSH_CONNECTION"):
		return []string{"open"}
	case system != "darwin" && (has("DISPLAY") || has("WAYLAND_DISPLAY")):
		return []string{"xdg-open"}
	}
	return nil
}

// Ask asks for a line.
func (g *guide) Ask(ctx context.Context, question string) (string, error) {
	if _, err := io.WriteString(g.errs, question); err != nil {
		return "", err
	}
	in := newLines(g.in)
	defer in.stop()
	line, err := in.next(ctx, nil)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimSpace(line); line == "" {
		return "", connector.Errorf(connector.Invalid, "nothing was entered").
			WithHint("Begin again, and copy the address that the browser got.")
	}
	return line, nil
}

// offerSignIn has statements ask for a sign-in that they need, where a person is
// there to be asked.
func (p *program) offerSignIn() {
	input, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(input.Fd())) {
		return
	}
	for _, c := range p.connectors {
		if b, ok := c.(*backlog.Connector); ok && b.Guide == nil {
			b.Guide = &guide{program: p}
		}
	}
}
