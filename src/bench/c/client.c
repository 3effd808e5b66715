/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The measuring clients: each connection's work is driven as far as it goes at once, then waits for completions.
 */
#include "peer.h"

#define WARMUP_ROUND_TRIPS 20000
#define CONNECT_TIMEOUT_MS 10000
#define SILENCE_TIMEOUT_MS 30000
#define IDLE_BASE 100
#define IDLE_PAUSE_MS 3000

static char *payload;
static double *samples;
static long long trips_begun, trips_done, trips_goal, chunk_size;
/* What the server sends for each MiB; 0 where it echoes. */
static long long answer;
static LARGE_INTEGER run_began;
static double run_limit;

static double seconds_since(LARGE_INTEGER began) {
  LARGE_INTEGER now;
  QueryPerformanceCounter(&now);
  return (double) (now.QuadPart - began.QuadPart) / (double) frequency.QuadPart;
}

static double warmup_seconds(void) {
  const char *value = getenv("WARMUP");
  return value && *value ? atof(value) : 5;
}

static struct connection *connect_to_server(void) {
  ULONGLONG give_up = GetTickCount64() + CONNECT_TIMEOUT_MS;
  for (;;) {
    HANDLE pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
      FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
    if (pipe != INVALID_HANDLE_VALUE) {
      return new_connection(pipe);
    }
    if (GetLastError() != ERROR_PIPE_BUSY || GetTickCount64() > give_up) {
      fail(path, GetLastError());
    }
    if (!WaitNamedPipeA(path, 100)) {
      Sleep(1);
    }
  }
}

/* Begins a write; true when it is already complete. */
static BOOL write_some(struct connection *c, DWORD length) {
  reset(&c->write);
  c->sent += length;
  if (WriteFile(c->pipe, payload, length, NULL, &c->write.overlapped)) {
    return TRUE;
  }
  if (GetLastError() != ERROR_IO_PENDING) {
    fail("WriteFile", GetLastError());
  }
  c->writing = TRUE;
  return FALSE;
}

/* Begins a read; true when it is already complete. */
static BOOL read_some(struct connection *c) {
  reset(&c->read);
  if (ReadFile(c->pipe, c->buffer, BUFFER_SIZE, NULL, &c->read.overlapped)) {
    c->got += (long long) c->read.overlapped.InternalHigh;
    return TRUE;
  }
  if (GetLastError() != ERROR_IO_PENDING) {
    fail("ReadFile", GetLastError());
  }
  c->reading = TRUE;
  return FALSE;
}

static BOOL time_is_up(void) {
  return run_limit > 0 && seconds_since(run_began) >= run_limit;
}

static void begin_trip(struct connection *c) {
  c->goal = c->sent;
  if (trips_begun < trips_goal && !time_is_up()) {
    trips_begun++;
    c->goal += chunk_size;
    QueryPerformanceCounter(&c->began);
  }
}

/* Takes one connection's ping-pong as far as it goes without waiting. */
static void drive_pingpong(struct connection *c) {
  for (;;) {
    if (c->sent < c->goal) {
      write_some(c, (DWORD) (c->goal - c->sent));
    }
    while (c->got < c->goal && !c->reading && read_some(c)) {
    }
    if (c->got < c->goal || c->writing) {
      return;
    }
    samples[trips_done++] = seconds_since(c->began) * 1e6;
    begin_trip(c);
    if (c->got == c->goal) {
      return;
    }
  }
}

/* What is to come back for so many bytes. */
static long long due(long long bytes) {
  return answer == 0 ? bytes : (bytes >> 20) * answer;
}

/* Writes and reads in turn, each for as long as the kernel answers at once; time_is_up() shortens the goal. */
static void drive_stream(struct connection *c) {
  BOOL progress = TRUE;
  while (progress) {
    progress = FALSE;
    if (!c->writing && c->sent < c->goal && (answer == 0 || c->sent % MEBIBYTE == 0) && time_is_up()) {
      c->goal = c->sent;
    }
    if (!c->writing && c->sent < c->goal) {
      long long left = c->goal - c->sent;
      progress |= write_some(c, (DWORD) (left < chunk_size ? left : chunk_size));
    }
    if (!c->reading && c->got < due(c->goal)) {
      progress |= read_some(c);
    }
  }
}

static BOOL finished(BOOL streaming, const struct connection *c) {
  return streaming ? c->got == due(c->goal) && !c->writing : trips_done == trips_begun;
}

/* Waits for completions and drives their connections until the work is done. */
static void run(struct connection **all, int connections, void (*drive)(struct connection *)) {
  BOOL streaming = drive == drive_stream;
  for (int i = 0; i < connections; i++) {
    if (all[i]->got < all[i]->goal) {
      drive(all[i]);
    }
  }
  while (!finished(streaming, all[0])) {
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count;
    if (!GetQueuedCompletionStatusEx(port, entries, BATCH, &count, SILENCE_TIMEOUT_MS, FALSE)) {
      fail("GetQueuedCompletionStatusEx", GetLastError());
    }
    for (ULONG i = 0; i < count; i++) {
      struct operation *op = (struct operation *) entries[i].lpOverlapped;
      struct connection *c = op->connection;
      if (op->overlapped.Internal != 0) {
        fail(op->kind == READ ? "read" : "write", error_of(&op->overlapped));
      }
      if (op->kind == READ) {
        c->reading = FALSE;
        c->got += (long long) op->overlapped.InternalHigh;
      } else {
        c->writing = FALSE;
      }
      drive(c);
    }
  }
}

