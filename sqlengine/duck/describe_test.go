package duck_test

import "testing"

// TestHasRows tells statements that answer with rows from those that count.
func TestHasRows(t *testing.T) {
	_, conn := open(t)
	if err := conn.Exec(t.Context(), "CREATE TABLE kept (n INTEGER, s VARCHAR)"); err != nil {
		t.Fatal(err)
	}
	for sql, want := range map[string]bool{
		"SELECT 1":                                      true,
		"CREATE TABLE more (n INTEGER)":                 false,
		"INSERT INTO kept VALUES (1, 'a')":              false,
		"INSERT INTO kept VALUES (1, 'a') RETURNING n":  true,
		"UPDATE kept SET n = 2":                         false,
		"UPDATE kept SET n = 2 RETURNING *":             true,
		"DELETE FROM kept":                              false,
		"DELETE FROM kept RETURNING n AS \"Count\", s":  true,
		"INSERT INTO kept (n) SELECT 1 RETURNING n + 1": true,
	} {
		t.Run(sql, func(t *testing.T) {
			stmt, err := conn.Prepare(t.Context(), sql)
			if err != nil {
				t.Fatal(err)
			}
			defer stmt.Close()
			if got := stmt.HasRows(); got != want {
				t.Errorf("HasRows() = %t, want %t", got, want)
			}
		})
	}
}
