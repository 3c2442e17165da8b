package scarab_test

import (
	"fmt"
	"strings"
	"time"
)

// The oracle reads a document with encoding/xml into a tree, and derives from
// it what the tables must hold: slowly, with maps, and without the product's
// code.

type oracleDocument struct {
	ImportType string        `xml:"import-type"`
	Module     *oracleModule `xml:"module"`
	Issues     []oracleIssue `xml:"issues>issue"`
}

type oracleModule struct {
	ID       string `xml:"id"`
	ParentID string `xml:"parent-id"`
	Name     string `xml:"name"`
	Owner    string `xml:"owner"`
	Desc     string `xml:"description"`
	URL      string `xml:"url"`
	Domain   string `xml:"domain"`
	Code     string `xml:"code"`
}

type oracleName struct {
	Text      string  `xml:",chardata"`
	Name      *string `xml:"name"`
	Namespace *string `xml:"namespace-title"`
}

func (n oracleName) String() string {
	if n.Name != nil {
		return strings.TrimSpace(*n.Name)
	}
	return strings.TrimSpace(n.Text)
}

type oracleIssue struct {
	ID   string      `xml:"id"`
	Type oracleName  `xml:"artifact-type"`
	Sets []oracleSet `xml:"activity-sets>activity-set"`
}

type oracleSet struct {
	ID         string            `xml:"id"`
	Type       string            `xml:"type"`
	By         string            `xml:"created-by"`
	Date       *oracleDate       `xml:"created-date"`
	Activities []oracleActivity  `xml:"activities>activity"`
	Attachment *oracleAttachment `xml:"attachment"`
}

type oracleDate struct {
	Format string `xml:"format"`
	Text   string `xml:"timestamp"`
}

type oracleActivity struct {
	ID          string            `xml:"id"`
	Attribute   oracleName        `xml:"attribute"`
	OldNumber   *string           `xml:"old-numeric-value"`
	NewNumber   *string           `xml:"new-numeric-value"`
	OldUser     *string           `xml:"old-user"`
	NewUser     *string           `xml:"new-user"`
	OldOption   *string           `xml:"old-option"`
	NewOption   *string           `xml:"new-option"`
	OldValue    *string           `xml:"old-value"`
	NewValue    *string           `xml:"new-value"`
	Dependency  *oracleDependency `xml:"dependency"`
	Description *string           `xml:"description"`
	End         *oracleDate       `xml:"end-date"`
	Attachment  *oracleAttachment `xml:"attachment"`
}

type oracleDependency struct {
	ID      string `xml:"id"`
	Parent  string `xml:"parent"`
	Child   string `xml:"child"`
	Type    string `xml:"type"`
	Deleted string `xml:"deleted"`
}

type oracleAttachment struct {
	ID        string      `xml:"id"`
	Name      *string     `xml:"name"`
	Type      string      `xml:"type"`
	Filename  *string     `xml:"filename"`
	Reconcile string      `xml:"reconcile-path"`
	Data      *string     `xml:"data"`
	Mime      string      `xml:"mimetype"`
	Created   *oracleDate `xml:"created-date"`
	Modified  *oracleDate `xml:"modified-date"`
	By        string      `xml:"created-by"`
	Editor    string      `xml:"modified-by"`
	Deleted   string      `xml:"deleted"`
}

// How the oracle writes cells.

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func escape(s string) string {
	q := fmt.Sprintf("%q", s)
	return q[1 : len(q)-1]
}

func text(s *string) string {
	if s == nil {
		return "-"
	}
	return escape(*s)
}

func name(s *string) string {
	if s == nil {
		return "-"
	}
	return escape(strings.TrimSpace(*s))
}

func filled(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return "-"
	}
	return escape(s)
}

func truth(s string) string {
	switch s = strings.ToLower(strings.TrimSpace(s)); s {
	case "":
		return "-"
	case "yes", "y", "true", "on", "1":
		return "true"
	}
	return "false"
}

func number(s *string) string {
	var n int64
	if _, err := fmt.Sscanf(deref(s), "%d", &n); err != nil {
		return "-"
	}
	return fmt.Sprint(n)
}

// when reads a date of the usual pattern in one of the zones of the samples.
func when(d *oracleDate) time.Time {
	if d == nil || len(d.Text) < 20 {
		return time.Time{}
	}
	hours := map[string]int{"JST": 9, "PST": -8, "PDT": -7, "GMT": 0}[strings.TrimSpace(d.Text[20:])]
	at, err := time.Parse("2006-01-02 15:04:05", d.Text[:19])
	if err != nil {
		return time.Time{}
	}
	return at.Add(-time.Duration(hours) * time.Hour)
}

func date(d *oracleDate) string {
	at := when(d)
	if at.IsZero() {
		return "-"
	}
	return at.Format("2006-01-02 15:04:05")
}
