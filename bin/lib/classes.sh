# SPDX-License-Identifier: Apache-2.0
#
# The classes of the benchmark, the demo and the soak, and the class path a Windows JVM finds them on. Source from the
# project folder.

# ensure_classes CLASS [PROFILE [SCOPE]]: builds, with a profile of Maven's if one is given, unless CLASS was built after
# the last change of a source, and sets CLASS_PATH, of the runtime scope unless told otherwise. A build with a profile does for one without, not the other way round. With
# NPIPE_BUILT in the environment the caller has seen to it.
ensure_classes() {
  local class="target/test-classes/${1//.//}.class" built=target/bin/built${2:+-$2}
  local dependencies=target/bin/dependencies${2:+-$2}${3:+-$3} profile=(${2:+-P "$2"}) scope=${3:-runtime}
  [ -z "${2:-}" ] || scope=test
  if [ -z "${NPIPE_BUILT:-}" ] && {
    [ ! -e "$class" ] || [ ! -e "$built" ] || [ pom.xml -nt "$built" ] ||
      [ -n "$(find src/main src/bench src/demo/java src/it/java -name '*.java' -newer "$built" -type f | head -n 1)" ]
  }; then
    echo "building $1 ..." >&2
    mkdir -p target/bin
    touch "$built.new"
    ./mvnw -q -B -DskipTests -Dcheckstyle.skip "${profile[@]}" package >&2 || { echo "the build failed" >&2; return 1; }
    [ -e "$class" ] || { echo "the build made no $class" >&2; return 1; }
    cp -p "$built.new" target/bin/built
    mv "$built.new" "$built"
  fi
  if [ ! -s "$dependencies" ] || [ pom.xml -nt "$dependencies" ]; then
    ./mvnw -q -B "${profile[@]}" dependency:build-classpath -DincludeScope="$scope" \
      -Dmdep.outputFile="$dependencies.new" >&2 || { echo "the dependencies could not be had" >&2; return 1; }
    mv "$dependencies.new" "$dependencies"
  fi
  CLASS_PATH="target/classes;target/test-classes;$(tr ':' ';' <"$dependencies")"
}

# Settings of every JVM of the benchmark and the demo. The optimising compiler works for longer than either of them
# runs, and on one CPU it would do so at their cost. Under Wine, IPv6 addresses are not to be had on every version.
JVM_OPTIONS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Djna.nosys=true -Dfile.encoding=UTF-8
  -Djava.net.preferIPv4Stack=true)
