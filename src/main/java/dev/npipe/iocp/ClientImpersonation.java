// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Runs code as the client of a pipe, and sees to it that the thread is the process's own again, or is never used again.
 */
public final class ClientImpersonation {

  private final IdentityKernel kernel;

  /**
   * Impersonates by means of a kernel.
   *
   * @param kernel the kernel
   */
  public ClientImpersonation(IdentityKernel kernel) {
    this.kernel = kernel;
  }

  /** The calling thread still acts as a client: whoever catches this must let the thread end. */
  public static final class NotReverted extends Error {

    private static final long serialVersionUID = 1L;

    NotReverted(int error) {
      super("A thread could not stop acting as the client of a pipe, and ends: " + PipeErrors.name(error) + " ("
          + error + ")");
    }
  }

  /**
   * Runs code on this thread as the client. What the code throws is thrown on.
   *
   * @param pipe the server's end; of no use any more when the code runs
   * @param code the code
   * @return 0, or the error that kept the code from being run
   * @throws NotReverted when this thread must end; the code has run
   */
  public int run(PipeHandle pipe, Runnable code) {
    // Known to be loaded and to work before the thread is somebody else's.
    revert();
    if (!pipe.acquire()) {
      return PipeErrors.INVALID_HANDLE;
    }
    try {
      int error = impersonate(pipe);
      if (error == PipeErrors.SUCCESS) {
        code.run();
      }
      return error;
    } finally {
      // Whatever is thrown since, by the release of the pipe too, which may close it.
      revert();
    }
  }

  private int impersonate(PipeHandle pipe) {
    try {
      return kernel.impersonateClient(pipe.value());
    } finally {
      pipe.release();
    }
  }

  /** Does not take the system's word for it: afterwards the thread must have no token of its own. */
  private void revert() {
    int error = kernel.revertToSelf();
    if (error != PipeErrors.SUCCESS) {
      throw new NotReverted(error);
    }
    long token = kernel.openThreadToken();
    if (token > 0) {
      kernel.closeObject(token);
      throw new NotReverted(PipeErrors.SUCCESS);
    }
    if (token != -PipeErrors.NO_TOKEN) {
      throw new NotReverted((int) -token);
    }
  }
}
