# The image of `fivepoint serve`: the program, the system's libpq with OpenSSL, and nothing to build with. It runs as user
# 10001 and writes nowhere but in /data, where without settings it keeps an SQLite file; docker-compose.yml shows it with
# PostgreSQL.

FROM rust:1.95-slim-bookworm AS build
RUN apt-get update \
 && apt-get install --yes --no-install-recommends libpq-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# The caches stay on the builder between builds, so the program is copied out of them. Cargo tells what is new by the time of
# a file, and an archive unpacked, or another clone, has older ones: the program itself is always built anew.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo clean --release --locked --package fivepoint \
 && cargo build --release --locked --no-default-features \
 && cp target/release/fivepoint /fivepoint

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates libpq5 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin fivepoint \
 && install --directory --owner=fivepoint --group=fivepoint --mode=700 /data
COPY --from=build /fivepoint /usr/local/bin/fivepoint
USER 10001:10001
WORKDIR /data
VOLUME /data
ENV FIVEPOINT_DATABASE_URL=sqlite:/data/fivepoint.db \
    FIVEPOINT_LISTEN=0.0.0.0:8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["fivepoint", "healthcheck"]
ENTRYPOINT ["fivepoint"]
CMD ["serve"]
