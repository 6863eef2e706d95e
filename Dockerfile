FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches keep the dependencies, built, from one build of the image to the next.
RUN --mount=type=cache,target=/usr/local/cargo/registry,sharing=locked \
    --mount=type=cache,target=/src/target,sharing=locked \
    cargo build --release --locked -p tongxin && cp target/release/tongxin /usr/local/bin/

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Tongxin" \
      org.opencontainers.image.licenses="Apache-2.0"

# The data folder keeps the keys that seal phone numbers, and the SQLite file where there is no other database.
RUN install --directory --mode=700 --owner=10001 --group=10001 /data
VOLUME /data
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /usr/local/bin/tongxin /usr/local/bin/tongxin
# What can be imported without anything else: the divisions of five districts, and the files of an example district.
COPY api/data/README.md /usr/local/share/tongxin/
COPY api/data/divisions /usr/local/share/tongxin/divisions
COPY api/data/district /usr/local/share/tongxin/district

USER 10001:10001
ENV TONGXIN_ENV=production \
    TONGXIN_LISTEN=0.0.0.0:8080 \
    TONGXIN_DATA_DIR=/data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 CMD ["tongxin", "health"]
ENTRYPOINT ["tongxin"]
CMD ["serve"]
