/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The echo server: on each connection a read, then the write of what it brought, then the next read.
 */
#include "peer.h"

#define PENDING_INSTANCES 8

static void serve(struct connection *c, enum kind done, DWORD error);

static void listen_once(DWORD first) {
  HANDLE pipe = CreateNamedPipeA(path, PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | first,
    PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS, PIPE_UNLIMITED_INSTANCES,
    BUFFER_SIZE, BUFFER_SIZE, 0, NULL);
  if (pipe == INVALID_HANDLE_VALUE) {
    fail("CreateNamedPipe", GetLastError());
  }
  struct connection *c = new_connection(pipe);
  c->read.kind = CONNECT;
  if (ConnectNamedPipe(pipe, &c->read.overlapped)) {
    serve(c, CONNECT, ERROR_SUCCESS);
  } else if (GetLastError() != ERROR_IO_PENDING) {
    serve(c, CONNECT, GetLastError() == ERROR_PIPE_CONNECTED ? ERROR_SUCCESS : GetLastError());
  }
}

static void hang_up(struct connection *c) {
  CloseHandle(c->pipe);
  free(c->buffer);
  free(c);
}

/* Goes on with the echo after an operation, for as long as the next one completes at once. */
static void serve(struct connection *c, enum kind done, DWORD error) {
  if (done == CONNECT) {
    listen_once(0);
  }
  while (error == ERROR_SUCCESS) {
    BOOL complete;
    if (done == READ) {
      DWORD length = (DWORD) c->read.overlapped.InternalHigh;
      reset(&c->write);
      done = WRITE;
      complete = WriteFile(c->pipe, c->buffer, length, NULL, &c->write.overlapped);
    } else {
      reset(&c->read);
      done = c->read.kind = READ;
      complete = ReadFile(c->pipe, c->buffer, BUFFER_SIZE, NULL, &c->read.overlapped);
    }
    error = complete ? ERROR_SUCCESS : GetLastError();
  }
  if (error != ERROR_IO_PENDING) {
    hang_up(c);
  }
}

void server(void) {
  for (int i = 0; i < PENDING_INSTANCES; i++) {
    listen_once(i == 0 ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
  }
  printf("ready\n");
  fflush(stdout);
  for (;;) {
    OVERLAPPED_ENTRY entries[BATCH];
    ULONG count;
    if (!GetQueuedCompletionStatusEx(port, entries, BATCH, &count, INFINITE, FALSE)) {
      fail("GetQueuedCompletionStatusEx", GetLastError());
    }
    for (ULONG i = 0; i < count; i++) {
      struct operation *op = (struct operation *) entries[i].lpOverlapped;
      serve(op->connection, op->kind, error_of(&op->overlapped));
    }
  }
}
