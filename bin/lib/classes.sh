# SPDX-License-Identifier: Apache-2.0
#
# The classes of the benchmark and the demo, and the class path a Windows JVM finds them on. Source from the project
# folder.

# ensure_classes CLASS: builds unless CLASS is newer than every source, and sets CLASS_PATH.
ensure_classes() {
  local class="target/test-classes/${1//.//}.class" dependencies=target/bin/dependencies
  if [ ! -s "$dependencies" ] || [ ! -e "$class" ] ||
    [ -n "$(find pom.xml src/main src/bench/java src/demo/java -newer "$dependencies" -type f 2>/dev/null | head -n 1)" ]
  then
    echo "building $1 ..." >&2
    mkdir -p target/bin
    ./mvnw -q -B -DskipTests -Dcheckstyle.skip package dependency:build-classpath -DincludeScope=runtime \
      -Dmdep.outputFile="$dependencies.new" >&2 || { echo "the build failed" >&2; return 1; }
    [ -e "$class" ] || { echo "the build made no $class" >&2; return 1; }
    mv "$dependencies.new" "$dependencies"
  fi
  CLASS_PATH="target/classes;target/test-classes;$(tr ':' ';' <"$dependencies")"
}

# Settings of every JVM of the benchmark and the demo. The optimising compiler works for longer than either of them
# runs, and on one CPU it would do so at their cost. Under Wine, IPv6 addresses are not to be had on every version.
JVM_OPTIONS=(-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx512m -Djna.nosys=true -Dfile.encoding=UTF-8
  -Djava.net.preferIPv4Stack=true)
