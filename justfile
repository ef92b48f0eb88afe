# Recipes of the project. `./dev RECIPE` runs them on a machine without just.

set shell := ["bash", "-euo", "pipefail", "-c"]

# The recipes.
default:
    @just --list --unsorted

# Starts Taskfold on http://127.0.0.1:7400 with its data in .data.
run *arguments:
    cargo run --release --locked -p taskfold -- serve --data .data {{ arguments }}

# Every test, with a line for each phase.
test: (phase "Rust: tests of every crate, and the rules of the repository")
    cargo test --workspace --locked --no-fail-fast
    @just phase "All tests passed"

# Formatting, lints, dependencies, rules of the repository: what a review need not look at.
check: (phase "Formatting") && deny tidy
    cargo fmt --all --check
    @just phase "Lints"
    cargo clippy --workspace --all-targets --locked -- -D warnings

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

# The benchmark that the performance figures come from.
bench *arguments:
    cargo run --release --locked -p taskfold-bench -- {{ arguments }}

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
    @printf '\n── %s\n' "{{ name }}"
