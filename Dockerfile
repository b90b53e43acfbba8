# The image of the server, the worker and every command: `ironplate`, as a user without rights, on a file system that may be
# read-only. Data of SQLite lies in /var/lib/ironplate; with PostgreSQL nothing is written at all.

FROM rust:1.95-bookworm AS rust
# This Rust, whatever rust-toolchain.toml adds for those who develop.
ENV RUSTUP_TOOLCHAIN=1.95.0
WORKDIR /src
RUN cargo install cargo-chef --version 0.1.78 --locked

FROM rust AS recipe
COPY . .
RUN cargo chef prepare --recipe-path /recipe.json

FROM rust AS build
# Dependencies are a layer of their own: it is made anew only when they change.
COPY --from=recipe /recipe.json /recipe.json
RUN cargo chef cook --release --locked --package ironplate-server --recipe-path /recipe.json
COPY . .
RUN cargo build --release --locked --package ironplate-server

FROM debian:bookworm-slim
# Certificate authorities, for TLS to PostgreSQL and to the mail server: the newest there are.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin ironplate \
    && install --directory --owner=ironplate --group=ironplate --mode=0700 /var/lib/ironplate
COPY --from=build /src/target/release/ironplate /usr/local/bin/ironplate
ENV ENVIRONMENT=production
WORKDIR /var/lib/ironplate
# By number, so that an orchestrator sees that it is not root.
USER 10001:10001
EXPOSE 8000
# Whoever acts on this restarts the container, which mends no database: so it asks whether the process answers, not
# whether it is ready.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["ironplate", "health", "--live"]
ENTRYPOINT ["ironplate"]
CMD ["serve"]
