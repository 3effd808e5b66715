# SPDX-License-Identifier: Apache-2.0
#
# Where figures come from. Source it from bin/bench.

# What was measured, where and how, for the docs.
describe_machine() {
  local warmup=${WARMUP-5}
  echo "command=WARMUP=$warmup $command_line"
  echo "date=$(date -u +%F)"
  echo "commit=$(git rev-parse --short HEAD 2>/dev/null)$([ -z "$(git status --porcelain 2>/dev/null)" ] || echo ' and changes')"
  echo "machine=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc --all) CPUs, $(awk \
    '/MemTotal/ { printf "%.0f", $2 / 1048576 }' /proc/meminfo) GiB, Linux $(uname -r)"
  echo "system=$(. /etc/os-release && echo "$PRETTY_NAME"), $(wine_version)"
  echo "java=$(bin/windows java -version 2>&1 </dev/null | tr -d '\r' | sed -n 2p)"
  echo "options=${JVM_OPTIONS[*]}"
  echo "malloc=MALLOC_TRIM_THRESHOLD_=${MALLOC_TRIM_THRESHOLD_:-} MALLOC_MMAP_THRESHOLD_=${MALLOC_MMAP_THRESHOLD_:-}"
  echo "node=${NODE_PACKAGE#*@}"
  sed 's/.*:cpython:\([0-9.]*\)-.*/python=\1/' <<<"$PYTHON_ARTIFACT"
  x86_64-w64-mingw32-gcc --version 2>/dev/null | sed -n '1s/^/c=/p'
  echo "load=$load"
}
