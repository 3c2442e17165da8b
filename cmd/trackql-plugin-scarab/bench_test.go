package main

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/trackql/trackql/connector"
	"github.com/trackql/trackql/plugins/scarab"
)

// exportIssues make an export of about 200 MB.
const exportIssues = 150_000

const exportIssue = `<issue><id>%d</id><artifact-type>Defect</artifact-type><activity-sets>
<activity-set><id>%[1]d1</id><type>Create Issue</type><created-by>yamada</created-by>
<created-date><format>yyyy-MM-dd HH:mm:ss z</format><timestamp>2024-01-10 09:00:00 JST</timestamp></created-date><activities>
<activity><id>%[1]d11</id><attribute>Summary</attribute><new-value>ログインできない %[1]d</new-value><description>Summary set</description></activity>
<activity><id>%[1]d12</id><attribute>Status</attribute><new-option>Open</new-option><new-value>Open</new-value><description>Status set</description></activity>
<activity><id>%[1]d13</id><attribute>Assigned to</attribute><new-user>yamada</new-user><new-value>yamada</new-value><description>Assigned to set</description></activity>
</activities></activity-set>
<activity-set><id>%[1]d2</id><type>Edit Issue</type><created-by>suzuki</created-by>
<created-date><format>yyyy-MM-dd HH:mm:ss z</format><timestamp>2024-01-12 10:00:00 JST</timestamp></created-date><activities>
<activity><id>%[1]d21</id><attribute>Status</attribute><old-option>Open</old-option><new-option>Closed</new-option><old-value>Open</old-value><new-value>Closed</new-value><description>Status set</description></activity>
</activities></activity-set></activity-sets></issue>
`

// export writes an export and returns its path and size.
func export(b *testing.B) (string, int64) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "issues.xml")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprint(w, `<?xml version="1.0" encoding="UTF-8"?>
<scarab-issues><import-type>create-different-db</import-type><module><id>1</id><parent-id>0</parent-id><name>Portal</name><owner>admin</owner>
<description>The customer portal</description><url>/portal/</url><domain></domain><code>PT</code></module><issues>
`)
	for i := range exportIssues {
		fmt.Fprintf(w, exportIssue, i+1)
	}
	fmt.Fprint(w, "</issues></scarab-issues>\n")
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return path, info.Size()
}

// BenchmarkChild scans an export in process and through a child, in turn, and
// prints the speed of both and their ratio.
func BenchmarkChild(b *testing.B) {
	path, size := export(b)
	here := openHere(b, path)
	child, err := open(b.Context(), b, build(b), memory.DefaultAllocator, path)
	if err != nil {
		b.Fatal(err)
	}
	defer child.Close()
	for name, req := range map[string]connector.ScanRequest{
		"status":     {Table: "Issues", Columns: []string{"Id", "Status"}},
		"issues":     {Table: "Issues", Columns: columns(b, here, "Issues")},
		"activities": {Table: "Activities", Columns: columns(b, here, "Activities")},
	} {
		b.Run(name, func(b *testing.B) {
			var inProcess, inChild time.Duration
			for b.Loop() {
				inProcess += drain(b, here, req)
				inChild += drain(b, child, req)
			}
			speed := func(d time.Duration) float64 { return float64(size) * float64(b.N) / 1e6 / d.Seconds() }
			b.ReportMetric(speed(inProcess), "MB/s-in-process")
			b.ReportMetric(speed(inChild), "MB/s-child")
			b.ReportMetric(inProcess.Seconds()/inChild.Seconds(), "ratio")
		})
	}
}

func openHere(b *testing.B, path string) connector.Source {
	b.Helper()
	options, err := scarab.New().Info().Resolve([]connector.Setting{{Key: "Path", Value: path}}, nil)
	if err != nil {
		b.Fatal(err)
	}
	src, err := scarab.New().Open(b.Context(), connector.Config{Name: "pt", Options: options, Timezone: time.UTC})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := src.Close(); err != nil {
			b.Error(err)
		}
	})
	return src
}

func columns(b *testing.B, src connector.Source, table string) []string {
	b.Helper()
	tables, err := src.Tables(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	for i := range tables {
		if tables[i].Name == table {
			return tables[i].ColumnNames()
		}
	}
	b.Fatalf("no table %s", table)
	return nil
}

// drain reads a scan to its end, and tells how long that took.
func drain(b *testing.B, src connector.Source, req connector.ScanRequest) time.Duration {
	b.Helper()
	began := time.Now()
	r, err := src.Scan(b.Context(), req)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Release()
	for r.Next() {
		continue
	}
	if err := r.Err(); err != nil {
		b.Fatal(err)
	}
	return time.Since(began)
}
