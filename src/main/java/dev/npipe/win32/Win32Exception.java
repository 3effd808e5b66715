// SPDX-License-Identifier: Apache-2.0
package dev.npipe.win32;

/**
 * A Win32 function failed where no failure was to be expected.
 */
public final class Win32Exception extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String operation;
  private final int code;

  Win32Exception(String operation, int code) {
    super(operation + " failed: " + Win32Errors.name(code) + " (" + code + ")");
    this.operation = operation;
    this.code = code;
  }

  /**
   * What failed.
   *
   * @return the function's name
   */
  public String operation() {
    return operation;
  }

  /**
   * Why.
   *
   * @return the Win32 error code, never 0
   */
  public int code() {
    return code;
  }
}
