# The one list of commands: people run these targets, and .ci/run nothing else.
#
#	make demo    build, then a tour on data that is in the program
#	make test    every test; installs what the tests need
#	make check   all that continuous integration runs

TAGS     = duckdb_arrow
FUZZTIME = 30s

# The folders that hold no cgo, so far as they exist: they build anywhere.
PURE = $(patsubst %,./%/...,$(wildcard connector plugins pipeline configs sqlengine/plan)) \
	$(patsubst %,./%/...,$(wildcard cmd/trackql-plugin-*))
SYSTEMS = linux/amd64 darwin/arm64 windows/amd64

# Go stamps the commit into a program, and fails where git does not trust the
# checkout, as in a container that runs as another user.
STAMP := $(shell git rev-parse HEAD >/dev/null 2>&1 && echo auto || echo false)

LINT_VERSION = v2.15.0
LINT = .tools/golangci-lint-$(LINT_VERSION)

BUF_VERSION = v1.75.0
BUF = .tools/buf-$(BUF_VERSION)
GRPC_VERSION = v1.6.2
GRPC = .tools/protoc-gen-go-grpc-$(GRPC_VERSION)

# Links for macOS: clang with the headers that it needs.
ZIG_VERSION = 0.17.1

# The Python that tests, checks and wheels are made with: an environment of its
# own, with the packages of one list. The copy of the list says that all came.
PYTHON = .tools/python/bin/python
PYTHON_LIST = connector/python/requirements-test.txt
PYTHON_READY = .tools/python/requirements-test.txt
PYTHON_CODE = connector/python configs/dash
RUFF = $(PYTHON) -m ruff
RUFF_RULES = --config connector/python/pyproject.toml

# The program, and the package as it stands in the checkout.
PYTHON_RUN = TRACKQL_PROGRAM=$(CURDIR)/bin/trackql PYTHONPATH=$(CURDIR)/connector/python $(PYTHON)

# Packages whose tests rewrite their goldens.
GOLDENS = $(shell grep -rlE --include='*_test.go' 'Bool."update"' . | xargs -r -n1 dirname | sort -u)

.PHONY: all build need test test-python short lint lint-python fmt fmt-python sizes proto proto-check tidy golden \
	golden-check fuzz metamorphic bench bench-python demo cross dist dist-need dist-check wheel wheel-check check clean

all: build

build:
	go build -buildvcs=$(STAMP) -tags $(TAGS) -o bin/trackql ./cmd/trackql

need:
	@.ci/need

test: need
	go test -race -shuffle=on -timeout 40m -tags $(TAGS) ./...
	$(MAKE) test-python

# The Python package, the Dash programs in a browser, and the documents' Python.
# Dash's plugin for pytest wants the driver of a browser before any test asks.
test-python: build $(PYTHON_READY)
	$(PYTHON_RUN) -m pytest -q -p no:dash -W error connector/python/tests

$(PYTHON_READY): $(PYTHON_LIST)
	@.ci/need
	python3 -m venv --clear .tools/python
	$(PYTHON) -m pip install -q --disable-pip-version-check -r $(PYTHON_LIST)
	cp $(PYTHON_LIST) $@

# The packages without cgo: seconds, where `make test` links DuckDB.
short:
	CGO_ENABLED=0 go test -shuffle=on $(PURE)

lint: $(LINT) sizes
	$(LINT) run ./...
	cd docs/example-connector && $(CURDIR)/$(LINT) run ./...
	$(MAKE) lint-python

lint-python: $(PYTHON_READY)
	$(RUFF) check -q $(RUFF_RULES) $(PYTHON_CODE)
	$(RUFF) format -q --check $(RUFF_RULES) $(PYTHON_CODE)

fmt: $(LINT)
	$(LINT) fmt

fmt-python: $(PYTHON_READY)
	$(RUFF) check -q --select I --fix $(RUFF_RULES) $(PYTHON_CODE)
	$(RUFF) format -q $(RUFF_RULES) $(PYTHON_CODE)

