// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Is told of each pipe that exists.
 */
public interface PipeVisitor {

  /**
   * There is a pipe.
   *
   * @param name without the prefix of pipes
   * @param instances how many instances there are
   * @param maxInstances how many there may be, -1 for no limit
   */
  void pipe(String name, int instances, int maxInstances);
}
