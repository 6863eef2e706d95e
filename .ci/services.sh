# Throw-away servers on free ports of this machine, ended by their process ids. Sourced by .ci/run.
# shellcheck shell=bash

postgres_url='' demo_url='' provider_url='' service_url=''
started=()

stop_services() {
  local pid
  for pid in "${started[@]}"; do kill -INT "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do
    for _ in {1..100}; do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
  started=()
}

answers() { # PORT
  (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 10000))
    answers "$port" || { echo "$port" && return; }
  done
  return 1
}

# until_ready PID COMMAND...: waits until the command succeeds; fails when the process ends first.
until_ready() {
  local pid=$1
  shift
  for _ in {1..600}; do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$pid" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

postgres_bin() {
  local found
  for found in /usr/lib/postgresql/*/bin "$(dirname "$(command -v initdb || echo /)")"; do
    if [[ -x $found/initdb && -x $found/postgres && -x $found/pg_isready ]]; then echo "$found" && return; fi
  done
  return 1
}

# The database server that was given, else a throw-away one.
start_postgres() {
  if [[ -n $1 ]]; then postgres_url=$1 && return; fi
  local bin folder=$scratch/postgres port as=()
  bin=$(postgres_bin) || { debian_package postgresql && bin=$(postgres_bin); } || lacking PostgreSQL
  port=$(free_port)
  mkdir "$folder"
  # PostgreSQL does not run as root.
  if ((EUID == 0)); then
    chown postgres: "$folder"
    as=(setpriv --reuid=postgres --regid=postgres --init-groups --)
  fi
  # A server that lives as long as one test run need not survive a power cut.
  "${as[@]}" "$bin/initdb" --pgdata="$folder/data" --username=tongxin --auth=trust --encoding=UTF8 \
    --locale=C --no-sync >"$scratch/initdb.out"
  "${as[@]}" "$bin/postgres" -D "$folder/data" -p "$port" -h 127.0.0.1 -k "$folder" -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 >"$scratch/postgres.out" 2>&1 &
  started+=("$!")
  until_ready "$!" "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" || { cat "$scratch/postgres.out" && return 1; }
  postgres_url=postgres://tongxin@127.0.0.1:$port/postgres
}

# start_demo BINARY: the demo on a port and a folder of its own.
start_demo() {
  local port
  port=$(free_port)
  "$1" demo --port "$port" --data-dir "$scratch/demo" >"$scratch/demo.out" 2>&1 &
  started+=("$!")
  until_ready "$!" answers "$port" || { cat "$scratch/demo.out" && return 1; }
  demo_url=http://127.0.0.1:$port
}

# An identity provider on a port of its own.
start_provider() {
  local port
  port=$(free_port)
  node .ci/identity-provider.mjs "$port" >"$scratch/provider.out" 2>&1 &
  started+=("$!")
  until_ready "$!" answers "$port" || { cat "$scratch/provider.out" && return 1; }
  provider_url=http://127.0.0.1:$port
}

# start_issuers_service BINARY FOLDER: what docs/issuers.md writes for that provider, served from the folder.
start_issuers_service() {
  local port
  port=$(free_port)
  cat >"$2/tongxin.toml" <<EOF
env = "development"
listen = "127.0.0.1:$port"
metrics_listen = "127.0.0.1:0"
data_dir = "$2"

[[issuers]]
iss = "$provider_url"
aud = "urn:tongxin"
keys = "$provider_url/jwks"
nbf = false
subject = "linked"
EOF
  "$1" --config "$2/tongxin.toml" serve >"$2/serve.out" 2>&1 &
  started+=("$!")
  until_ready "$!" answers "$port" || { cat "$2/serve.out" && return 1; }
  service_url=http://127.0.0.1:$port
}
