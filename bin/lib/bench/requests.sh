# SPDX-License-Identifier: Apache-2.0
#
# How many requests to Wine's server a round trip takes: what a kernel call is on Windows. Two runs that differ in their
# number of round trips only, each with a server that tells its requests; the difference counts. Source it from bin/bench.

readonly FEWER_TRIPS=2000 MORE_TRIPS=8000
wineserver_pid=''

# A request and its answer are told in a line each, "0024: read( ... )" and "0024: read() = ...".
readonly REQUEST_OR_ANSWER='^[0-9a-f]+: [a-z_]+\('

stop_wineserver() {
  if [ -n "$wineserver_pid" ]; then
    kill "$wineserver_pid" 2>/dev/null || true
    wait "$wineserver_pid" 2>/dev/null || true
    wineserver_pid=''
  fi
}

# count_requests TRIPS SERVER CLIENT: sets REQUESTS to those of a whole run. Fails where there is no run.
count_requests() {
  local counter status=0
  new_address "$2"
  rm -f "$WORK/requests" && mkfifo "$WORK/requests"
  grep -acE "$REQUEST_OR_ANSWER" <"$WORK/requests" >"$WORK/requests.count" &
  counter=$!
  (
    wine_environment
    exec wineserver -f -d 2>"$WORK/requests"
  ) &
  wineserver_pid=$!
  if start_server "$2"; then
    peer_of "$3"
    WARMUP=0 timeout -s KILL "$RUN_LIMIT" "${PEER[@]}" pingpong "$ADDRESS" "$1" "${CLIENT_NUMBERS[@]:1}" \
      </dev/null >"$WORK/client.out" 2>"$WORK/client.err" || status=$?
  else
    status=1
  fi
  stop_both
  stop_wineserver
  wait "$counter" || status=1
  REQUESTS=$(($(<"$WORK/requests.count") / 2))
  # The next run, of this kind or another, is to start a server of its own.
  (
    wine_environment
    timeout 60 wineserver -w
  ) || status=1
  return "$status"
}

# measure_requests ROUND SERVER CLIENT CASE
measure_requests() {
  local fewer
  (
    wine_environment
    timeout 60 wineserver -w
  ) || { failed "$@" "another Wine server is running"; return; }
  count_requests "$FEWER_TRIPS" "$2" "$3" || { failed "$@" "the shorter run failed"; return; }
  fewer=$REQUESTS
  count_requests "$MORE_TRIPS" "$2" "$3" || { failed "$@" "the longer run failed"; return; }
  record "$@" "$(awk -v n=$((REQUESTS - fewer)) -v trips=$((MORE_TRIPS - FEWER_TRIPS)) \
    'BEGIN { printf "requests_per_rt=%.2f", n / trips }')"
}
