# Recipes of the project. `./dev RECIPE` runs them on a machine without just.

set shell := ["bash", "-euo", "pipefail", "-c"]

# The recipes.
default:
    @just --list --unsorted

# Starts Taskfold on http://127.0.0.1:7400 with its data in .data; Ctrl-C stops it.
run *arguments:
    @./dev run {{ arguments }}

# Real servers for development and tests: `up`, `down`, `status`, `check`; see docs/operations/local-stack.md.
[positional-arguments]
stack *arguments:
    @python3 -B scripts/stack "$@"

# Each role as processes of its own on PostgreSQL of `just stack up`; Ctrl-C stops them all.
[positional-arguments]
run-services *arguments:
    cargo build --locked -p taskfold
    @python3 -B scripts/services --binary {{ target }}/debug/taskfold "$@"

target := env("CARGO_TARGET_DIR", justfile_directory() / "target")

# The web app, built into what the binary serves.
web:
    @./dev web

# Format, lints, types, dead code, translations and generated types of the web app.
web-check: (phase "Web app: format, lints, types, dead code, translations")
    cd web && npm run --silent check

# The tests of the web app's logic.
web-test: (phase "Web app: logic")
    cd web && npm run --silent test

# The web app in a browser, served by the binary; a name of a test file runs that alone.
[positional-arguments]
web-e2e *arguments: (phase "Web app: in a browser") web
    cargo build --locked -p taskfold --features taskfold/crash-points
    cd web && E2E_BINARY="$(cd .. && realpath "{{ target }}/debug/taskfold")" npm run --silent e2e -- "$@"

# Every test, with a line for each phase; real servers are started for them.
test: (phase "Rust: tests of every crate, and the rules of the repository")
    scripts/with-kafka cargo test --workspace --locked --no-fail-fast --features taskfold/crash-points
    @just phase "The API's tests again: roles apart, on PostgreSQL"
    TASKFOLD_TEST_SPLIT=1 TASKFOLD_TEST_STORE=postgres cargo test --locked -p taskfold-roles --test all
    @just phase "Crashes: 40 kills, and 4 planted bugs that must be found"
    cargo build --locked -p taskfold-crash -p taskfold-faults
    just kill 40
    @just phase "Faults: 6 of the services, their servers and networks"
    just hurt --rounds 6 --brokers 1 --plant none
    @just web-test
    @just web-e2e
    @just phase "All tests passed"

# The tests of API and command line, the same ones each time: in one process and as services, in files, on PostgreSQL, over Kafka.
conformance: (phase "API: one process, in files")
    cargo test --locked -p taskfold-roles --test all
    @just phase "API: one process, on PostgreSQL"
    TASKFOLD_TEST_STORE=postgres cargo test --locked -p taskfold-roles --test all
    @just phase "API: roles apart, in files"
    TASKFOLD_TEST_SPLIT=1 cargo test --locked -p taskfold-roles --test all
    @just phase "API: roles apart, on PostgreSQL"
    TASKFOLD_TEST_SPLIT=1 TASKFOLD_TEST_STORE=postgres cargo test --locked -p taskfold-roles --test all
    @just phase "API: roles apart, on PostgreSQL, views read from Kafka: what views show, one test at a time"
    TASKFOLD_TEST_SPLIT=1 TASKFOLD_TEST_STORE=postgres TASKFOLD_TEST_BUS=kafka \
        scripts/with-kafka cargo test --locked -p taskfold-roles --test all -- --test-threads=1 \
        --skip an_old_change_is_found auth:: bulk:: comments:: import:: live members:: reads:: reminders:: \
        roundtrip:: sweep:: tasks:: undo::
    @just phase "Command line: one process, in files"
    cargo test --locked -p taskfold --test all
    @just phase "Command line: one process, on PostgreSQL"
    TASKFOLD_TEST_STORE=postgres cargo test --locked -p taskfold --test all
    @just phase "Command line: services, on PostgreSQL"
    TASKFOLD_TEST_SPLIT=1 cargo test --locked -p taskfold --test all
    @just phase "All conform"

# Writers, readers and a server on which everything goes wrong, until so many rows are delivered: none skipped, none doubled.
torture deliveries="10000000": (phase "The log on PostgreSQL, tortured")
    TASKFOLD_LOG_DELIVERIES={{ deliveries }} cargo test --locked -p taskfold-log --test all -- \
        --ignored --exact --nocapture postgres::torture::readers_miss_nothing_in_ten_million_deliveries

# The tests of relay, topics, registry and leases on a real broker.
kafka: (phase "Kafka and registry")
    scripts/with-kafka cargo test --locked -p taskfold-bus -p taskfold --test all -- kafka:: faults:: sharing::

# Kills a server 200 times at random moments and at every crash point; every planted bug must be found.
crash: (phase "Crashes")
    cargo build --locked -p taskfold -p taskfold-crash --features taskfold/crash-points
    just kill 200

[private]
kill kills:
    {{ target }}/debug/taskfold-crash --binary {{ target }}/debug/taskfold --kills {{ kills }}
    for bug in log.commit_forgotten:40 log.key_forgotten:1 views.read_early:1 live.event_skipped:10; do \
        {{ target }}/debug/taskfold-crash --binary {{ target }}/debug/taskfold --kills 40 --plant "$bug"; \
    done

# Runs the services on real servers and hurts both, and the networks between, ROUNDS times; every planted bug must be found.
[positional-arguments]
faults rounds="100" *arguments: (phase "Faults")
    cargo build --locked -p taskfold -p taskfold-faults --features taskfold/crash-points
    @shift; just hurt --rounds {{ rounds }} "$@"

[private]
[positional-arguments]
hurt *arguments:
    {{ target }}/debug/taskfold-faults --binary {{ target }}/debug/taskfold --repository {{ justfile_directory() }} "$@"

# Formatting, lints, dependencies, rules of the repository: what a review need not look at.
check: (phase "Formatting") && deny tidy
    cargo fmt --all --check
    @just phase "Lints"
    cargo clippy --workspace --all-targets --locked -- -D warnings
    @just web-check

# Licences, bans and sources of the dependencies, where cargo-deny is installed.
deny: (phase "Dependencies")
    @if command -v cargo-deny >/dev/null; then \
        cargo deny --locked check bans licenses sources; \
    else \
        echo "skipped: cargo install cargo-deny --locked"; \
    fi

# The rules of the repository that no other tool knows.
tidy: (phase "Rules of the repository")
    cargo test --locked -p taskfold-tidy

# The benchmark that the performance figures come from; `bench stack` measures on PostgreSQL and Kafka.
[positional-arguments]
bench *arguments:
    cargo build --release --locked -p taskfold -p taskfold-bench
    @if [ "${1-}" = stack ]; then \
        shift; python3 -B benches/stack --binaries {{ target }}/release "$@"; \
    else \
        {{ target }}/release/taskfold-bench --binary {{ target }}/release/taskfold "$@"; \
    fi

# Formats the code.
fmt:
    cargo fmt --all

# The documentation of the crates.
doc:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# Writes the fixtures of new event versions; a fixture that exists is never written again.
fixtures:
    UPDATE_FIXTURES=1 cargo test --locked -p taskfold-contracts --test all fixtures

[private]
phase name:
    @printf '\n── %s (%s free)\n' "{{ name }}" "$(df -h --output=avail . | tail -1 | tr -d ' ')"
