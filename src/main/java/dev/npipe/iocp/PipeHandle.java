// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An owned handle to one end of a pipe: closed exactly once, and remembered until its last operation has come back.
 *
 * <p>Submissions are made by the event loop the handle is attached to; {@link #close} may be called by any thread.
 */
public final class PipeHandle {

  private final PipeKernel kernel;
  private final HandleOperations operations;
  private final long value;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final AtomicBoolean retired = new AtomicBoolean();
  private final HandleUsers users = new HandleUsers();
  private final AtomicInteger pending = new AtomicInteger(1); // for the handle itself, until it is closed
  private final Attachment attachment = new Attachment(this);

  // Written by the event loop at registration, read by the thread that dequeues.
  private boolean messageMode;
  private boolean skipsPackets;
  private BlockingIo blocking;
  private Executor closing = Runnable::run;

  PipeHandle(PipeKernel kernel, OverlappedBlocks blocks, long value) {
    this.kernel = kernel;
    this.operations = new HandleOperations(blocks);
    this.value = value;
  }

  /**
   * Says that its operations are performed by calls that block. Before the first attachment.
   *
   * @param threads where they may
   */
  public void blocks(Executor threads) {
    blocking = new BlockingIo(kernel.adoption(), this, threads);
  }

  /**
   * Says that its close may block, since it goes over the network. Before the first attachment.
   *
   * @param threads where it may; they refuse nothing
   */
  public void closesOn(Executor threads) {
    closing = threads;
  }

  /**
   * Whether its operations are performed by calls that block.
   *
   * @return false for overlapped I/O
   */
  public boolean isBlocking() {
    return blocking != null;
  }

  /**
   * The operating system's handle.
   *
   * @return the value, of use while the handle is open
   */
  public long value() {
    return value;
  }

  /**
   * Whether it has not been closed.
   *
   * @return false from {@link #close} on
   */
  public boolean isOpen() {
    return !closed.get();
  }

  /**
   * Whether it belongs to a completion port, which is for life.
   *
   * @return true from the first attachment on
   */
  public boolean isAttached() {
    return attachment.isMade();
  }

  /**
   * Starts a wait for a client. Event loop only.
   *
   * @param operation the operation
   * @param event signalled when the block is no longer pending, where the handle has no port yet, 0 where it has
   * @return {@link PipeErrors#IO_PENDING}, {@link PipeErrors#PIPE_CONNECTED} for a client that is there already, or an
   *     error; completion follows in the first case only
   */
  int connect(IoOperation operation, long event) {
    operation.submitted();
    operation.block().signals(event);
    return answered(operation, kernel.connect(value, operation.block().address()));
  }

  /**
   * Starts a read. Event loop only. The memory must stay valid until the operation has completed.
   *
   * @param operation the operation
   * @param address where the bytes go
   * @param length how many fit
   * @return {@link PipeErrors#SUCCESS} with {@link IoOperation#bytes()}, or {@link PipeErrors#IO_PENDING}, or an error;
   *     completion follows in the second case only
   */
  public int read(IoOperation operation, long address, int length) {
    operation.submitted();
    if (blocking != null) {
      blocking.read(operation, address, length);
      return PipeErrors.IO_PENDING;
    }
    return answered(operation, kernel.read(value, address, length, operation.block().address()));
  }

  /**
   * Starts a write. Event loop only. The memory must stay valid and unchanged until the operation has completed.
   *
   * @param operation the operation
   * @param address where the bytes are
   * @param length how many
   * @return as for {@link #read}
   */
  public int write(IoOperation operation, long address, int length) {
    operation.submitted();
    if (blocking != null) {
      blocking.write(operation, address, length);
      return PipeErrors.IO_PENDING;
    }
    return answered(operation, kernel.write(value, address, length, operation.block().address()));
  }

  /**
   * Starts a wait for the peer to have read everything. Event loop only.
   *
   * @param operation the operation
   * @return as for {@link #read}; one that {@link PipeErrors#isUnsupported} where it takes a thread
   */
  public int flush(IoOperation operation) {
    operation.submitted();
    if (blocking != null) {
      blocking.flush(operation);
      return PipeErrors.IO_PENDING;
    }
    return answered(operation, kernel.flushOverlapped(value, operation.block().address()));
  }

  /**
   * Starts a wait for an instance of a pipe, where this is the directory of the pipes. Event loop only.
   *
   * @param operation the operation
   * @param path the full path of the pipe
   * @param timeoutMillis how long to wait
   * @return as for {@link #read}
   */
  public int waitForInstance(IoOperation operation, String path, int timeoutMillis) {
    operation.submitted();
    return answered(operation, kernel.waitForInstance(value, path, timeoutMillis, operation.block().address()));
  }

  private int answered(IoOperation operation, int answer) {
    operation.answered(answer);
    if (answer == PipeErrors.IO_PENDING
        || (answer == PipeErrors.SUCCESS || answer == PipeErrors.MORE_DATA) && !skipsPackets) {
      return PipeErrors.IO_PENDING;
    }
    operation.settled(answer);
    return answer;
  }

  /**
   * Asks for the cancellation of an operation in flight, which still completes, maybe with success. Event loop only.
   *
   * @param operation the operation
   */
  public void cancel(IoOperation operation) {
    if (isOpen() && operation.isInFlight() && blocking != null) {
      blocking.cancel(operation);
    } else if (isOpen() && operation.isInFlight()) {
      kernel.cancel(value, operation.block().address());
      LoopMailbox.hurry(attachment.mailbox());
    }
  }

  /**
   * The channel leaves its event loop, which must not touch it any more: what completes waits until the handle is
   * attached again, or closed. Event loop only.
   */
  public void leaveLoop() {
    attachment.leaveLoop();
  }

  /** Cuts the client off and discards what is unread; server end only. Does nothing on a closed handle. */
  public void disconnect() {
    if (blocking != null && enter()) {
      blocking.disconnect();
    } else if (isOpen()) {
      kernel.disconnect(value);
    }
  }

  /** Closes the handle, the first time it is called. Operations in flight are cancelled, and complete. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      if (blocking != null) {
        operations.forEach(blocking::cancel);
      }
      attachment.end();
      leave();
    }
  }

  /**
   * Keeps the handle from being closed for the moment of a call, which waits for its turn where calls block: not on an
   * event loop then. Any thread.
   *
   * @return whether it is open; if so {@link #release} must follow
   */
  public boolean acquire() {
    boolean open = enter();
    if (open && blocking != null) {
      blocking.makeWay();
    }
    return open;
  }

  /** The call is over. */
  public void release() {
    if (blocking != null) {
      blocking.goOn();
    }
    leave();
  }

  /** As {@link #acquire}, without waiting; {@link #leave} must follow. */
  boolean enter() {
    return !closed.get() && users.enter();
  }

  /** The last one makes a close that came meanwhile. */
  void leave() {
    if (users.leave()) {
      try {
        if (blocking == null && pending.get() > 1) {
          // A write would otherwise last as long as a peer that reads nothing. Not all of the handle's: others in this
          // process may wait for theirs, on a duplicate.
          operations.forEach(operation -> kernel.cancel(value, operation.block().address()));
        }
      } finally {
        closing.execute(() -> {
          kernel.close(value);
          end();
        });
      }
    }
  }

  /** Takes an operation in, and gives it its OVERLAPPED block. */
  OverlappedBlocks.Block adopt(IoOperation operation) {
    return operations.adopt(operation);
  }

  void begin() {
    pending.incrementAndGet();
  }

  void end() {
    if (pending.decrementAndGet() == 0 && retired.compareAndSet(false, true)) {
      if (attachment.isMade()) {
        attachment.port().remove(this);
      }
      operations.giveBlocksBack();
    }
  }

  IoOperation operationAt(long overlapped) {
    return operations.at(overlapped);
  }

  Attachment attachment() {
    return attachment;
  }

  /**
   * Says, before the first attachment, that it reads messages: skip mode is not used, since whether it holds for a part
   * of a message is not documented, and differs.
   */
  public void readsMessages() {
    messageMode = true;
  }

  /**
   * Whether this end reads messages.
   *
   * @return false for a stream of bytes
   */
  public boolean isMessageMode() {
    return messageMode;
  }

  void skipsPackets(boolean skips) {
    skipsPackets = skips;
  }

  int errorOf(long status) {
    return kernel.errorOf(status);
  }

  @Override
  public String toString() {
    return "PipeHandle(0x" + Long.toHexString(value) + (closed.get() ? ", closed)" : ")");
  }
}
