# Tools from package registries, kept under the target folder. Sourced by .ci/run.
# shellcheck shell=bash

skipped=77
python_tools=${CARGO_TARGET_DIR:-$PWD/target}/ci/python/bin

# Ends the step: skipped at home, failed where CI=true.
lacking() {
  echo "this machine lacks $1"
  [[ ${CI:-} == true ]] && exit 1
  exit "$skipped"
}

need() {
  command -v "$1" >/dev/null || lacking "$1"
}

# A registry that hangs is asked again; one that says no is not.
fetch() {
  local status=0 try
  for try in 1 2 3; do
    status=0
    timeout 180 "$@" || status=$?
    ((status == 124)) || return "$status"
    echo "no answer within 180 s (try $try): $*"
  done
  return "$status"
}

python_tools() {
  need python3
  local stamp=${python_tools%/bin}/requirements.txt
  if ! cmp -s .ci/requirements.txt "$stamp"; then
    rm -rf "${python_tools%/bin}"
    python3 -m venv "${python_tools%/bin}" || lacking "python3-venv"
    fetch "$python_tools/pip" install --quiet --disable-pip-version-check --only-binary :all: -r .ci/requirements.txt ||
      lacking "the packages of .ci/requirements.txt"
    cp .ci/requirements.txt "$stamp"
  fi
}

node_tools() {
  need node
  need npm
  if ! cmp -s .ci/package-lock.json .ci/node_modules/.lock; then
    fetch npm --prefix .ci ci --ignore-scripts --no-audit --no-fund --loglevel=error || lacking "the packages of .ci/package.json"
    cp .ci/package-lock.json .ci/node_modules/.lock
  fi
}

# Debian's packages, where this is a Debian and we may; services are not started by it.
debian_package() {
  command -v apt-get >/dev/null && ((EUID == 0)) || return 1
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  fetch apt-get -qq update && fetch apt-get -qq install --yes --no-install-recommends "$@"
}

# current COMMITTED GENERATED COMMAND
current() {
  if diff -u --label "$1 (committed)" --label "$1 (generated)" "$1" "$2"; then
    echo "$1 is current"
  else
    echo "$1 is not what the code gives; if the change is meant: $3"
    return 1
  fi
}
