# Recipes for `just`; each is one plain command.

# Our server and a bare handler side by side on a full-size city in PostgreSQL (TONGXIN_BENCH_POSTGRES); `just bench --help`
bench *ARGS:
    cargo bench --package tongxin-tests --bench side_by_side -- {{ARGS}}
