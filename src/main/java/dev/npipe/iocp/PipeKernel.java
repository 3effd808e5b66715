// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

/**
 * Everything this library asks of the operating system, and nothing else: the seam at which the tests put a simulated
 * kernel in the place of Windows.
 *
 * <p>Handles, buffers and OVERLAPPED blocks are plain addresses, so that no call on the hot path allocates. Calls that
 * yield a handle return it as a positive number, or the negated Win32 error code; all others return a Win32 error code
 * with 0 for success. Implementations are safe for use by any thread.
 *
 * <p>An overlapped call (connect, read, write) that returns 0 or {@link PipeErrors#IO_PENDING} yields exactly one
 * completion packet at the port its handle is associated with, or, on a handle without a port, signals the event of its
 * OVERLAPPED block; a plain success yields none once {@link #skipCompletionOnSuccess} has succeeded. Any other result
 * yields none, with one exception: {@link PipeErrors#MORE_DATA} is a success that did not fit, of message-mode handles.
 */
public interface PipeKernel extends BlockedThreads {

  /** The access right to read from the pipe, for {@link #open}. */
  int ACCESS_READ = 1;
  /** The access right to write to the pipe, for {@link #open}. */
  int ACCESS_WRITE = 2;

  /**
   * Creates an instance of a pipe. It can be opened by a client from this moment on, before {@link #connect}.
   *
   * @param spec what to create
   * @param first whether the name must not exist yet; if it does the result is {@link PipeErrors#ACCESS_DENIED}
   * @return the handle, or the negated error code
   */
  long createInstance(PipeInstanceSpec spec, boolean first);

  /**
   * Opens the client end of a pipe. May block for a moment: never called on an event loop.
   *
   * @param path the full path, local or remote
   * @param access {@link #ACCESS_READ}, {@link #ACCESS_WRITE} or both
   * @param impersonationLevel what the server may do in the client's name: 0 anonymous, 1 identification,
   *     2 impersonation, 3 delegation
   * @return the handle, or the negated error code
   */
  long open(String path, int access, int impersonationLevel);

  /**
   * Makes each read of a client's end take one message, or a part of one. May block for a moment, as {@link #open}.
   *
   * @param handle the client's end
   * @return 0; {@link PipeErrors#INVALID_PARAMETER} when the server has created the pipe in byte mode; or an error
   */
  int readMessages(long handle);

  /**
   * Waits for a client on an instance (ConnectNamedPipe).
   *
   * @param handle the instance
   * @param overlapped the OVERLAPPED block
   * @return {@link PipeErrors#IO_PENDING}, {@link PipeErrors#PIPE_CONNECTED}, a success without a packet, or an error
   */
  int connect(long handle, long overlapped);

  /**
   * Starts a read.
   *
   * @param handle the pipe
   * @param buffer the address of native memory
   * @param length how many bytes fit there
   * @param overlapped the OVERLAPPED block, whose InternalHigh has the count after an immediate success
   * @return 0, {@link PipeErrors#IO_PENDING}, or an error
   */
  int read(long handle, long buffer, int length, long overlapped);

  /**
   * Starts a write.
   *
   * @param handle the pipe
   * @param buffer the address of native memory
   * @param length how many bytes to write
   * @param overlapped the OVERLAPPED block, whose InternalHigh has the count after an immediate success
   * @return 0, {@link PipeErrors#IO_PENDING}, or an error
   */
  int write(long handle, long buffer, int length, long overlapped);

  /**
   * Asks for the cancellation of one operation (CancelIoEx). Only asks: its packet still comes, and may be a success.
   *
   * @param handle the pipe
   * @param overlapped the operation's OVERLAPPED block
   * @return 0, or {@link PipeErrors#NOT_FOUND} when it has already completed
   */
  int cancel(long handle, long overlapped);

  /**
   * Waits until the peer has read everything (FSCTL_PIPE_FLUSH), which a peer that is gone may not have done.
   *
   * @param handle the pipe
   * @param overlapped the OVERLAPPED block
   * @return 0, {@link PipeErrors#IO_PENDING}, one that {@link PipeErrors#isUnsupported}, or another error
   */
  int flushOverlapped(long handle, long overlapped);

  /**
   * Blocks until the peer has read everything (FlushFileBuffers). Never called on an event loop.
   *
   * @param handle the pipe
   * @return 0; {@link PipeErrors#BROKEN_PIPE} when the peer is gone, also when it was before; or another error
   */
  int flush(long handle);

  /**
   * Says whether the peer is there (FilePipeLocalInformation).
   *
   * @param handle the pipe, a local one on an event loop
   * @return 0 as long as it is, {@link PipeErrors#BROKEN_PIPE} when it is gone, also while something it wrote can be
   *     read, or why the system does not tell
   */
  int connection(long handle);

  /**
   * How much of the room for what is written is taken (FilePipeLocalInformation): by what the peer has not read, or,
   * with nothing to read, by a read that it waits in.
   *
   * @param handle the server's end
   * @return the number of bytes, negative where the system does not tell
   */
  long writeQuotaUsed(long handle);

