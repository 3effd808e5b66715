// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

/**
 * Whether named pipes can be had in this process at all.
 */
public final class Win32Platform {

  private Win32Platform() {
  }

  /**
   * Whether this is 64-bit Windows with a working JNA.
   *
   * @return true when the functions of this package can be called
   */
  public static boolean isAvailable() {
    return Probe.CAUSE == null;
  }

  /**
   * Why named pipes cannot be had.
   *
   * @return what is missing and what to do, or null when they are available
   */
  public static Throwable unavailabilityCause() {
    return Probe.CAUSE;
  }

  /**
   * Fails where named pipes cannot be had.
   *
   * @throws UnsupportedOperationException saying what is missing and what to do
   */
  public static void ensureAvailable() {
    Throwable cause = Probe.CAUSE;
    if (cause != null) {
      // A new one, so that the stack trace is the caller's.
      throw new UnsupportedOperationException(cause.getMessage(), cause.getCause());
    }
  }

  /** What keeps a system with these properties from having named pipes, or null. */
  static String obstacle(String osName, String dataModel) {
    if (osName == null || !osName.startsWith("Windows")) {
      return "named pipes exist on Windows only, and this is " + osName
        + "; use a Unix domain socket here (SocketAddress.domainSocketAddress)";
    }
    if ("32".equals(dataModel)) {
      return "named pipes need a 64-bit JVM, and this one is 32-bit; run the application on a 64-bit Java";
    }
    return null;
  }

  private static final class Probe {

    static final Throwable CAUSE = probe();

    private static Throwable probe() {
      String obstacle = obstacle(System.getProperty("os.name"), System.getProperty("sun.arch.data.model"));
      if (obstacle != null) {
        return new UnsupportedOperationException(obstacle);
      }
      try {
        Kernel32.GetCurrentProcess();
        return null;
      } catch (LinkageError e) {
        return new UnsupportedOperationException("named pipes need JNA, whose native library cannot be loaded: "
          + e.getMessage() + "; see to it that jna is on the class path and that jna.tmpdir is writable", e);
      }
    }
  }
}
