# SPDX-License-Identifier: Apache-2.0
#
# How many requests to Wine's server a round trip takes: what a kernel call is on Windows. Two runs that differ in their
# number of round trips only, each with a server that tells its requests; the difference counts. Source it from bin/bench.

readonly FEWER_TRIPS=2000 MORE_TRIPS=8000 WINESERVER_LIMIT=30
wineserver_pid=''

# A request and its answer are told in a line each, "0024: read( ... )" and "0024: read() = ...".
readonly KINDS_OF_REQUESTS='/^[0-9a-f]+: [a-z_]+\(/ {
    sub(/^[0-9a-f]+: /, ""); sub(/\(.*/, ""); count[$0]++
  }
  END { for (kind in count) print kind, count[kind] / 2 }'
# What follows from two such counts, the shorter run first. What has to do with sockets, a selector in the main, is one sum.
readonly REQUESTS_OF_A_TRIP='
  { count[$1] += FNR == NR ? -$2 : $2 }
  END {
    for (kind in count) {
      n = count[kind] / trips
      all += n
      name = kind ~ /sock|poll/ ? "socket" : kind ~ /^(select|read|write|get_async_result|remove_completion)$/ ? kind : "other"
      sum[name] += n
    }
    printf "requests_per_rt=%.2f", all
    for (name in sum) printf " %s_requests=%.2f", name, sum[name]
  }'

# Waits until the server has ended with its last program; killing it would leave Wine's own programs behind. Fails where
# it has to be killed all the same.
end_wineserver() {
  local deadline=$((SECONDS + WINESERVER_LIMIT))
  [ -n "$wineserver_pid" ] || return 0
  while kill -0 "$wineserver_pid" 2>/dev/null; do
    if [ $SECONDS -ge $deadline ]; then
      kill "$wineserver_pid"
      break
    fi
    sleep 0.2
  done
  wait "$wineserver_pid" 2>/dev/null || true
  wineserver_pid=''
  [ $SECONDS -lt $deadline ]
}

# count_requests TRIPS SERVER CLIENT FILE: writes those of a whole run, by their kind. Fails where there is no run.
count_requests() {
  local counter status=0 counts=$4
  new_address "$2"
  rm -f "$WORK/requests" && mkfifo "$WORK/requests"
  LC_ALL=C awk "$KINDS_OF_REQUESTS" <"$WORK/requests" >"$counts" &
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
  end_wineserver || status=1
  wait "$counter" || status=1
  return "$status"
}

# measure_requests ROUND SERVER CLIENT CASE
measure_requests() {
  (
    wine_environment
    timeout 60 wineserver -w
  ) || { failed "$@" "another Wine server is running"; return; }
  local fewer=$WORK/requests.fewer more=$WORK/requests.more
  count_requests "$FEWER_TRIPS" "$2" "$3" "$fewer" || { failed "$@" "the shorter run failed"; return; }
  count_requests "$MORE_TRIPS" "$2" "$3" "$more" || { failed "$@" "the longer run failed"; return; }
  record "$@" "$(awk -v trips=$((MORE_TRIPS - FEWER_TRIPS)) "$REQUESTS_OF_A_TRIP" "$fewer" "$more")"
}