$(LINT):
	GOBIN=$(CURDIR)/.tools go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	mv .tools/golangci-lint $@

# A file that one cannot read in one sitting hides a concept.
sizes:
	@find . -name '*.go' -not -path './.*' -not -name '*.pb.go' -print0 | xargs -0 -r wc -l | \
		awk '$$2 != "total" && $$1 > 400 { print $$2 ": " $$1 " lines, more than 400"; bad = 1 } END { exit bad }'

# What connector/rpc/connector.proto becomes. Both generators are pinned: that of
# messages by go.mod, that of services here.
proto: $(BUF) $(GRPC)
	cd connector/rpc && $(CURDIR)/$(BUF) lint && $(CURDIR)/$(BUF) generate

proto-check: proto
	@git diff --exit-code -- connector/rpc || { echo "make proto leaves a diff: commit it"; exit 1; }

$(BUF):
	GOBIN=$(CURDIR)/.tools go install github.com/bufbuild/buf/cmd/buf@$(BUF_VERSION)
	mv .tools/buf $@

$(GRPC):
	GOBIN=$(CURDIR)/.tools go install google.golang.org/grpc/cmd/protoc-gen-go-grpc@$(GRPC_VERSION)
	mv .tools/protoc-gen-go-grpc $@

tidy:
	go mod tidy -diff

# Rewrites what the tests compare with: the diff is the review. The engine comes
# first: it records DuckDB's plans, which the planner's goldens are made of.
golden:
	go generate ./...
	go test -tags $(TAGS) -run "^(TestPages|TestPlans)$$" ./sqlengine -update
	go test -timeout 40m -tags $(TAGS) $(filter-out ./sqlengine,$(GOLDENS)) -update

golden-check: golden
	@test -z "$$(git status --porcelain -- '*testdata*' cmd/trackql/internal/demo docs)" || \
		{ git status --short; echo "make golden leaves a diff: look at it, then commit it"; exit 1; }

fuzz:
	@.ci/fuzz $(FUZZTIME) $(TAGS)

# Random queries over random data: pushed down and not, row for row.
metamorphic:
	go test -timeout 24h -tags $(TAGS) -run '^TestMetamorphic$$' -v ./sqlengine -metamorphic 100000
	go test -timeout 24h -tags $(TAGS) -run '^TestBacklogQueries$$' -v ./cmd/trackql -backlog-queries 100000

bench:
	go test -run '^$$' -bench . -benchmem -tags $(TAGS) ./...
	$(MAKE) bench-python

bench-python: build $(PYTHON_READY)
	$(PYTHON_RUN) connector/python/tests/bench.py

demo: build
	bin/trackql demo

# A release of the commit that is checked out: see docs/releases.md. LINK names
# the platforms to link trackql for; it is all of them else.
dist:
	@.ci/dist

dist-need:
	@.ci/need dist
	@test -x .tools/zig/ziglang/zig || pip3 install -q --target .tools/zig ziglang==$(ZIG_VERSION)

# The Python package for this platform, with the program in it: dist/trackql-*.whl.
wheel: $(PYTHON_READY)
	@.ci/wheel

# Installs that wheel into a fresh environment, and tries it there.
wheel-check: build wheel
	TRACKQL_WHEEL=$$(ls -t $(CURDIR)/dist/trackql-*.whl | head -n 1) \
		$(PYTHON_RUN) -m pytest -q -p no:dash -W error connector/python/tests/test_wheel.py

# Builds the release twice, in different folders and with a new cache of the
# compiler's each time, and compares.
dist-check:
	@.ci/dist-check

cross:
	@set -e; for system in $(SYSTEMS); do \
		export CGO_ENABLED=0 GOOS=$${system%/*} GOARCH=$${system#*/}; \
		echo "cross $$system"; \
		go vet $(PURE); \
		go build $(PURE); \
	done

check: test lint cross tidy golden-check demo

clean:
	rm -rf bin demo dist
