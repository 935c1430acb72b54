# Shared by script/server and script/test: the virtual environment and what the system has to bring.
# Source it from the project's folder after `set -euo pipefail`.

umask 022
mkdir -p var
exec 9>var/setup.lock
if command -v flock >/dev/null; then flock 9; fi # two set-ups at once would trip over each other

# step "Saying what" command...: run quietly, show a dot every two seconds, its output on failure.
step() {
  local what=$1 log began pid ticks=0
  shift
  log=$(mktemp)
  began=$SECONDS
  printf '%s ' "$what"
  "$@" >"$log" 2>&1 </dev/null 9>&- &
  pid=$!
  trap 'kill "$pid" 2>/dev/null || true; printf "\nInterrupted.\n"; exit 130' INT TERM
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.1
    ticks=$((ticks + 1))
    if ((ticks % 20 == 0)); then printf '.'; fi
  done
  trap - INT TERM
  if wait "$pid"; then
    printf ' done (%s s)\n' "$((SECONDS - began))"
    rm -f "$log"
  else
    printf ' failed:\n'
    tail -n 40 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

# system_packages "what for" package...: install Debian packages when we may, else say what to do.
system_packages() {
  local purpose=$1 packages
  shift
  packages="$*"
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing for $purpose: install these packages, then start again:" >&2
    echo "  Debian, Ubuntu: sudo apt-get install $packages" >&2
    return 1
  fi
  export DEBIAN_FRONTEND=noninteractive
  local install=(apt-get install --yes --no-install-recommends "$@")
  if apt-get --simulate "${install[@]:1}" >/dev/null 2>&1 && "${install[@]}" --download-only \
    >/dev/null 2>&1 </dev/null; then
    step "Installing $packages" "${install[@]}"
  else
    step "Refreshing the list of system packages" apt-get update
    step "Installing $packages" "${install[@]}"
  fi
}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && is_new_enough "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

make_environment() {
  local python
  if ! python=$(find_python); then
    if ! system_packages "Python 3.11 or newer" python3 python3-venv || ! python=$(find_python); then
      echo "Python 3.11 or newer is needed; set PYTHON to its path if it is not called python3." >&2
      return 1
    fi
  fi
  if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    system_packages "virtual environments" python3-venv
  fi
  step "Making a virtual environment" "$python" -m venv --clear .venv
}

if ! [ -x .venv/bin/python ] || ! is_new_enough .venv/bin/python ||
  ! .venv/bin/python -c 'import pip' 2>/dev/null; then
  make_environment
fi
# The copy is the stamp: it is there only after everything in it was installed.
if ! cmp -s requirements.lock .venv/installed.lock; then
  step "Installing the Python packages of requirements.lock" \
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
    --require-hashes -r requirements.lock
  cp requirements.lock .venv/installed.lock
fi
exec 9>&-
