// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import dev.npipe.win32.BlockingCall;
import dev.npipe.win32.CurrentUser;
import dev.npipe.win32.Kernel32;
import dev.npipe.win32.NtStatus;
import dev.npipe.win32.OpenHandle;
import dev.npipe.win32.PeerProcess;
import dev.npipe.win32.PipeControl;
import dev.npipe.win32.PipeDirectory;
import dev.npipe.win32.PipeReadMode;
import dev.npipe.win32.PipeState;
import dev.npipe.win32.SecurityDescriptor;
import dev.npipe.win32.Win32Constants;
import dev.npipe.win32.Win32Exception;
import dev.npipe.win32.Win32Platform;
import java.lang.ref.Reference;

/**
 * The kernel of Windows. Has no state but a cache of security descriptors.
 */
public final class Win32PipeKernel implements PipeKernel {

  private static final byte SKIP_MODES =
    Win32Constants.FILE_SKIP_COMPLETION_PORT_ON_SUCCESS | Win32Constants.FILE_SKIP_SET_EVENT_ON_HANDLE;

  private static final String UNC = "\\\\";
  private static final String LOCAL_DEVICES = "\\\\.\\";

  // Where the first-instance flag is not enforced, at least no two threads of this process take a name at once.
  private static final Object TAKING_A_NAME = new Object();

  private final SecurityDescriptors descriptors = new SecurityDescriptors();
  private final AdoptionKernel adoption = new Win32AdoptionKernel();
  private final IdentityKernel identity = new Win32IdentityKernel();

  /**
   * Finds the system's functions.
   *
   * @throws UnsupportedOperationException on anything but 64-bit Windows
   */
  public Win32PipeKernel() {
    Win32Platform.ensureAvailable();
  }

  /**
   * Whether there are named pipes here.
   *
   * @return true on 64-bit Windows
   */
  public static boolean isAvailable() {
    return Win32Platform.isAvailable();
  }

  /**
   * Throws where there are no named pipes.
   *
   * @throws UnsupportedOperationException saying why, and what to do
   */
  public static void ensureAvailable() {
    Win32Platform.ensureAvailable();
  }

  /**
   * Why there are no named pipes here.
   *
   * @return the reason, null where there are
   */
  public static Throwable unavailabilityCause() {
    return Win32Platform.unavailabilityCause();
  }

  @Override
  public long createInstance(PipeInstanceSpec spec, boolean first) {
    // Windows refuses these, Wine 8 takes 0 and 256 for no limit.
    if (spec.maxInstances() < 1 || spec.maxInstances() > Win32Constants.PIPE_UNLIMITED_INSTANCES
        || spec.outboundBufferBytes() < 0 || spec.inboundBufferBytes() < 0) {
      return -PipeErrors.INVALID_PARAMETER;
    }
    SecurityDescriptor descriptor;
    try {
      descriptor = spec.securityDescriptor() == null ? null : descriptors.get(spec.securityDescriptor());
    } catch (Win32Exception e) {
      return -e.code();
    }
    if (!first || FirstInstanceCapability.isEnforced()) {
      return create(spec, first, descriptor);
    }
    synchronized (TAKING_A_NAME) {
      return FirstInstanceCapability.isTaken(spec.path()) ? -PipeErrors.ACCESS_DENIED : create(spec, true, descriptor);
    }
  }

  private static long create(PipeInstanceSpec spec, boolean first, SecurityDescriptor descriptor) {
    long attributes = descriptor == null ? Win32Constants.NULL : descriptor.attributesAddress();
    try {
      long handle = handleOrError(Kernel32.createNamedPipe(spec.path(), PipeModes.openMode(first),
        PipeModes.pipeMode(spec), spec.maxInstances(), spec.outboundBufferBytes(), spec.inboundBufferBytes(), 0,
        attributes));
      // A first instance can only be one too many where the name is taken.
      return first && handle == -PipeErrors.PIPE_BUSY ? -PipeErrors.ACCESS_DENIED : handle;
    } finally {
      Reference.reachabilityFence(descriptor);
    }
  }

  @Override
  public long open(String path, int access, int impersonationLevel) {
    if (access == 0 || (access & ~(ACCESS_READ | ACCESS_WRITE)) != 0
        || impersonationLevel < 0 || impersonationLevel > Win32Constants.SECURITY_DELEGATION) {
      return -PipeErrors.INVALID_PARAMETER;
    }
    return pipeOrError(path, handleOrError(Kernel32.createFile(path, PipeModes.rights(access),
      Win32Constants.OPEN_EXISTING, PipeModes.openFlags(impersonationLevel, isRemote(path)))));
  }

  private static boolean isRemote(String path) {
    return path.startsWith(UNC) && !path.startsWith(LOCAL_DEVICES);
  }

  /** Wherever the path leads, no file is to be written over. Pipes of other machines are not asked over the network. */
  private static long pipeOrError(String path, long handle) {
    if (handle <= 0 || isRemote(path) || OpenHandle.isPipe(handle)) {
      return handle;
    }
    Kernel32.CloseHandle(handle);
    return -PipeErrors.BAD_PIPE;
  }

  @Override
  public int readMessages(long handle) {
    return PipeReadMode.switchToMessages(handle);
  }

  @Override
  public int connect(long handle, long overlapped) {
    return errorUnless(Kernel32.ConnectNamedPipe(handle, overlapped));
  }

  @Override
  public int read(long handle, long buffer, int length, long overlapped) {
    return errorUnless(Kernel32.ReadFile(handle, buffer, length, Win32Constants.NULL, overlapped));
  }

