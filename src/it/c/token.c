/*
 * SPDX-License-Identifier: Apache-2.0
 *
 * Opens a pipe as somebody else, and says "in", or "refused" and the error: with a token of its own process in which
 * some identifiers count only against it, with that of an AppContainer, or with no identity.
 *
 *   token PIPE as-is
 *   token PIPE without user|logon|SID...
 *   token PIPE contained PACKAGE-SID
 *   token PIPE anonymous
 */
#define _WIN32_WINNT 0x0A00
#include <windows.h>
#include <sddl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_SIDS 8

/* What a client needs. GENERIC_WRITE would ask for the right to create instances too, which few are given. */
#define READ_AND_WRITE 0x12019b

typedef LONG (NTAPI *CreateLowBoxToken)(PHANDLE, HANDLE, ACCESS_MASK, void *, PSID, ULONG, PSID_AND_ATTRIBUTES, ULONG,
  PHANDLE);

static void fail(const char *what) {
  fprintf(stderr, "token: %s: error %lu\n", what, (unsigned long) GetLastError());
  exit(1);
}

static void *information(HANDLE token, TOKEN_INFORMATION_CLASS class) {
  DWORD length = 0;
  GetTokenInformation(token, class, NULL, 0, &length);
  void *found = malloc(length);
  if (!GetTokenInformation(token, class, found, length, &length)) {
    fail("GetTokenInformation");
  }
  return found;
}

static PSID logon_session(HANDLE token) {
  TOKEN_GROUPS *groups = information(token, TokenGroups);
  for (DWORD i = 0; i < groups->GroupCount; i++) {
    if ((groups->Groups[i].Attributes & SE_GROUP_LOGON_ID) == SE_GROUP_LOGON_ID) {
      return groups->Groups[i].Sid;
    }
  }
  fprintf(stderr, "token: this process belongs to no logon session\n");
  exit(1);
}

static PSID identifier(HANDLE token, const char *text) {
  PSID sid;
  if (strcmp(text, "user") == 0) {
    return ((TOKEN_USER *) information(token, TokenUser))->User.Sid;
  }
  if (strcmp(text, "logon") == 0) {
    return logon_session(token);
  }
  if (!ConvertStringSidToSidA(text, &sid)) {
    fail(text);
  }
  return sid;
}

static HANDLE without(HANDLE token, int count, char **texts) {
  SID_AND_ATTRIBUTES disabled[MOST_SIDS] = {0};
  HANDLE restricted;
  if (count > MOST_SIDS) {
    fprintf(stderr, "token: too many identifiers\n");
    exit(2);
  }
  for (int i = 0; i < count; i++) {
    disabled[i].Sid = identifier(token, texts[i]);
  }
  if (!CreateRestrictedToken(token, 0, count, disabled, 0, NULL, 0, NULL, &restricted)) {
    fail("CreateRestrictedToken");
  }
  return restricted;
}

/* https://learn.microsoft.com/windows/win32/secauthz/appcontainer-isolation: known by its package, whoever runs it. */
static HANDLE contained(HANDLE token, const char *package) {
  union { FARPROC any; CreateLowBoxToken create; } found;
  HANDLE low_box = NULL;
  found.any = GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtCreateLowBoxToken");
  if (found.any == NULL) {
    fail("NtCreateLowBoxToken");
  }
  LONG status = found.create(&low_box, token, TOKEN_ALL_ACCESS, NULL, identifier(token, package), 0, NULL, 0, NULL);
  if (status != 0 || low_box == NULL) {
    fprintf(stderr, "token: NtCreateLowBoxToken: status 0x%08lx\n", (unsigned long) status);
    exit(1);
  }
  return low_box;
}

static void become(HANDLE token) {
  HANDLE impersonation;
  if (!DuplicateTokenEx(token, TOKEN_ALL_ACCESS, NULL, SecurityImpersonation, TokenImpersonation, &impersonation)) {
    fail("DuplicateTokenEx");
  }
  if (!SetThreadToken(NULL, impersonation)) {
    fail("SetThreadToken");
  }
}

int main(int argc, char **argv) {
  HANDLE token;
  if (argc < 3) {
    fprintf(stderr, "usage: token PIPE as-is | without SID... | contained PACKAGE-SID | anonymous\n");
    return 2;
  }
  if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &token)) {
    fail("OpenProcessToken");
  }
  if (strcmp(argv[2], "without") == 0) {
    become(without(token, argc - 3, argv + 3));
  } else if (strcmp(argv[2], "contained") == 0 && argc == 4) {
    become(contained(token, argv[3]));
  } else if (strcmp(argv[2], "anonymous") == 0) {
    if (!ImpersonateAnonymousToken(GetCurrentThread())) {
      fail("ImpersonateAnonymousToken");
    }
  } else if (strcmp(argv[2], "as-is") != 0) {
    fprintf(stderr, "token: %s?\n", argv[2]);
    return 2;
  }
  HANDLE pipe = CreateFileA(argv[1], READ_AND_WRITE, 0, NULL, OPEN_EXISTING,
    SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION, NULL);
  DWORD error = GetLastError();
  RevertToSelf();
  if (pipe == INVALID_HANDLE_VALUE) {
    printf("refused %lu\n", (unsigned long) error);
  } else {
    printf("in\n");
    CloseHandle(pipe);
  }
  return 0;
}
