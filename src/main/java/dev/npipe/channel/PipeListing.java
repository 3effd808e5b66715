// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeKernel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A pipe that exists on this machine.
 *
 * @param path the full path, such as {@code \\.\pipe\name}
 * @param instances how many instances there are, connected or waiting for a client
 * @param maxInstances how many there may be; -1 for no limit
 */
public record PipeListing(String path, int instances, int maxInstances) {

  private static final String PREFIX = "\\\\.\\pipe\\";

  /**
   * Lists the pipes of this machine. None is opened for it: that would take an instance. Blocks for a moment.
   *
   * @return all pipes, by name; those of all users
   * @throws NamedPipeException where the system does not tell, as Wine
   * @throws UnsupportedOperationException where there are no named pipes
   */
  public static List<PipeListing> all() throws NamedPipeException {
    return all(PipeIo.shared().kernel());
  }

  static List<PipeListing> all(PipeKernel kernel) throws NamedPipeException {
    List<PipeListing> pipes = new ArrayList<>();
    int error = kernel.listPipes((name, instances, maxInstances) ->
        pipes.add(new PipeListing(PREFIX + name, instances, maxInstances)));
    if (error != PipeErrors.SUCCESS) {
      throw NamedPipeException.list(PREFIX, error);
    }
    pipes.sort(Comparator.comparing(PipeListing::path, String.CASE_INSENSITIVE_ORDER));
    return pipes;
  }
}
