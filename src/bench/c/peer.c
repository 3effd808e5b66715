/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The yardstick of the benchmark: named pipes in plain C on one completion port.
 *
 *   peer server PIPE                                  echoes for any number of clients until it is killed
 *   peer pingpong PIPE ITERATIONS SIZE CONNECTIONS    round trips, over all connections together
 *   peer stream PIPE TOTAL_MIB CHUNK                  writes while it reads the echo back
 *
 * A client first warms up, the same way in every peer: the work of the measurement, on the same connections, for
 * 20,000 round trips (in a stream: chunks) or WARMUP seconds (environment, default 5), whichever ends first; WARMUP=0
 * leaves it out. MB are 10^6 bytes of payload in one direction.
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

int main(int argc, char **argv) {
  _setmode(_fileno(stdout), _O_BINARY);
  QueryPerformanceFrequency(&frequency);
  port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
  if (argc > 2) {
    path = pipe_path(argv[2]);
  }
  if (argc == 3 && strcmp(argv[1], "server") == 0) {
    server();
  } else if (argc == 6 && strcmp(argv[1], "pingpong") == 0 && atoll(argv[3]) > 0 && atoi(argv[5]) > 0
    && atoll(argv[4]) > 0) {
    pingpong(atoll(argv[3]), atoll(argv[4]), atoi(argv[5]));
  } else if (argc == 5 && strcmp(argv[1], "stream") == 0 && atoll(argv[3]) > 0 && atoll(argv[4]) > 0) {
    stream(atoll(argv[3]), atoll(argv[4]));
  } else {
    fprintf(stderr, "usage: peer server PIPE\n"
      "       peer pingpong PIPE ITERATIONS SIZE CONNECTIONS\n       peer stream PIPE TOTAL_MIB CHUNK\n");
    return 2;
  }
  return 0;
}
