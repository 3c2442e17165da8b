package main

import "strings"

// cxxLicences are those of the C++ libraries that a linker may copy into a
// program.
var cxxLicences = map[string]string{
	"libstdc++": "GPL-3.0-or-later WITH GCC-exception-3.1",
	"libc++":    "Apache-2.0 WITH LLVM-exception",
}

// inDuckDB are the libraries that DuckDB is linked from, by the names under
// which its driver asks for them, and the others that these hold. DuckDB keeps
// changed copies, under the licences in its folder third_party.
var inDuckDB = []string{
	"FastPFor", "fmt", "FSST", "HyperLogLog", "ICU", "Mbed TLS", "miniz", "libpg_query",
	"RE2", "skiplist", "utf8proc", "yyjson", "Zstandard",
}

// engine returns DuckDB and the C++ library, where a program has them: the
// compiler does not know of them. DuckDB's licence comes with its driver.
func engine(r release, modules []part) []part {
	if r.engine == "" {
		return nil
	}
	duckdb := part{
		name: "duckdb", version: r.engine, purl: "pkg:github/duckdb/duckdb@" + r.engine,
		licence: "MIT", inner: inDuckDB,
	}
	for _, m := range modules {
		if strings.HasPrefix(m.name, "github.com/duckdb/duckdb-go-bindings/lib/") {
			duckdb.texts = m.texts
		}
	}
	list := []part{duckdb}
	if licence, ok := cxxLicences[r.cxx]; ok {
		list = append(list, part{name: r.cxx, licence: licence, texts: []string{"Linked in under the exception named above, which lets programs of any licence hold it."}})
	}
	return list
}
