module github.com/trackql/trackql/ci/sbom

go 1.26.0
