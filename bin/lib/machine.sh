# SPDX-License-Identifier: Apache-2.0
#
# What a fresh machine lacks: packages, a JDK, a cross-compiler. Source it; every function says on standard error what it
# installs, and fails with what to do where it may not.

say() {
  echo "[npipe] $*" >&2
}

# patiently WHAT COMMAND...: runs what may take long, and says now and then that it still does.
patiently() {
  local what=$1 began=$SECONDS watcher code=0
  shift
  (
    # The sleep would outlive this, and hold the outputs of whoever waits for their end.
    trap 'kill "$sleeper"; exit' TERM
    while sleep 10 & sleeper=$!; wait "$sleeper"; do
      say "still $what, $((SECONDS - began)) s so far ..."
    done
  ) 9>&- &
  watcher=$!
  "$@" || code=$?
  kill "$watcher" 2>/dev/null || true
  wait "$watcher" 2>/dev/null || true
  return "$code"
}

# privileged COMMAND...: runs as root, directly or through sudo without a password; fails where neither is possible.
privileged() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    sudo -n "$@"
  else
    return 1
  fi
}

# apt COMMAND...: quiet, and patient with whoever else installs packages just now.
apt() {
  privileged env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 "$@" </dev/null
}

# install_packages PACKAGE...: as it is, with the lists of today.
install_packages() {
  { [ -n "${NPIPE_APT_UPDATED:-}" ] || apt update; } 2>&1 && apt install -y --no-install-recommends "$@" 2>&1
}

# ensure_packages PACKAGE...: installs Debian packages; the first call of a run also brings the lists up to date.
ensure_packages() {
  if ! command -v apt-get >/dev/null || ! privileged true; then
    say "please install: $* (Debian: apt-get install --no-install-recommends $*)"
    return 1
  fi
  say "installing $* (may take minutes) ..."
  local log
  log=$(mktemp)
  if ! patiently "installing $*" install_packages "$@" >"$log"; then
    tail -n 20 "$log" >&2
    say "apt-get failed; the whole log is $log"
    return 1
  fi
  rm -f "$log"
  export NPIPE_APT_UPDATED=1
}

# ensure_command COMMAND PACKAGE...: installs the packages where the command is missing.
ensure_command() {
  local command=$1
  shift
  command -v "$command" >/dev/null || ensure_packages "$@"
}

# is_jdk HOME: whether a JDK of 17 or later is there.
is_jdk() {
  [ -x "$1/bin/javac" ] && "$1/bin/javac" -version 2>&1 |
    awk '{ split($2, v, "."); exit v[1] >= 17 && v[1] != "1." ? 0 : 1 }'
}

# find_jdk: prints the home of the first JDK found.
find_jdk() {
  local home
  for home in "${JAVA_HOME:-}" "$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")" /usr/lib/jvm/*; do
    if [ -n "$home" ] && is_jdk "$home"; then
      echo "$home"
      return
    fi
  done
  return 1
}

# ensure_jdk: sets JAVA_HOME to a JDK of 17 or later; the Maven wrapper also wants a downloader and unzip.
ensure_jdk() {
  if ! JAVA_HOME=$(find_jdk 2>/dev/null); then
    ensure_packages ca-certificates openjdk-17-jdk-headless || return 1
    JAVA_HOME=$(find_jdk) || { say "no JDK of 17 or later was found"; return 1; }
  fi
  export JAVA_HOME
  ensure_command curl ca-certificates curl || return 1
  ensure_command unzip unzip
}

# ensure_mingw: the compiler of the C peers.
ensure_mingw() {
  ensure_command x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
}
