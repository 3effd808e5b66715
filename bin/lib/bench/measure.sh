# SPDX-License-Identifier: Apache-2.0
#
# How bin/bench measures: a fresh server and a fresh client, each a process group of its own. Source it from bin/bench.

readonly START_LIMIT=60 RUN_LIMIT=180 IDLE_LIMIT=300
server_pid='' client_pid='' measurements=0 failures=0

stop() {
  if [ -n "$1" ]; then
    kill -KILL -- "-$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
  fi
}

stop_both() {
  stop "$client_pid"
  stop "$server_pid"
  client_pid='' server_pid=''
}

# await_line PATTERN FILE PID SECONDS: until the process has written such a line.
await_line() {
  local deadline=$((SECONDS + $4))
  until grep -q "$1" "$2"; do
    kill -0 "$3" 2>/dev/null && [ $SECONDS -lt $deadline ] || { grep -q "$1" "$2" && return; return 1; }
    sleep 0.1
  done
}

# new_address KIND: sets ADDRESS to a name, or for TCP a port, that nobody uses.
new_address() {
  ADDRESS=npipe-bench-$$-$((++measurements))
  if [ "$1" = tcp ]; then
    ADDRESS=$((20000 + ($$ * 31 + measurements) % 10000))
    while (: <>"/dev/tcp/127.0.0.1/$ADDRESS") 2>/dev/null; do
      ADDRESS=$((ADDRESS + 1))
    done
  fi
}

start_server() {
  peer_of "$1"
  : >"$WORK/server.out"
  setsid "${PEER[@]}" "${SERVER_COMMAND[0]}" "$ADDRESS" "${SERVER_COMMAND[@]:1}" \
    </dev/null >"$WORK/server.out" 2>"$WORK/server.err" &
  server_pid=$!
  await_line '^ready' "$WORK/server.out" "$server_pid" "$START_LIMIT"
}

# record ROUND SERVER CLIENT CASE LINE: one line more in the results, and on the terminal.
record() {
  echo "$2 $3 $4 $5" >>"$RESULTS"
  printf 'round %d  %-18s %-13s -> %-13s %s\n' "$1" "$4" "$3" "$2" "$5" >&2
}

# failed ROUND SERVER CLIENT CASE REASON: tells, notes it in the results and goes on: the others can still be measured.
failed() {
  failures=$((failures + 1))
  echo "bench: $3 against $2, $4: $5" >&2
  tail -n 20 "$WORK/server.err" "$WORK/client.err" >&2
  record "$1" "$2" "$3" "$4" "failed=${5// /_}"
  stop_both
}

# measure ROUND SERVER CLIENT CASE
measure() {
  local reason
  concerns "$2" "$4" && concerns "$3" "$4" || return 0
  if reason=$(cannot "$2" "$4") || reason=$(cannot "$3" "$4"); then
    record "$@" "cannot=${reason// /_}"
    return
  fi
  new_address "$2"
  case_of "$4"
  : >"$WORK/client.err"
  case $CLIENT_COMMAND in
    idle) measure_idle "$@" ;;
    requests) measure_requests "$@" ;;
    *) measure_run "$@" ;;
  esac
}

measure_run() {
  local line status=0
  start_server "$2" || { failed "$@" "the server did not come up"; return; }
  peer_of "$3"
  timeout -s KILL "$RUN_LIMIT" "${PEER[@]}" "$CLIENT_COMMAND" "$ADDRESS" "${CLIENT_NUMBERS[@]}" \
    </dev/null >"$WORK/client.out" 2>"$WORK/client.err" || status=$?
  case $status in
    0) ;;
    137) failed "$@" "more than $RUN_LIMIT s"; return ;;
    *) failed "$@" "the client ended with $status"; return ;;
  esac
  line=$(tr -d '\r' <"$WORK/client.out" | grep '_per_s=') || { failed "$@" "the client printed no result"; return; }
  stop_both
  record "$@" "$line"
}

# resident PID: KiB of the largest process of the group, which is the program; Wine's own may be in the group too.
resident() {
  ps -o rss= -g "$1" | sort -n | tail -n 1 | tr -d ' '
}

# In the pause that the client makes after its first connections, then after the others.
measure_idle() {
  local connections=${CLIENT_NUMBERS[0]} client_base server_base line memory
  PEER_JAVA_OPTS="-Dmemory=$connections" start_server "$2" || { failed "$@" "the server did not come up"; return; }
  peer_of "$3"
  : >"$WORK/client.out"
  setsid "${PEER[@]}" idle "$ADDRESS" "$connections" </dev/null >"$WORK/client.out" 2>"$WORK/client.err" &
  client_pid=$!
  await_line '^base' "$WORK/client.out" "$client_pid" "$START_LIMIT" || { failed "$@" "no first connections"; return; }
  sleep 1.5
  client_base=$(resident "$client_pid") server_base=$(resident "$server_pid")
  await_line '^connections=' "$WORK/client.out" "$client_pid" "$IDLE_LIMIT" ||
    { failed "$@" "not so many connections"; return; }
  sleep 1
  line=$(tr -d '\r' <"$WORK/client.out" | grep '^connections=')
  line+=" rss_per_conn=$((($(resident "$client_pid") - client_base) * 1024 / connections))"
  line+=" server_rss_per_conn=$((($(resident "$server_pid") - server_base) * 1024 / connections))"
  if grep -q 'heap_per_conn' <<<"$line" && await_line '^memory' "$WORK/server.out" "$server_pid" 10; then
    memory=$(tr -d '\r' <"$WORK/server.out" | sed -n 's/^memory //p')
    line+=" server_${memory// / server_}"
  fi
  stop_both
  record "$@" "$line"
}

# Pins this script, and so all it starts. A wineserver that is up already would keep to the CPUs it was started on: wait
# until it has ended with its last program.
pin() {
  (
    wine_environment
    timeout 60 wineserver -w
  ) || fail "other Windows programs are running; end them first"
  # Wine's server gives memory back to the system and takes it again for each message of 64 KiB, or does not: it hangs on
  # what happens to lie at the end of its heap, and is worth 75 µs a round trip (perf stat -e page-faults).
  export MALLOC_TRIM_THRESHOLD_=134217728 MALLOC_MMAP_THRESHOLD_=33554432
  # So that readers see whether the machine was quiet.
  load=$(cut -d ' ' -f 1-3 /proc/loadavg)
  [ "$CPU" = none ] || taskset -cp "$CPU" $$ >/dev/null || fail "there is no CPU $CPU"
}
