package connectortest

import (
	"fmt"

	"github.com/trackql/trackql/connector"
)

// checkSpending compares what statements took with what their scans report, and
// allows them less.
func checkSpending(s *session) {
	spender, ok := connector.As[connector.Spender](s.src)
	if !ok {
		return
	}
	if none, err := spender.Spent(s.ctx, "nobody's statement"); err != nil || none != (connector.Spending{}) {
		s.Errorf("Spent of a statement that there was not = %+v, %v", none, err)
	}
	s.eachTable(func(w *whole) {
		for _, fault := range []func(*whole, connector.Spender) string{s.spendingFault, s.countSpendingFault, s.maxRequestsFault} {
			if text := fault(w, spender); text != "" {
				s.failf(w.table.Name, "%s", text)
				return
			}
		}
	})
}

// scanOf asks for a table in a statement of its own, with a limit.
func scanOf(w *whole, statement string, most int64) connector.ScanRequest {
	return connector.ScanRequest{
		Table: w.table.Name, Columns: w.columns, Statement: statement + " of " + w.table.Name, MaxRequests: most,
	}
}

// spend makes a scan in a statement of its own, and returns what that took.
func (s *session) spend(spender connector.Spender, req connector.ScanRequest) (answer, connector.Spending, error) {
	a := read(s.ctx, s.src, req)
	sum, err := spender.Spent(s.ctx, req.Statement)
	if err != nil {
		err = fmt.Errorf("Spent: %w", err)
	}
	return a, sum, err
}

// spendingFault compares Spent with what a scan reports.
func (s *session) spendingFault(w *whole, spender connector.Spender) string {
	a, sum, err := s.spend(spender, scanOf(w, "a scan", 0))
	switch {
	case a.err != nil:
		return fmt.Sprintf("a scan fails: %v", a.err)
	case err != nil:
		return err.Error()
	}
	if got, want := sum.Requests()+sum.Retries, a.report.Progress.Requests; a.reports && want > 0 && got != want {
		return fmt.Sprintf("Spent tells of %d requests, and the scan reports %d", got, want)
	}
	return ""
}

// countSpendingFault finds counts that nobody paid.
func (s *session) countSpendingFault(w *whole, spender connector.Spender) string {
	counter, ok := connector.As[connector.Counter](s.src)
	if !ok {
		return ""
	}
	statement := "a count of " + w.table.Name
	n, err := counter.Count(s.ctx, connector.CountRequest{Table: w.table.Name, Statement: statement})
	if err != nil || n == 0 {
		return "" // the check "count" tells
	}
	counted, err := spender.Spent(s.ctx, statement)
	if err != nil {
		return fmt.Sprintf("Spent: %v", err)
	}
	_, scanned, err := s.spend(spender, connector.ScanRequest{Table: w.table.Name, Statement: "a scan after a count of " + w.table.Name})
	if err != nil {
		return err.Error()
	}
	if scanned.Requests() > 0 && counted.Requests() == 0 {
		return fmt.Sprintf("Spent tells of no request for a count, and of %d for a scan", scanned.Requests())
	}
	return ""
}

// maxRequestsFault allows a scan what it takes, and one request less.
func (s *session) maxRequestsFault(w *whole, spender connector.Spender) string {
	_, sum, err := s.spend(spender, scanOf(w, "a scan without a limit", 0))
	most := sum.Requests()
	if err != nil || most < 2 {
		return ""
	}
	a, _, err := s.spend(spender, scanOf(w, "a scan with enough", most))
	if err != nil {
		return err.Error()
	}
	if a.err != nil {
		return fmt.Sprintf("with MaxRequests %d, which suffices, a scan fails: %v", most, a.err)
	}
	a, sum, err = s.spend(spender, scanOf(w, "a scan with too little", most-1))
	switch {
	case err != nil:
		return err.Error()
	case sum.Requests() > most-1:
		return fmt.Sprintf("with MaxRequests %d there are %d requests", most-1, sum.Requests())
	case connector.KindOf(a.err) != connector.Invalid || a.err == nil:
		return fmt.Sprintf("with MaxRequests %d, and %d needed, a scan ends with %v, not of Kind %s", most-1, most, a.err, connector.Invalid)
	}
	return ""
}
