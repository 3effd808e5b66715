/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The yardstick of the benchmark: named pipes in plain C on one completion port.
 *
 *   peer server PIPE                                  echoes for any number of clients until it is killed
 *   peer sink PIPE ANSWER                             takes everything, and sends ANSWER bytes for each MiB of it
 *   peer pingpong PIPE ITERATIONS SIZE CONNECTIONS    round trips, over all connections together
 *   peer stream PIPE TOTAL_MIB CHUNK                  writes while it reads the echo back
 *   peer oneway PIPE TOTAL_MIB CHUNK                  writes to a "sink PIPE 1", until it has taken everything
 *   peer duplex PIPE TOTAL_MIB CHUNK                  writes to a "sink PIPE 1048576" while that sends as much
 *   peer connect PIPE ITERATIONS SIZE                 connects, has a message echoed and closes, one after the other
 *   peer idle PIPE CONNECTIONS                        100 connections, of which each makes a round trip of 64 bytes;
 *                                                     prints "base", waits 3 s to be measured, makes so many more,
 *                                                     prints "connections=..." and waits to be killed
 *
 * A client first warms up, the same way in every peer: the work of the measurement, on the same connections, for
 * 20,000 round trips (in a stream: chunks) or WARMUP seconds (environment, default 5), whichever ends first; WARMUP=0
 * leaves it out. MB are 10^6 bytes of payload in one direction. CHUNK divides a MiB.
 */
#include "peer.h"

#include <fcntl.h>
#include <io.h>

HANDLE port;
LARGE_INTEGER frequency;
const char *path;

void fail(const char *what, DWORD error) {
  fprintf(stderr, "peer: %s: error %lu\n", what, (unsigned long) error);
  exit(1);
}

static const char *pipe_path(const char *name) {
  static char full[300];
  if (strchr(name, '\\') || strchr(name, '/')) {
    return name;
  }
  snprintf(full, sizeof full, "\\\\.\\pipe\\%s", name);
  return full;
}

struct connection *new_connection(HANDLE pipe) {
  struct connection *c = calloc(1, sizeof *c);
  if (c == NULL || (c->buffer = malloc(BUFFER_SIZE)) == NULL) {
    fail("memory", ERROR_OUTOFMEMORY);
  }
  c->pipe = pipe;
  c->read.kind = READ;
  c->write.kind = WRITE;
  c->read.connection = c->write.connection = c;
  if (CreateIoCompletionPort(pipe, port, 0, 0) == NULL) {
    fail("CreateIoCompletionPort", GetLastError());
  }
  if (!SetFileCompletionNotificationModes(pipe, FILE_SKIP_COMPLETION_PORT_ON_SUCCESS)) {
    fail("SetFileCompletionNotificationModes", GetLastError());
  }
  return c;
}

void reset(struct operation *op) {
  memset(&op->overlapped, 0, sizeof op->overlapped);
}

/* The error of a completed operation, as the call itself would have reported it. */
DWORD error_of(const OVERLAPPED *overlapped) {
  switch ((DWORD) overlapped->Internal) {
    case 0:
      return ERROR_SUCCESS;
    case 0xC000014B: /* STATUS_PIPE_BROKEN */
    case 0xC00000B0: /* STATUS_PIPE_DISCONNECTED */
      return ERROR_BROKEN_PIPE;
    default:
      return ERROR_GEN_FAILURE;
  }
}

static int usage(void) {
  fprintf(stderr, "usage: peer server PIPE\n       peer sink PIPE ANSWER\n"
    "       peer pingpong PIPE ITERATIONS SIZE CONNECTIONS\n       peer stream|oneway|duplex PIPE TOTAL_MIB CHUNK\n"
    "       peer connect PIPE ITERATIONS SIZE\n       peer idle PIPE CONNECTIONS\n");
  return 2;
}

int main(int argc, char **argv) {
  long long numbers[3] = {0};
  int count = argc - 3;
  if (count < 0 || count > 3) {
    return usage();
  }
  for (int i = 0; i < count; i++) {
    if ((numbers[i] = atoll(argv[i + 3])) <= 0) {
      return usage();
    }
  }
  _setmode(_fileno(stdout), _O_BINARY);
  QueryPerformanceFrequency(&frequency);
  port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  const char *command = argv[1];
  path = pipe_path(argv[2]);
  if (count == 0 && strcmp(command, "server") == 0) {
    server(0);
  } else if (count == 1 && strcmp(command, "sink") == 0) {
    server(numbers[0]);
  } else if (count == 3 && strcmp(command, "pingpong") == 0) {
    pingpong(numbers[0], numbers[1], (int) numbers[2]);
  } else if (count == 2 && strcmp(command, "stream") == 0) {
    stream(numbers[0], numbers[1], 0);
  } else if (count == 2 && strcmp(command, "oneway") == 0) {
    stream(numbers[0], numbers[1], 1);
  } else if (count == 2 && strcmp(command, "duplex") == 0) {
    stream(numbers[0], numbers[1], MEBIBYTE);
  } else if (count == 2 && strcmp(command, "connect") == 0) {
    connect_rate(numbers[0], numbers[1]);
  } else if (count == 1 && strcmp(command, "idle") == 0) {
    idle((int) numbers[0]);
  } else {
    return usage();
  }
  return 0;
}
