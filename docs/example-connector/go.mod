module example.com/trackql-plugin-markdown

go 1.26.0

require (
	github.com/apache/arrow-go/v18 v18.8.0
	github.com/trackql/trackql v0.0.0
	go.yaml.in/yaml/v3 v3.0.6
)

require (
	github.com/goccy/go-json v0.10.6 // indirect
	github.com/google/flatbuffers v25.12.19+incompatible // indirect
	github.com/klauspost/cpuid/v2 v2.4.0 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/exp v0.0.0-20260112195511-716be5621a96 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

// In a repository of your own, leave this out and require a release.
replace github.com/trackql/trackql => ../..
