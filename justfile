# Shortcuts for what is done often. Each recipe is one command that can be typed without this file.

# List the recipes.
default:
    @{{ just_executable() }} --list

# Start the back end on http://127.0.0.1:8000.
run *arguments:
    cargo run -- {{ arguments }}

# Send mail and do nothing else.
worker:
    cargo run -- worker

# Look after mail: list, show ID, retry ID, discard ID.
outbox *arguments:
    cargo run --quiet -- outbox {{ arguments }}

# Run all tests; those on PostgreSQL are skipped, loudly, where no server answers.
test:
    cargo test --workspace

# Run all tests and demand PostgreSQL.
test-postgres:
    IRONPLATE_REQUIRE_POSTGRES=1 cargo test --workspace

# Send the API what its OpenAPI document allows and forbids; `just fuzz 500` sends more of it.
fuzz examples="20":
    FUZZ_EXAMPLES={{ examples }} .ci/fuzz

# Hold the code against its lints.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# Format the code.
fmt:
    cargo fmt --all

# Run the migrations that the configured database lacks.
migrate:
    cargo run -- migrate

# Write the OpenAPI document.
openapi:
    cargo run --quiet -- openapi > docs/openapi.json

# Measure what requests cost.
bench *arguments:
    cargo run --release -p ironplate-bench -- {{ arguments }}
