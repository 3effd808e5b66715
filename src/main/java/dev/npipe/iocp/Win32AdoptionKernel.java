// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.BlockingCall;
import dev.npipe.win32.HandleModes;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.OpenHandle;
import dev.npipe.win32.PipeReadMode;
import dev.npipe.win32.PipeState;
import dev.npipe.win32.StandardStreams;
import dev.npipe.win32.Win32Constants;
import dev.npipe.win32.Win32Exception;

/**
 * Handles of Windows that somebody else has opened. Has no state.
 */
final class Win32AdoptionKernel implements AdoptionKernel {

  @Override
  public Facts examine(long handle) {
    int end = OpenHandle.serverEnd(handle);
    if (end < 0) {
      return Facts.none(-end);
    }
    try {
      return new Facts(PipeErrors.SUCCESS, end == 1, HandleModes.isSynchronous(handle), HandleModes.access(handle),
          PipeState.readsMessages(handle), path(handle));
    } catch (Win32Exception e) {
      return Facts.none(e.code());
    }
  }

  private static String path(long handle) {
    String name = HandleModes.pipeName(handle);
    return name == null ? null : (HandleModes.isRemote(handle) ? "\\\\" : "\\\\.\\pipe\\") + name;
  }

  @Override
  public int switchToWaiting(long handle) {
    return PipeReadMode.switchToWaiting(handle);
  }

  @Override
  public long takeOver(long handle) {
    return StandardStreams.replace(handle, BlockingCall::duplicate);
  }

  @Override
  public int readNow(long handle, long buffer, int length) {
    return OpenHandle.read(handle, buffer, length);
  }

  @Override
  public int writeNow(long handle, long buffer, int length) {
    return OpenHandle.write(handle, buffer, length);
  }

  @Override
  public int flushNow(long handle) {
    return -BlockingCall.flush(handle);
  }

  @Override
  public int disconnectNow(long handle) {
    return Kernel32.DisconnectNamedPipe(handle) != Win32Constants.FALSE ? PipeErrors.SUCCESS : -Kernel32.lastError();
  }

  @Override
  public long currentThread() {
    return BlockingCall.openCurrentThread();
  }

  @Override
  public void interrupt(long thread) {
    BlockingCall.cancel(thread);
  }

  @Override
  public void closeThread(long thread) {
    Kernel32.CloseHandle(thread);
  }

  @Override
  public long standardHandle(int stream) {
    return StandardStreams.handle(stream);
  }
}
