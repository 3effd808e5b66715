/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the tests want of a peer and no sensible client does. Link with bcrypt, for SHA-256.
 *
 *   probe messages PIPE SIZE...    in message mode: sends a message of each size, and compares what comes back
 *   probe flood PIPE SIZE          sends messages of SIZE bytes and reads nothing, until it is killed
 *   probe slow PIPE ROUNDS COUNT   connects so many times, COUNT at once, reads each stream slowly to its end, prints
 *                                  length and hash; a stream of nothing does not count
 *   probe leave PIPE ROUNDS COUNT  connects so many times, COUNT at once, as soon as there is an instance, and each time
 *                                  writes one byte and leaves
 *   probe chatter PIPE SEED COUNT  on COUNT connections sends bytes and reads their echo, until it is killed
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

#define HASH_SIZE 32
#define PART 4096
#define SLOW_BUFFER 65536
#define CONNECT_TIMEOUT_MS 60000

static void fail(const char *what) {
  fprintf(stderr, "probe: %s: error %lu\n", what, (unsigned long) GetLastError());
  exit(1);
}

static HANDLE connect_to(const char *name) {
  char path[300];
  HANDLE pipe;
  ULONGLONG give_up = GetTickCount64() + CONNECT_TIMEOUT_MS;
  snprintf(path, sizeof path, "\\\\.\\pipe\\%s", name);
  while ((pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL))
      == INVALID_HANDLE_VALUE) {
    DWORD error = GetLastError();
    /* A server that closes just now has further errors to offer. */
    if (error == ERROR_ACCESS_DENIED || GetTickCount64() > give_up) {
      fail(path);
    }
    if (error != ERROR_PIPE_BUSY || !WaitNamedPipeA(path, 100)) {
      Sleep(5);
    }
  }
  return pipe;
}

