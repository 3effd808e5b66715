# SPDX-License-Identifier: Apache-2.0
#
# What bin/bench compares, and by which cases. Source it after the other libraries, from the project folder.

readonly OUR_KINDS=npipe,npipe-shared,netsocket,http
readonly ALL_KINDS=$OUR_KINDS,tcp,raw-c,node,node-http,cpython,ipcsocket,ipcsocket-jni,docker-java
readonly MAIN_CASES=pingpong-64x1,pingpong-64x50,pingpong-65536x1,stream-65536
readonly ALL_CASES=pingpong-64x1,pingpong-64x50,pingpong-64x500,pingpong-65536x1,stream-65536,oneway-65536,duplex-65536,connect-64,idle-1000,idle-5000,requests-64x1,channel-64

# peer_of KIND: sets PEER to its command.
peer_of() {
  case $1 in
    npipe | npipe-shared | netsocket | http | tcp | ipcsocket | ipcsocket-jni | docker-java) PEER=(bin/peer --kind "$1") ;;
    raw-c) PEER=(bin/windows "$WORK/peer.exe") ;;
    node) PEER=(bin/windows node src/bench/node/peer.js) ;;
    node-http) PEER=(bin/windows node src/bench/node/http.js) ;;
    cpython) PEER=(bin/windows python src/bench/python/peer.py) ;;
    *) fail "unknown kind '$1'" ;;
  esac
}

# server_of KIND: the kind whose server a client of this kind is played against. The server of ipcsocket does not start
# under Wine: it disconnects an instance that nobody has connected to, which Wine answers with 536.
server_of() {
  case $1 in
    ipcsocket | ipcsocket-jni | docker-java) echo npipe ;;
    *) echo "$1" ;;
  esac
}

# prepare_kind KIND: builds and fetches what it needs.
prepare_kind() {
  peer_of "$1"
  case $1 in
    npipe | npipe-shared | netsocket | http | tcp)
      ensure_jdk
      ensure_classes dev.npipe.bench.Peer
      bin/windows --prepare java
      ;;
    ipcsocket | ipcsocket-jni | docker-java)
      ensure_jdk
      ensure_classes dev.npipe.bench.RivalPeer rivals
      bin/windows --prepare java
      ;;
    raw-c)
      ensure_mingw
      x86_64-w64-mingw32-gcc -O2 -Wall -Wextra -o "$WORK/peer.exe" src/bench/c/*.c
      ;;
    cpython) bin/windows --prepare python ;;
  esac
}

# case_of NAME: sets SERVER_COMMAND, with what follows the pipe, and CLIENT_COMMAND and CLIENT_NUMBERS. The numbers make a run
# of one to a few seconds for the reference; SCALE is their percentage.
case_of() {
  local size=${1#*-} connections trips=10000
  connections=${size#*x}
  size=${size%x*}
  SERVER_COMMAND=(server) CLIENT_COMMAND=${1%%-*}
  case $CLIENT_COMMAND in
    pingpong | requests) [[ ${1#*-} =~ ^[1-9][0-9]*x[1-9][0-9]*$ ]] || fail "unknown case '$1'" ;;
    *) [[ ${1#*-} =~ ^[1-9][0-9]*$ ]] || fail "unknown case '$1'" ;;
  esac
  case $CLIENT_COMMAND in
    pingpong)
      [ "$size" -le 4096 ] || trips=5000
      [ "$connections" -le 1 ] || trips=30000
      CLIENT_NUMBERS=("$(scaled $trips)" "$size" "$connections")
      ;;
    stream) CLIENT_NUMBERS=("$(scaled 256)" "$size") ;;
    oneway) SERVER_COMMAND=(sink 1) CLIENT_NUMBERS=("$(scaled 256)" "$size") ;;
    duplex) SERVER_COMMAND=(sink 1048576) CLIENT_NUMBERS=("$(scaled 256)" "$size") ;;
    connect) CLIENT_NUMBERS=("$(scaled 2000)" "$size") ;;
    idle) CLIENT_NUMBERS=("$size") ;;
    requests) CLIENT_NUMBERS=("" "$size" "$connections") ;;
    channel) CLIENT_NUMBERS=("$(scaled $trips)" "$size") ;;
    *) fail "unknown case '$1'" ;;
  esac
}

scaled() {
  echo $((($1 * SCALE + 99) / 100))
}

# concerns KIND CASE: whether the case is one of this kind at all.
concerns() {
  case $1/$2 in
    npipe/channel-* | npipe-shared/channel-*) ;;
    */channel-*) return 1 ;;
  esac
}

# cannot KIND CASE: says why that cannot be measured; fails where it can.
cannot() {
  case $1/$2 in
    tcp/requests-*) echo "most of its system calls are the host's own, not Wine's" ;;
    ipcsocket/connect-* | ipcsocket-jni/connect-*) echo "close() of a client leaves its pipe open" ;;
    *) return 1 ;;
  esac
}
