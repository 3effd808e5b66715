/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Tells a pipe's server who it is, by what the system says about this process: lines of name=value, and "end".
 *
 *   identity PIPE anonymous|identification|impersonation|unsaid
 */
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static char report[4096];

static void fail(const char *what) {
  fprintf(stderr, "identity: %s: error %lu\n", what, (unsigned long) GetLastError());
  exit(1);
}

static void add(const char *name, const char *value) {
  snprintf(report + strlen(report), sizeof report - strlen(report), "%s=%s\n", name, value);
}

static void add_number(const char *name, unsigned long long value) {
  char text[32];
  snprintf(text, sizeof text, "%llu", value);
  add(name, text);
}

/* What the server reads is UTF-8, whatever the code page of this machine. */
static void add_wide(const char *name, const WCHAR *value) {
  char text[1600];
  if (!WideCharToMultiByte(CP_UTF8, 0, value, -1, text, sizeof text, NULL, NULL)) {
    fail("WideCharToMultiByte");
  }
  add(name, text);
}

static void add_sid(const char *name, PSID sid) {
  char *text;
  if (!ConvertSidToStringSidA(sid, &text)) {
    fail(name);
  }
  add(name, text);
  LocalFree(text);
}

static void *information(HANDLE token, TOKEN_INFORMATION_CLASS class) {
  static char place[8][2048];
  static int used;
  DWORD length;
  void *found = place[used++];
  if (!GetTokenInformation(token, class, found, sizeof place[0], &length)) {
    fail("GetTokenInformation");
  }
  return found;
}

static void describe_user(void) {
  HANDLE token;
  WCHAR name[257], domain[257], account[520];
  DWORD name_length = 257, domain_length = 257;
  SID_NAME_USE use;
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) {
    fail("OpenProcessToken");
  }
  TOKEN_USER *user = information(token, TokenUser);
  add_sid("sid", user->User.Sid);
  if (LookupAccountSidW(NULL, user->User.Sid, name, &name_length, domain, &domain_length, &use)) {
    _snwprintf(account, sizeof account / sizeof *account, L"%ls%ls%ls", domain, *domain ? L"\\" : L"", name);
    add_wide("account", account);
  }
  TOKEN_MANDATORY_LABEL *label = information(token, TokenIntegrityLevel);
  add_sid("integrity", label->Label.Sid);
  TOKEN_ELEVATION *elevation = information(token, TokenElevation);
  add_number("elevated", elevation->TokenIsElevated ? 1 : 0);
}

static void describe_process(void) {
  WCHAR path[MAX_PATH * 2];
  DWORD length = MAX_PATH * 2, session;
  FILETIME start, unused[3];
  add_number("pid", GetCurrentProcessId());
  if (!ProcessIdToSessionId(GetCurrentProcessId(), &session)) {
    fail("ProcessIdToSessionId");
  }
  add_number("session", session);
  if (!QueryFullProcessImageNameW(GetCurrentProcess(), 0, path, &length)) {
    fail("QueryFullProcessImageName");
  }
  add_wide("image", path);
  if (!GetProcessTimes(GetCurrentProcess(), &start, &unused[0], &unused[1], &unused[2])) {
    fail("GetProcessTimes");
  }
  add_number("start", (unsigned long long) start.dwHighDateTime << 32 | start.dwLowDateTime);
}

static DWORD quality_of_service(const char *level) {
  return strcmp(level, "anonymous") == 0 ? SECURITY_SQOS_PRESENT | SECURITY_ANONYMOUS
    : strcmp(level, "identification") == 0 ? SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION
    : strcmp(level, "impersonation") == 0 ? SECURITY_SQOS_PRESENT | SECURITY_IMPERSONATION : 0;
}

int main(int argc, char **argv) {
  DWORD written;
  char c;
  if (argc != 3) {
    fprintf(stderr, "usage: identity PIPE anonymous|identification|impersonation|unsaid\n");
    return 2;
  }
  describe_process();
  describe_user();
  strcat(report, "end\n");
  HANDLE pipe = CreateFileA(argv[1], GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, quality_of_service(argv[2]),
    NULL);
  if (pipe == INVALID_HANDLE_VALUE) {
    fail(argv[1]);
  }
  /* Not before the server has asked: a socket that is paused has read ahead. */
  if (strcmp(argv[2], "unsaid") == 0 && !ReadFile(pipe, &c, 1, &written, NULL)) {
    fail("ReadFile");
  }
  if (!WriteFile(pipe, report, (DWORD) strlen(report), &written, NULL)) {
    fail("WriteFile");
  }
  /* Stays until the server has seen enough. */
  while (ReadFile(pipe, &c, 1, &written, NULL)) {
    continue;
  }
  return 0;
}