  /**
   * Opens a handle once more, for a call that may still block when the first is closed.
   *
   * @param handle the pipe
   * @return another handle to the same end, or the negated error code
   */
  long duplicate(long handle);

  /**
   * Opens the directory of the local pipes, to wait there for an instance. May block for a moment, as {@link #open}.
   *
   * @return the handle, to be associated and closed as that of a pipe, or the negated error code
   */
  long openRoot();

  /**
   * Waits until an instance of a local pipe can be opened (FSCTL_PIPE_WAIT). That reserves none.
   *
   * @param root the directory of the pipes
   * @param path the full path of the pipe
   * @param timeoutMillis how long to wait; where the wait cannot be cancelled its packet comes no sooner
   * @param overlapped the OVERLAPPED block
   * @return 0, {@link PipeErrors#IO_PENDING}, {@link PipeErrors#FILE_NOT_FOUND}, or an error; a wait in vain ends with
   *     {@link PipeErrors#SEM_TIMEOUT}
   */
  int waitForInstance(long root, String path, int timeoutMillis, long overlapped);

  /**
   * Lists the local pipes without opening any (NtQueryDirectoryFile). May block for a moment, as {@link #open}.
   *
   * @param visitor is told of each
   * @return 0 or an error
   */
  int listPipes(PipeVisitor visitor);

  /**
   * Says whether a client has come to an instance (PeekNamedPipe).
   *
   * @param handle the instance
   * @return 0, {@link PipeErrors#BROKEN_PIPE} for a client that has left, or another error while none has come
   */
  int clientState(long handle);

  /**
   * Cuts the client off and discards what either side has not read yet (DisconnectNamedPipe). Server end only.
   *
   * @param handle the instance
   * @return 0 or an error
   */
  int disconnect(long handle);

  /**
   * Closes a pipe handle. A read still in flight completes with an error, through its packet; a write or a flush may
   * stay in flight until the peer reads or closes, unless it is cancelled before.
   *
   * @param handle the pipe
   * @return 0 or an error
   */
  int close(long handle);

  /**
   * Creates a completion port.
   *
   * @return the handle, or the negated error code
   */
  long createPort();

  /**
   * Associates a pipe with a port, for the life of the handle.
   *
   * @param handle the pipe
   * @param port the port
   * @param key what every packet of this handle will carry
   * @return 0 or an error
   */
  int associate(long handle, long port, long key);

  /**
   * Asks that immediate successes on a handle queue no packet.
   *
   * @param handle the pipe
   * @return 0, or an error, after which immediate successes go on to queue packets
   */
  int skipCompletionOnSuccess(long handle);

  /**
   * Takes completion packets off a port (GetQueuedCompletionStatusEx).
   *
   * @param port the port
   * @param batch receives them
   * @param timeoutMillis how long to wait for the first, 0 for not at all, -1 for ever
   * @return 0 with at least one packet in the batch, {@link PipeErrors#WAIT_TIMEOUT}, or an error
   */
  int dequeue(long port, PacketBatch batch, int timeoutMillis);

  /**
   * Queues a packet without an operation, to wake whoever waits at the port.
   *
   * @param port the port
   * @param key the packet's key
   * @return 0 or an error
   */
  int post(long port, long key);

  /**
   * Closes a completion port at which nobody waits any more.
   *
   * @param port the port
   * @return 0 or an error
   */
  int closePort(long port);

  /**
   * Creates an event that is reset by the wait it ends (CreateEvent).
   *
   * @return the handle, or the negated error code
   */
  long createEvent();

  /**
   * Signals an event.
   *
   * @param event the event
   * @return 0 or an error
   */
  int setEvent(long event);

  /**
   * Waits for one of several events (WaitForMultipleObjects). The first that is signalled is reset.
   *
   * @param events the events
   * @param from the first of them to wait for
   * @param timeoutMillis how long to wait, 0 for not at all, -1 for ever
   * @return which one, or the negated error code, {@link PipeErrors#WAIT_TIMEOUT} among them
   */
  int waitForEvent(EventSet events, int from, int timeoutMillis);

  /**
   * Closes an event for which nobody waits any more.
   *
   * @param event the event
   * @return 0 or an error
   */
  int closeEvent(long event);

  /**
   * The Win32 error code of a completed operation's NTSTATUS.
   *
   * @param status what the OVERLAPPED block's Internal field says
   * @return 0 for success
   */
  int errorOf(long status);

  /**
   * The security identifier of the user this process runs as.
   *
   * @return the SID in text form, such as {@code S-1-5-21-...-1001}
   */
  String currentUserSid();

  /**
   * The process at the other end of a pipe.
   *
   * @param handle the pipe
   * @param serverEnd whether the handle is the server's end
   * @return the process id, or the negated error code
   */
  long peerProcessId(long handle, boolean serverEnd);

  /**
   * What the operating system tells about processes and users.
   *
   * @return that part of the seam
   */
  IdentityKernel identity();

  /**
   * What the operating system tells about handles that somebody else has opened.
   *
   * @return that part of the seam
   */
  AdoptionKernel adoption();
}
