/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * The servers. Echo: on each connection a read, then the write of what it brought, then the next read. Sink: reads all
 * the time, and beside it writes what is owed for what was read.
 */
#include "peer.h"

#define PENDING_INSTANCES 8

static long long answer;
static const char *answers;

static void echo(struct connection *c, enum kind done, DWORD error);
static void sink(struct connection *c, enum kind done, DWORD error);

static void serve(struct connection *c, enum kind done, DWORD error) {
  (answer == 0 ? echo : sink)(c, done, error);
}

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

/* Counts what a read has brought. */
static void take(struct connection *c) {
  long long before = c->got / MEBIBYTE;
  c->got += (long long) c->read.overlapped.InternalHigh;
  c->owed += (c->got / MEBIBYTE - before) * answer;
}

/* Memory that an operation is using belongs to the kernel: closing lets its packet come. */
static void hang_up(struct connection *c) {
  if (c->pipe != INVALID_HANDLE_VALUE) {
    CloseHandle(c->pipe);
    c->pipe = INVALID_HANDLE_VALUE;
  }
  if (!c->reading && !c->writing) {
    free(c->buffer);
    free(c);
  }
}

/* Reads and writes for as long as the kernel answers at once; whether to go on. */
static BOOL sink_on(struct connection *c) {
  BOOL progress = TRUE;
  while (progress) {
    progress = FALSE;
    if (!c->writing && c->owed > 0) {
      DWORD length = c->owed < BUFFER_SIZE ? (DWORD) c->owed : BUFFER_SIZE;
      reset(&c->write);
      c->owed -= length;
      if (WriteFile(c->pipe, answers, length, NULL, &c->write.overlapped)) {
        progress = TRUE;
      } else if (GetLastError() == ERROR_IO_PENDING) {
        c->writing = TRUE;
      } else {
        return FALSE;
      }
    }
    if (!c->reading) {
      reset(&c->read);
      c->read.kind = READ;
      if (ReadFile(c->pipe, c->buffer, BUFFER_SIZE, NULL, &c->read.overlapped)) {
        take(c);
        progress = TRUE;
      } else if (GetLastError() == ERROR_IO_PENDING) {
        c->reading = TRUE;
      } else {
        return FALSE;
      }
    }
  }
  return TRUE;
}

static void sink(struct connection *c, enum kind done, DWORD error) {
  if (done == CONNECT) {
    listen_once(0);
  } else if (done == READ) {
    c->reading = FALSE;
    if (error == ERROR_SUCCESS) {
      take(c);
    }
  } else {
    c->writing = FALSE;
  }
  if (error != ERROR_SUCCESS || c->pipe == INVALID_HANDLE_VALUE || !sink_on(c)) {
    hang_up(c);
  }
}

/* Goes on with the echo after an operation, for as long as the next one completes at once. */
static void echo(struct connection *c, enum kind done, DWORD error) {
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

void server(long long answer_bytes) {
  answer = answer_bytes;
  if ((answers = calloc(1, BUFFER_SIZE)) == NULL) {
    fail("memory", ERROR_OUTOFMEMORY);
  }
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
