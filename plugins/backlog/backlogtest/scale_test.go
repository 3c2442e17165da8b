package backlogtest_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/trackql/trackql/plugins/backlog/backlogtest"
)

func TestScaleProbe(t *testing.T) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	begin := time.Now()
	s := backlogtest.New(backlogtest.Options{Issues: 100_000, Projects: 20, Users: 300, Unlimited: true})
	t.Log("seed", time.Since(begin))
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Log("MiB", (after.HeapAlloc-before.HeapAlloc)>>20)
	c := admin(t, s)
	q := c.all()
	for _, x := range []string{"", "&statusId[]=1&assigneeId[]=5001", "&keyword=仕様", "&keyword=zzz", "&createdSince=2026-01-01"} {
		begin = time.Now()
		n := c.get("/issues/count", q+x)
		t.Log(x, n, time.Since(begin))
	}
	begin = time.Now()
	c.list("/issues", "count=100&sort=created&order=asc"+q)
	t.Log("first page", time.Since(begin))
	begin = time.Now()
	for range 10 {
		c.send("GET", "/issues", mustQuery(t, "count=100&sort=created&order=asc"+q))
	}
	t.Log("10 pages", time.Since(begin))
	runtime.KeepAlive(s)
}
