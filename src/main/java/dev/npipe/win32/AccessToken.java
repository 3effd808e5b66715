// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.List;

/**
 * What an access token says about whom it stands for. Nothing here throws: what the system does not tell is null or
 * negative.
 */
public final class AccessToken {

  private static final int TOKEN_USER = 1;
  private static final int TOKEN_GROUPS = 2;
  private static final int TOKEN_OWNER = 4;
  private static final int TOKEN_IMPERSONATION_LEVEL = 9;
  private static final int TOKEN_ELEVATION = 20;
  private static final int TOKEN_INTEGRITY_LEVEL = 25;

  private static final int SE_GROUP_ENABLED = 0x4;
  private static final int SE_GROUP_LOGON_ID = 0xC000_0000;

  // TOKEN_GROUPS: a count, padding, then SID_AND_ATTRIBUTES of an address, attributes and padding (winnt.h, 64-bit).
  private static final int GROUPS_OFFSET = 8;
  private static final int GROUP_BYTES = 16;
  private static final int ATTRIBUTES_OFFSET = 8;

  private static final int MOST_BYTES = 1 << 20;

  static {
    Native.register(AccessToken.class, "advapi32");
  }

  private AccessToken() {
  }

  /**
   * Opens the token of a process, to be queried.
   *
   * @param process opened with PROCESS_QUERY_LIMITED_INFORMATION
   * @return the token, or the negated error code
   */
  public static long ofProcess(long process) {
    try (Memory place = new Memory(Long.BYTES)) {
      return Advapi32.OpenProcessToken(process, Win32Constants.TOKEN_QUERY, Pointer.nativeValue(place))
          != Win32Constants.FALSE ? place.getLong(0) : -Kernel32.lastError();
    }
  }

  /**
   * Opens the token of whom this thread acts for, to be queried with the rights of the process.
   *
   * @return the token, or the negated error code, ERROR_NO_TOKEN where the thread acts for nobody else
   */
  public static long ofThread() {
    try (Memory place = new Memory(Long.BYTES)) {
      return OpenThreadToken(GetCurrentThread(), Win32Constants.TOKEN_QUERY, 1, Pointer.nativeValue(place))
          != Win32Constants.FALSE ? place.getLong(0) : -Kernel32.lastError();
    }
  }

  private static long GetCurrentThread() {
    // The pseudo handle of every version of Windows (processthreadsapi.h).
    return -2;
  }

  /**
   * The user.
   *
   * @param token the token
   * @return the SID in text form, or null
   */
  public static String user(long token) {
    return sidIn(query(token, TOKEN_USER));
  }

  /**
   * Who owns by default what is created with the token.
   *
   * @param token the token
   * @return the SID in text form, or null
   */
  public static String owner(long token) {
    return sidIn(query(token, TOKEN_OWNER));
  }

  /**
   * The groups that are enabled.
   *
   * @param token the token
   * @return their SIDs in text form, empty when the system does not tell
   */
  public static List<String> groups(long token) {
    return groups(token, SE_GROUP_ENABLED);
  }

  /**
   * The logon session's SID.
   *
   * @param token the token
   * @return such as {@code S-1-5-5-0-4711}, null where there is none
   */
  public static String logon(long token) {
    List<String> sids = groups(token, SE_GROUP_LOGON_ID);
    return sids.isEmpty() ? null : sids.get(0);
  }

  private static List<String> groups(long token, int attribute) {
    List<String> sids = new ArrayList<>();
    try (Memory groups = query(token, TOKEN_GROUPS)) {
      int count = groups == null ? 0 : groups.getInt(0);
      for (int i = 0; i < count; i++) {
        int at = GROUPS_OFFSET + i * GROUP_BYTES;
        String sid = (groups.getInt(at + ATTRIBUTES_OFFSET) & attribute) == attribute
            ? Sid.toText(groups.getLong(at)) : null;
        if (sid != null) {
          sids.add(sid);
        }
      }
    }
    return sids;
  }

  /**
   * The integrity level.
   *
   * @param token the token
   * @return the relative identifier of the mandatory label, such as 0x2000 for medium, or -1
   */
  public static int integrity(long token) {
    String label = sidIn(query(token, TOKEN_INTEGRITY_LEVEL));
    return label == null || !label.startsWith("S-1-16-") ? -1 : Integer.parseInt(label.substring("S-1-16-".length()));
  }

  /**
   * Whether the token has been elevated.
   *
   * @param token the token
   * @return 1, 0, or -1 where the system does not tell
   */
  public static int elevation(long token) {
    int elevated = number(token, TOKEN_ELEVATION);
    return elevated < 0 ? -1 : Math.min(elevated, 1);
  }

  /**
   * What may be done in the name of the one it stands for.
   *
   * @param token the token
   * @return 0 anonymous to 3 delegation, or -1 for a process's own token
   */
  public static int impersonationLevel(long token) {
    return number(token, TOKEN_IMPERSONATION_LEVEL);
  }

  private static int number(long token, int informationClass) {
    try (Memory value = query(token, informationClass)) {
      return value == null || value.size() < Integer.BYTES ? -1 : value.getInt(0);
    }
  }

  /** The SID whose address the information begins with. */
  private static String sidIn(Memory information) {
    try (Memory closed = information) {
      return closed == null ? null : Sid.toText(closed.getLong(0));
    }
  }

  private static Memory query(long token, int informationClass) {
    try (Memory length = new Memory(Integer.BYTES)) {
      length.setInt(0, 0);
      Advapi32.GetTokenInformation(token, informationClass, Win32Constants.NULL, 0, Pointer.nativeValue(length));
      int bytes = length.getInt(0);
      if (bytes <= 0 || bytes > MOST_BYTES) {
        return null;
      }
      Memory information = new Memory(bytes);
      if (Advapi32.GetTokenInformation(token, informationClass, Pointer.nativeValue(information), bytes,
          Pointer.nativeValue(length)) == Win32Constants.FALSE) {
        information.close();
        return null;
      }
      return information;
    }
  }

  private static native int OpenThreadToken(long thread, int desiredAccess, int openAsSelf, long token);
}
