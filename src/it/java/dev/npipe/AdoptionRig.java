// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.win32.Kernel32;
import dev.npipe.win32.Win32Constants;

/** Handles as others open them: with overlapped I/O or without. */
abstract class AdoptionRig extends PipeRig {

  static final int OVERLAPPED = Win32Constants.FILE_FLAG_OVERLAPPED;
  static final int SYNCHRONOUS = 0;
  static final int READ_WRITE = 0x12019b;

  final Box<NamedPipeSocket> accepted = new Box<>();

  String path() {
    return "\\\\.\\pipe\\" + name;
  }

  long open(int flags) throws Exception {
    await(NamedPipeServer.create(vertx).connectHandler(socket -> accepted.put(socket.pause())).listen(name));
    long handle = Kernel32.createFile(path(), READ_WRITE, Win32Constants.OPEN_EXISTING, flags);
    assertTrue(handle > 0);
    return handle;
  }
}
