/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the server and the clients of the C peer share.
 */
#ifndef PEER_H
#define PEER_H

#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536
#define MEBIBYTE (1LL << 20)
#define BATCH 64

enum kind { CONNECT, READ, WRITE };

struct connection;

struct operation {
  OVERLAPPED overlapped;
  enum kind kind;
  struct connection *connection;
};

struct connection {
  HANDLE pipe;
  struct operation read, write;
  BOOL reading, writing;
  long long sent, got, goal, owed;
  LARGE_INTEGER began;
  char *buffer;
};

extern HANDLE port;
extern LARGE_INTEGER frequency;
extern const char *path;

void fail(const char *what, DWORD error);
struct connection *new_connection(HANDLE pipe);
void reset(struct operation *op);
DWORD error_of(const OVERLAPPED *overlapped);

/* Echoes, or with an answer sends so many bytes for each MiB that it takes. */
void server(long long answer);
void pingpong(long long trips, long long size, int connections);
void stream(long long mib, long long chunk, long long answered);
void connect_rate(long long connections, long long size);
void idle(int connections);

#endif
