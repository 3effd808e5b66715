// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * What this library asks the operating system about the process and the user at the other end of a pipe: a part of the
 * seam, apart because all of it may block, so that none is called on an event loop but {@link #systemTime}.
 *
 * <p>Calls that yield a handle return it as a positive number, or the negated Win32 error code. Impersonation belongs
 * to the thread that calls; {@link ClientImpersonation} alone uses it.
 */
public interface IdentityKernel {

  /**
   * The time of the clock that the start times of processes are taken from.
   *
   * @return 100-nanosecond intervals since 1601
   */
  long systemTime();

  /**
   * The session of the process at the other end.
   *
   * @param pipe the pipe
   * @param serverEnd whether this is the server's end
   * @return the session id, or the negated error code
   */
  long peerSessionId(long pipe, boolean serverEnd);

  /**
   * The machine of the client.
   *
   * @param pipe the server's end
   * @return its name, empty for this machine, or null where the system does not tell
   */
  String clientComputerName(long pipe);

  /**
   * Who owns a pipe: who has created its first instance, unless that one has said otherwise.
   *
   * @param pipe either end
   * @return the SID in text form, or null where the system does not tell
   */
  String pipeOwner(long pipe);

  /**
   * Opens a process, whose id is given to no other as long as it is open.
   *
   * @param processId the process
   * @return the handle, or the negated error code
   */
  long openProcess(long processId);

  /**
   * When a process was started.
   *
   * @param process the handle
   * @return 100-nanosecond intervals since 1601, or -1
   */
  long processStartTime(long process);

  /**
   * The program of a process.
   *
   * @param process the handle
   * @return the full path, or null where the system does not tell
   */
  String processImagePath(long process);

  /**
   * Opens the token of a process.
   *
   * @param process the handle
   * @return the token, or the negated error code
   */
  long openProcessToken(long process);

  /**
   * Opens the token of the user whom the calling thread acts for.
   *
   * @return the token, or the negated error code, {@link PipeErrors#NO_TOKEN} where it acts for the process
   */
  long openThreadToken();

  /**
   * Reads a token.
   *
   * @param token the token
   * @return what it says
   */
  TokenFacts describe(long token);

  /**
   * Closes a process or a token.
   *
   * @param handle the handle
   */
  void closeObject(long handle);

  /**
   * The account a SID stands for. May ask a domain controller.
   *
   * @param sid in text form
   * @return such as {@code MACHINE\name}, or null where no account has it
   */
  String accountName(String sid);

  /**
   * Makes the calling thread act as the client of a pipe, as far as the client allows.
   *
   * @param pipe the server's end
   * @return 0 or an error, after which the thread acts for the process
   */
  int impersonateClient(long pipe);

  /**
   * Makes the calling thread act for the process again.
   *
   * @return 0 or an error, after which the thread acts as the client still
   */
  int revertToSelf();

  /**
   * Who owns by default what this process creates.
   *
   * @return the SID in text form, or null
   */
  String defaultOwnerSid();

  /**
   * The logon session of this process.
   *
   * @return the SID in text form, null for a process that belongs to none
   */
  String logonSid();
}
