# SPDX-License-Identifier: Apache-2.0
#
# "bin/bench bridge": the event-bus bridge over a pipe beside the one over TCP, in one Windows JVM, in turns. Source it
# from bin/bench.

# bench_bridge [ROUNDS [SECONDS]]
bench_bridge() {
  local dependencies=target/bin/dependencies-test
  ensure_jdk
  ensure_classes dev.npipe.bench.BridgeBench
  # The TCP bridge is a dependency of the tests.
  if [ ! -s "$dependencies" ] || [ pom.xml -nt "$dependencies" ]; then
    ./mvnw -q -B dependency:build-classpath -DincludeScope=test -Dmdep.outputFile="$dependencies.new" >&2
    mv "$dependencies.new" "$dependencies"
  fi
  bin/windows --prepare java
  taskset -cp "$CPU" $$ >/dev/null
  NPIPE_LIMIT=1200 bin/windows java "${JVM_OPTIONS[@]}" \
    -cp "target/classes;target/test-classes;$(tr ':' ';' <"$dependencies")" \
    dev.npipe.bench.BridgeBench "${1-5}" "${2-2}" </dev/null | tr -d '\r'
}
