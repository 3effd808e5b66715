// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.IdentityKernel;
import dev.npipe.iocp.PipeErrors;
import java.util.concurrent.Callable;

/**
 * Somebody's code, run on a thread that acts as a client, unless the client has not allowed as much.
 */
final class AsClient<T> implements Runnable {

  private final IdentityKernel kernel;
  private final Callable<T> code;
  private int refusal;
  private T result;
  private Throwable failure;

  AsClient(IdentityKernel kernel, Callable<T> code) {
    this.kernel = kernel;
    this.code = code;
  }

  @Override
  public void run() {
    refusal = checkLevel();
    if (refusal == PipeErrors.SUCCESS) {
      try {
        result = code.call();
      } catch (Throwable e) { // the code's, whatever it is: the thread has to go on to stop acting as the client
        failure = e;
      }
    }
  }

  /** With less than impersonation the system would refuse whatever the code wants to do, one by one. */
  private int checkLevel() {
    long token = kernel.openThreadToken();
    if (token <= 0) {
      return token == -PipeErrors.CANT_OPEN_ANONYMOUS ? PipeErrors.BAD_IMPERSONATION_LEVEL : (int) -token;
    }
    try {
      return kernel.describe(token).level() >= ImpersonationLevel.IMPERSONATION.ordinal()
          ? PipeErrors.SUCCESS : PipeErrors.BAD_IMPERSONATION_LEVEL;
    } finally {
      kernel.closeObject(token);
    }
  }

  /** Why the code was not run, 0 when it was. */
  int refusal() {
    return refusal;
  }

  /** What the code has returned. */
  T result() throws Exception {
    if (failure instanceof Error) {
      throw (Error) failure;
    }
    if (failure != null) {
      throw (Exception) failure;
    }
    return result;
  }
}