static uint32_t next(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

static char *filled(size_t length, uint32_t seed) {
  char *bytes = malloc(length + 1);
  uint32_t state = seed | 1;
  for (size_t i = 0; i < length; i++) {
    bytes[i] = (char) next(&state);
  }
  return bytes;
}

/* Reads one whole message, in parts. */
static size_t read_message(HANDLE pipe, char *into, size_t room) {
  size_t length = 0;
  for (;;) {
    DWORD got = 0, want = (DWORD) (room - length < PART ? room - length : PART);
    if (ReadFile(pipe, into + length, want, &got, NULL)) {
      return length + got;
    }
    if (GetLastError() != ERROR_MORE_DATA) {
      fail("read");
    }
    length += got;
    if (length == room) {
      fail("a message that is too long");
    }
  }
}

static int messages(const char *name, int count, char **sizes) {
  HANDLE pipe = connect_to(name);
  DWORD mode = PIPE_READMODE_MESSAGE, written;
  if (!SetNamedPipeHandleState(pipe, &mode, NULL, NULL)) {
    fail("message mode");
  }
  for (int i = 0; i < count; i++) {
    size_t size = (size_t) atoll(sizes[i]);
    char *sent = filled(size, (uint32_t) size), *answer = malloc(size + PART);
    if (!WriteFile(pipe, sent, (DWORD) size, &written, NULL) || written != size) {
      fail("write");
    }
    size_t length = read_message(pipe, answer, size + PART);
    if (length != size || memcmp(sent, answer, size) != 0) {
      fprintf(stderr, "probe: %zu bytes came back as %zu others\n", size, length);
      return 1;
    }
    free(sent);
    free(answer);
  }
  printf("%d messages match\n", count);
  return 0;
}

static int flood(const char *name, size_t size) {
  HANDLE pipe = connect_to(name);
  char *message = filled(size, (uint32_t) size);
  DWORD written;
  while (WriteFile(pipe, message, (DWORD) size, &written, NULL)) {
    continue;
  }
  fail("write");
  return 1;
}

struct worker {
  const char *name;
  uint32_t seed;
  int rounds;
};

/* Says whether there was anything to read. */
static int slow_round(const char *name, uint32_t *seed) {
  UCHAR *buffer = malloc(SLOW_BUFFER);
  UCHAR hash[HASH_SIZE];
  BCRYPT_ALG_HANDLE algorithm;
  BCRYPT_HASH_HANDLE hashing;
  long long length = 0;
  DWORD got;
  HANDLE pipe = connect_to(name);
  if (BCryptOpenAlgorithmProvider(&algorithm, BCRYPT_SHA256_ALGORITHM, NULL, 0) != 0
      || BCryptCreateHash(algorithm, &hashing, NULL, 0, NULL, 0, 0) != 0) {
    fail("SHA-256");
  }
  Sleep(next(seed) % 4);
  while (ReadFile(pipe, buffer, 1 + next(seed) % SLOW_BUFFER, &got, NULL)) {
    BCryptHashData(hashing, buffer, got, 0);
    length += got;
    if (next(seed) % 4 == 0) {
      Sleep(1);
    }
  }
  if (length > 0 && GetLastError() != ERROR_BROKEN_PIPE) {
    fail("read");
  }
  CloseHandle(pipe);
  BCryptFinishHash(hashing, hash, HASH_SIZE, 0);
  BCryptDestroyHash(hashing);
  BCryptCloseAlgorithmProvider(algorithm, 0);
  char line[2 * HASH_SIZE + 24];
  int at = snprintf(line, sizeof line, "%lld ", length);
  for (int i = 0; i < HASH_SIZE; i++) {
    at += snprintf(line + at, sizeof line - at, "%02x", hash[i]);
  }
  free(buffer);
  if (length > 0) {
    puts(line);
  }
  return length > 0;
}

static DWORD WINAPI slow_worker(void *argument) {
  struct worker *self = argument;
  while (self->rounds > 0) {
    self->rounds -= slow_round(self->name, &self->seed);
  }
  return 0;
}

/* Runs so many at once, each with its share of the rounds. */
static int in_parallel(LPTHREAD_START_ROUTINE routine, const char *name, uint32_t seed, int rounds, int count) {
  struct worker *workers = calloc(count, sizeof *workers);
  HANDLE *threads = calloc(count, sizeof *threads);
  for (int i = 0; i < count; i++) {
    workers[i].name = name;
    workers[i].seed = (seed + 7919 * i) | 1;
    workers[i].rounds = rounds / count + (i < rounds % count);
    threads[i] = CreateThread(NULL, 256 * 1024, routine, &workers[i], STACK_SIZE_PARAM_IS_A_RESERVATION, NULL);
    if (!threads[i]) {
      fail("thread");
    }
  }
  for (int i = 0; i < count; i++) {
    WaitForSingleObject(threads[i], INFINITE);
  }
  fflush(stdout);
  return 0;
}

static DWORD WINAPI leave_worker(void *argument) {
  struct worker *self = argument;
  char path[300];
  DWORD written;
  ULONGLONG give_up = GetTickCount64() + CONNECT_TIMEOUT_MS;
  snprintf(path, sizeof path, "\\\\.\\pipe\\%s", self->name);
  while (self->rounds > 0) {
    HANDLE pipe = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (pipe != INVALID_HANDLE_VALUE) {
      if (!WriteFile(pipe, "x", 1, &written, NULL)) {
        fail("write");
      }
      CloseHandle(pipe);
      self->rounds--;
    } else if (GetLastError() != ERROR_PIPE_BUSY || GetTickCount64() > give_up) {
      fail(path);
    }
  }
  return 0;
}

static DWORD WINAPI chatter_worker(void *argument) {
  struct worker *self = argument;
  uint32_t state = self->seed;
  HANDLE pipe = connect_to(self->name);
  for (;;) {
    DWORD written, got, length = 1 + next(&state) % 60000, back = 0;
    char *sent = filled(length, state), *answer = malloc(length);
    if (!WriteFile(pipe, sent, length, &written, NULL)) {
      fail("write");
    }
    while (back < length) {
      if (!ReadFile(pipe, answer + back, length - back, &got, NULL)) {
        fail("read");
      }
      back += got;
    }
    if (memcmp(sent, answer, length) != 0) {
      fprintf(stderr, "probe: the echo differs\n");
      exit(1);
    }
    free(sent);
    free(answer);
  }
}

int main(int argc, char **argv) {
  _setmode(_fileno(stdout), _O_BINARY);
  if (argc > 3 && strcmp(argv[1], "messages") == 0) {
    return messages(argv[2], argc - 3, argv + 3);
  }
  if (argc == 4 && strcmp(argv[1], "flood") == 0) {
    return flood(argv[2], (size_t) atoll(argv[3]));
  }
  if (argc == 5 && strcmp(argv[1], "slow") == 0) {
    return in_parallel(slow_worker, argv[2], GetCurrentProcessId(), atoi(argv[3]), atoi(argv[4]));
  }
  if (argc == 5 && strcmp(argv[1], "leave") == 0) {
    return in_parallel(leave_worker, argv[2], 1, atoi(argv[3]), atoi(argv[4]));
  }
  if (argc == 5 && strcmp(argv[1], "chatter") == 0) {
    return in_parallel(chatter_worker, argv[2], (uint32_t) atoll(argv[3]), 0, atoi(argv[4]));
  }
  fprintf(stderr, "usage: probe messages PIPE SIZE... | flood PIPE SIZE | slow PIPE ROUNDS COUNT"
      " | leave PIPE ROUNDS COUNT | chatter PIPE SEED COUNT\n");
  return 2;
}
