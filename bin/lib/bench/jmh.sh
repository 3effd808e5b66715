# SPDX-License-Identifier: Apache-2.0
#
# "bin/bench jmh": micro-benchmarks in a Windows JVM. Source it from bin/bench.

readonly JMH_DEFAULTS=(-f 1 -wi 3 -w 1s -i 5 -r 1s)

# run_jmh [ARGUMENT...]: of JMH's own, instead of the defaults.
run_jmh() {
  local arguments=("${JMH_DEFAULTS[@]}")
  [ $# = 0 ] || arguments=("$@")
  ensure_jdk
  ensure_classes dev.npipe.iocp.KernelBenchmark jmh
  bin/windows --prepare java
  mkdir -p "$WORK"
  pin
  rm -f "$WORK/jmh.json"
  # It runs its benchmarks in JVMs that it starts with the same options; temporary files belong to the prefix.
  bin/windows java "${JVM_OPTIONS[@]}" -cp "$CLASS_PATH" org.openjdk.jmh.Main -rf json \
    -rff "$WORK/jmh.json" "${arguments[@]}" </dev/null
  [ -s "$WORK/jmh.json" ] || fail "JMH has written no result"
}

document_jmh() {
  describe_machine >"$WORK/machine.txt"
  script src/bench/node/jmh.js "$WORK/jmh.json" "$WORK/machine.txt"
  echo "written: docs/performance/jmh.md and .json" >&2
}