static double pingpong_run(struct connection **all, int connections, long long trips, double limit) {
  trips_begun = trips_done = 0;
  trips_goal = trips;
  run_limit = limit;
  QueryPerformanceCounter(&run_began);
  for (int i = 0; i < connections; i++) {
    begin_trip(all[i]);
  }
  run(all, connections, drive_pingpong);
  return seconds_since(run_began);
}

static double stream_run(struct connection *c, long long bytes, double limit) {
  run_limit = limit;
  QueryPerformanceCounter(&run_began);
  c->goal = c->sent + bytes;
  run(&c, 1, drive_stream);
  return seconds_since(run_began);
}

static int compare(const void *a, const void *b) {
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void allocate(long long trips) {
  payload = malloc(chunk_size);
  samples = malloc(sizeof *samples * (trips > WARMUP_ROUND_TRIPS ? trips : WARMUP_ROUND_TRIPS));
  if (payload == NULL || samples == NULL) {
    fail("memory", ERROR_OUTOFMEMORY);
  }
  memset(payload, 'x', chunk_size);
}

static void print_percentiles(long long count) {
  qsort(samples, count, sizeof *samples, compare);
  printf(" p50_us=%.1f p99_us=%.1f p999_us=%.1f\n", samples[count / 2], samples[count * 99 / 100],
    samples[count * 999 / 1000]);
}

void pingpong(long long trips, long long size, int connections) {
  chunk_size = size;
  allocate(trips);
  struct connection **all = calloc(connections, sizeof *all);
  for (int i = 0; i < connections; i++) {
    all[i] = connect_to_server();
  }
  if (warmup_seconds() > 0) {
    pingpong_run(all, connections, WARMUP_ROUND_TRIPS, warmup_seconds());
  }
  double seconds = pingpong_run(all, connections, trips, 0);
  printf("us_per_rt=%.1f msgs_per_s=%.0f MB_per_s=%.2f", seconds * 1e6 / trips, trips / seconds,
    trips * chunk_size / seconds / 1e6);
  print_percentiles(trips);
}

void stream(long long mib, long long chunk, long long answered) {
  chunk_size = chunk;
  answer = answered;
  allocate(0);
  struct connection *c = connect_to_server();
  if (warmup_seconds() > 0) {
    long long whole = WARMUP_ROUND_TRIPS * chunk_size / MEBIBYTE;
    stream_run(c, (whole > 0 ? whole : 1) * MEBIBYTE, warmup_seconds());
  }
  double seconds = stream_run(c, mib * MEBIBYTE, 0);
  printf("seconds=%.3f MB_per_s=%.1f\n", seconds, mib * MEBIBYTE / seconds / 1e6);
}

static void close_connection(struct connection *c) {
  CloseHandle(c->pipe);
  free(c->buffer);
  free(c);
}

/* One connection after the other: connect, a round trip, close. Returns how many. */
static long long connect_run(long long connections, double limit, double *times) {
  LARGE_INTEGER all_began, began;
  long long count = 0;
  QueryPerformanceCounter(&all_began);
  while (count < connections && (limit == 0 || seconds_since(all_began) < limit)) {
    QueryPerformanceCounter(&began);
    struct connection *c = connect_to_server();
    pingpong_run(&c, 1, 1, 0);
    close_connection(c);
    times[count++] = seconds_since(began) * 1e6;
  }
  return count;
}

void connect_rate(long long connections, long long size) {
  chunk_size = size;
  allocate(connections);
  double *times = malloc(sizeof *times * (connections > WARMUP_ROUND_TRIPS ? connections : WARMUP_ROUND_TRIPS));
  if (times == NULL) {
    fail("memory", ERROR_OUTOFMEMORY);
  }
  if (warmup_seconds() > 0) {
    connect_run(WARMUP_ROUND_TRIPS, warmup_seconds(), times);
  }
  LARGE_INTEGER began;
  QueryPerformanceCounter(&began);
  connect_run(connections, 0, times);
  double seconds = seconds_since(began);
  memcpy(samples, times, sizeof *times * connections);
  printf("us_per_conn=%.1f conns_per_s=%.0f", seconds * 1e6 / connections, connections / seconds);
  print_percentiles(connections);
}

/* Connections with a read in the kernel, as an application's would be; each has made a round trip. */
static void connect_idle(int connections) {
  for (int i = 0; i < connections; i++) {
    struct connection *c = connect_to_server();
    pingpong_run(&c, 1, 1, 0);
    read_some(c);
  }
}

void idle(int connections) {
  chunk_size = 64;
  allocate(0);
  connect_idle(IDLE_BASE);
  printf("base\n");
  fflush(stdout);
  Sleep(IDLE_PAUSE_MS);
  connect_idle(connections);
  printf("connections=%d\n", connections);
  fflush(stdout);
  Sleep(INFINITE);
}
