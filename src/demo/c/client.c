/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * A C client of the echo service, on overlapped operations: a handle without FILE_FLAG_OVERLAPPED would make a write
 * wait for the read before it. Link with bcrypt, for SHA-256.
 *
 *   client echo PIPE TEXT       sends TEXT and prints what comes back
 *   client transfer PIPE MIB    sends pseudo-random bytes while it reads the echo, and compares the hashes
 *   client die PIPE             sends some bytes, then dies without closing
 */
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <bcrypt.h>
#include <fcntl.h>
#include <io.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 65536
#define HASH_SIZE 32
#define CONNECT_TIMEOUT_MS 10000
#define SILENCE_TIMEOUT_MS 30000

static HANDLE pipe;
static OVERLAPPED reading, writing;

static void fail(const char *what) {
  fprintf(stderr, "client: %s: error %lu\n", what, (unsigned long) GetLastError());
  exit(1);
}

static void connect_to_service(const char *name) {
  char path[300];
  ULONGLONG give_up = GetTickCount64() + CONNECT_TIMEOUT_MS;
  snprintf(path, sizeof path, "%s%s", strpbrk(name, "\\/") ? "" : "\\\\.\\pipe\\", name);
  while ((pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING,
      FILE_FLAG_OVERLAPPED | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL)) == INVALID_HANDLE_VALUE) {
    if (GetLastError() != ERROR_PIPE_BUSY || GetTickCount64() > give_up) {
      fail(path);
    }
    WaitNamedPipeA(path, 100);
  }
  reading.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
  writing.hEvent = CreateEventA(NULL, TRUE, FALSE, NULL);
}

static void begin(BOOL started, const char *what) {
  if (!started && GetLastError() != ERROR_IO_PENDING) {
    fail(what);
  }
}

static DWORD finish(OVERLAPPED *operation, const char *what) {
  DWORD length;
  if (!GetOverlappedResultEx(pipe, operation, &length, SILENCE_TIMEOUT_MS, FALSE)) {
    fail(what);
  }
  return length;
}

static int echo(const char *text) {
  DWORD length = (DWORD) strlen(text), received = 0;
  char *answer = calloc(1, length + 1);
  begin(WriteFile(pipe, text, length, NULL, &writing), "write");
  while (received < length) {
    begin(ReadFile(pipe, answer + received, length - received, NULL, &reading), "read");
    received += finish(&reading, "read");
  }
  finish(&writing, "write");
  printf("%s\n", answer);
  return 0;
}

static void fill(uint32_t *words) {
  static uint32_t state = 0x2545f491;
  for (int i = 0; i < CHUNK / 4; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    words[i] = state;
  }
}

static BCRYPT_HASH_HANDLE new_hash(void) {
  BCRYPT_ALG_HANDLE algorithm;
  BCRYPT_HASH_HANDLE hash;
  if (BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) != 0
    || BCryptCreateHash(algorithm, &hash, NULL, 0, NULL, 0, 0) != 0) {
    fail("SHA-256");
  }
  return hash;
}

static int report(long long sent, long long received, BCRYPT_HASH_HANDLE out, BCRYPT_HASH_HANDLE in) {
  UCHAR sent_hash[HASH_SIZE], received_hash[HASH_SIZE];
  BCryptFinishHash(out, sent_hash, HASH_SIZE, 0);
  BCryptFinishHash(in, received_hash, HASH_SIZE, 0);
  BOOL match = sent == received && memcmp(sent_hash, received_hash, HASH_SIZE) == 0;
  printf("sent %lld bytes, received %lld bytes, sha256 ", sent, received);
  for (int i = 0; i < HASH_SIZE; i++) {
    printf("%02x", received_hash[i]);
  }
  printf(" %s\n", match ? "match" : "MISMATCH");
  return match ? 0 : 1;
}

static int transfer(long long mib) {
  static uint32_t chunk[CHUNK / 4];
  static UCHAR buffer[CHUNK];
  long long total = mib << 20, sent = 0, received = 0;
  BCRYPT_HASH_HANDLE out = new_hash(), in = new_hash();
  BOOL busy_writing = FALSE, busy_reading = FALSE;
  while (received < total) {
    if (!busy_writing && sent < total) {
      fill(chunk);
      BCryptHashData(out, (UCHAR *) chunk, CHUNK, 0);
      begin(WriteFile(pipe, chunk, CHUNK, NULL, &writing), "write");
      sent += CHUNK;
      busy_writing = TRUE;
    }
    if (!busy_reading) {
      begin(ReadFile(pipe, buffer, CHUNK, NULL, &reading), "read");
      busy_reading = TRUE;
    }
    HANDLE events[] = { reading.hEvent, writing.hEvent };
    DWORD which = WaitForMultipleObjects(busy_writing ? 2 : 1, events, FALSE, SILENCE_TIMEOUT_MS);
    if (which == WAIT_OBJECT_0) {
      DWORD length = finish(&reading, "read");
      BCryptHashData(in, buffer, length, 0);
      received += length;
      busy_reading = FALSE;
    } else if (which == WAIT_OBJECT_0 + 1) {
      finish(&writing, "write");
      busy_writing = FALSE;
    } else {
      fail("no answer");
    }
  }
  return report(sent, received, out, in);
}

static int die(void) {
  begin(WriteFile(pipe, "last words", 10, NULL, &writing), "write");
  finish(&writing, "write");
  TerminateProcess(GetCurrentProcess(), 9);
  return 9;
}

int main(int argc, char **argv) {
  _setmode(_fileno(stdout), _O_BINARY);
  if (argc == 4 && strcmp(argv[1], "echo") == 0) {
    connect_to_service(argv[2]);
    return echo(argv[3]);
  }
  if (argc == 4 && strcmp(argv[1], "transfer") == 0 && atoll(argv[3]) > 0) {
    connect_to_service(argv[2]);
    return transfer(atoll(argv[3]));
  }
  if (argc == 3 && strcmp(argv[1], "die") == 0) {
    connect_to_service(argv[2]);
    return die();
  }
  fprintf(stderr, "usage: client echo PIPE TEXT | transfer PIPE MIB | die PIPE\n");
  return 2;
}