  @Override
  public int write(long handle, long buffer, int length, long overlapped) {
    return errorUnless(Kernel32.WriteFile(handle, buffer, length, Win32Constants.NULL, overlapped));
  }

  @Override
  public int cancel(long handle, long overlapped) {
    return errorUnless(Kernel32.CancelIoEx(handle, overlapped));
  }

  @Override
  public int flushOverlapped(long handle, long overlapped) {
    return PipeControl.flush(handle, overlapped);
  }

  @Override
  public long duplicate(long handle) {
    return BlockingCall.duplicate(handle);
  }

  @Override
  public long openCurrentThread() {
    return BlockingCall.openCurrentThread();
  }

  @Override
  public int cancelBlocked(long thread) {
    return BlockingCall.cancel(thread);
  }

  @Override
  public void closeThread(long thread) {
    Kernel32.CloseHandle(thread);
  }

  @Override
  public long openRoot() {
    return handleOrError(PipeControl.openRoot());
  }

  @Override
  public int waitForInstance(long root, String path, int timeoutMillis, long overlapped) {
    return PipeControl.waitForInstance(root, path, timeoutMillis, overlapped);
  }

  @Override
  public int listPipes(PipeVisitor visitor) {
    return PipeDirectory.list(visitor::pipe);
  }

  @Override
  public int clientState(long handle) {
    return errorUnless(Kernel32.PeekNamedPipe(handle, Win32Constants.NULL, 0, Win32Constants.NULL,
        Win32Constants.NULL, Win32Constants.NULL));
  }

  @Override
  public int flush(long handle) {
    return BlockingCall.flush(handle);
  }

  @Override
  public int connection(long handle) {
    return PipeState.connection(handle);
  }

  @Override
  public long writeQuotaUsed(long handle) {
    return WriteQuotaCapability.isTold() ? PipeState.writeQuotaUsed(handle) : PipeState.UNKNOWN;
  }

  @Override
  public int disconnect(long handle) {
    return errorUnless(Kernel32.DisconnectNamedPipe(handle));
  }

  @Override
  public int close(long handle) {
    return errorUnless(Kernel32.CloseHandle(handle));
  }

  @Override
  public long createPort() {
    long port = Kernel32.CreateIoCompletionPort(Win32Constants.INVALID_HANDLE_VALUE, Win32Constants.NULL, 0, 0);
    return port != Win32Constants.NULL ? port : -Kernel32.lastError();
  }

  @Override
  public int associate(long handle, long port, long key) {
    // Without a port the function would create one, for nobody to close.
    if (port == Win32Constants.NULL) {
      return PipeErrors.INVALID_PARAMETER;
    }
    long associated = Kernel32.CreateIoCompletionPort(handle, port, key, 0);
    return associated != Win32Constants.NULL ? PipeErrors.SUCCESS : Kernel32.lastError();
  }

  @Override
  public int skipCompletionOnSuccess(long handle) {
    return errorUnless(Kernel32.SetFileCompletionNotificationModes(handle, SKIP_MODES));
  }

  @Override
  public int dequeue(long port, PacketBatch batch, int timeoutMillis) {
    int done = Kernel32.GetQueuedCompletionStatusEx(port, batch.address(), batch.wanted(), batch.countAddress(),
      timeoutMillis, Win32Constants.FALSE);
    if (done == Win32Constants.FALSE) {
      int error = Kernel32.lastError();
      batch.size(0);
      return error;
    }
    batch.acceptCount();
    return batch.size() > 0 ? PipeErrors.SUCCESS : PipeErrors.WAIT_TIMEOUT;
  }

  @Override
  public int post(long port, long key) {
    return errorUnless(Kernel32.PostQueuedCompletionStatus(port, 0, key, Win32Constants.NULL));
  }

  @Override
  public int closePort(long port) {
    return errorUnless(Kernel32.CloseHandle(port));
  }

  @Override
  public long createEvent() {
    long event = Kernel32.CreateEventW(Win32Constants.NULL, Win32Constants.FALSE, Win32Constants.FALSE,
        Win32Constants.NULL);
    return event != Win32Constants.NULL ? event : -Kernel32.lastError();
  }

  @Override
  public int setEvent(long event) {
    return errorUnless(Kernel32.SetEvent(event));
  }

  @Override
  public int waitForEvent(EventSet events, int from, int timeoutMillis) {
    int signalled = Kernel32.WaitForMultipleObjects(events.size() - from, events.address(from), Win32Constants.FALSE,
        timeoutMillis);
    if (signalled >= 0 && signalled < events.size() - from) {
      return from + signalled;
    }
    return -(signalled == PipeErrors.WAIT_TIMEOUT ? PipeErrors.WAIT_TIMEOUT : Kernel32.lastError());
  }

  @Override
  public int closeEvent(long event) {
    return errorUnless(Kernel32.CloseHandle(event));
  }

  @Override
  public int errorOf(long status) {
    return NtStatus.toWin32((int) status);
  }

  @Override
  public String currentUserSid() {
    return CurrentUser.sid();
  }

  @Override
  public long peerProcessId(long handle, boolean serverEnd) {
    return PeerProcess.id(handle, serverEnd);
  }

  @Override
  public AdoptionKernel adoption() {
    return adoption;
  }

  @Override
  public IdentityKernel identity() {
    return identity;
  }

  private static int errorUnless(int done) {
    return done != Win32Constants.FALSE ? PipeErrors.SUCCESS : Kernel32.lastError();
  }

  private static long handleOrError(long handle) {
    return handle != Win32Constants.INVALID_HANDLE_VALUE ? handle : -Kernel32.lastError();
  }
}
