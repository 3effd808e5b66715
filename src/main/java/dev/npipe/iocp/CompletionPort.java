// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;

/**
 * A completion port and the handles associated with it. Anybody may attach and remove; one thread at a time polls.
 *
 * <p>A completion key is the handle's slot, and the generation of that slot: a packet that came too late, which law 1
 * rules out, would be recognised as such and not be taken for the next tenant's.
 */
final class CompletionPort implements CompletionDriver {

  private static final int BATCH = 64;
  private static final int FIRST_SLOTS = 64;
  private static final int GENERATION_SHIFT = 32;
  private static final int STRANDED_MILLIS = 10;
  private static final int LONE_PACKETS_TO_A_BATCH = 8;
  private static final Runnable NOTHING = () -> { };

  private static final Logger LOGGER = System.getLogger(CompletionPort.class.getName());

  private final PipeKernel kernel;
  private final long port;
  private final OverlappedBlocks blocks;
  private final UnaryOperator<Executor> waking;
  private final Runnable whenIdle;

  // Guarded by this; the array is read by the thread that polls, without the lock.
  private volatile AtomicReferenceArray<PipeHandle> slots = new AtomicReferenceArray<>(FIRST_SLOTS);
  private final Map<Executor, LoopMailbox> mailboxes = new HashMap<>();
  private int[] freeSlots = new int[FIRST_SLOTS];
  private int freeCount;
  private int slotCount;
  private int attached;
  private int generation;

  // Accessed by the thread that polls.
  private final PacketBatch batch = new PacketBatch(BATCH);
  private final List<LoopMailbox> stranded = new ArrayList<>();
  private int lonePackets;

  /**
   * Creates a port.
   *
   * @param kernel the kernel
   * @param blocks where OVERLAPPED blocks come from
   * @param waking given an event loop, on its thread, says what hands it tasks from other threads
   * @param whenIdle called, under no lock, each time the last handle has been removed
   */
  CompletionPort(PipeKernel kernel, OverlappedBlocks blocks, UnaryOperator<Executor> waking, Runnable whenIdle) {
    this.kernel = kernel;
    this.blocks = blocks;
    this.waking = waking;
    this.whenIdle = whenIdle;
    this.port = kernel.createPort();
    if (port <= 0) {
      throw new IllegalStateException("No completion port: " + PipeErrors.name((int) -port) + " (" + -port + ")");
    }
  }

  @Override
  public PipeKernel kernel() {
    return kernel;
  }

  @Override
  public PipeHandle own(long value) {
    return new PipeHandle(kernel, blocks, value);
  }

  @Override
  public int attach(PipeHandle handle, Executor eventLoop) {
    Attachment attachment = handle.attachment();
    if (attachment.isMade()) {
      attachment.port().move(handle, eventLoop);
      attachment.enterLoop();
      return PipeErrors.SUCCESS;
    }
    long key;
    synchronized (this) {
      key = claim(handle);
      // Known before the association, because a packet may come right after it.
      attachment.set(this, key, mailboxOf(eventLoop));
    }
    if (handle.isBlocking()) {
      return PipeErrors.SUCCESS;
    }
    int error = kernel.associate(handle.value(), port, key);
    if (error != PipeErrors.SUCCESS) {
      return error;
    }
    handle.skipsPackets(!handle.isMessageMode()
        && kernel.skipCompletionOnSuccess(handle.value()) == PipeErrors.SUCCESS);
    return PipeErrors.SUCCESS;
  }

  @Override
  public int accept(PipeHandle instance, IoOperation operation, Executor eventLoop) {
    int error = attach(instance, eventLoop);
    if (error != PipeErrors.SUCCESS) {
      return error;
    }
    int answer = instance.connect(operation, 0);
    if (answer != PipeErrors.IO_PENDING) {
      // A client that was quicker than we, or one that has left again: known like all others, later.
      operation.completeLater(answer, 0);
    }
    return PipeErrors.SUCCESS;
  }

  private synchronized void move(PipeHandle handle, Executor eventLoop) {
    moveTo(handle, mailboxOf(eventLoop));
  }

  /** Until the handle is attached again, what completes waits. */
  synchronized void park(PipeHandle handle, ParkedTasks parked) {
    LoopMailbox mailbox = new LoopMailbox(parked, parked);
    mailbox.handles++;
    moveTo(handle, mailbox);
  }

  private void moveTo(PipeHandle handle, LoopMailbox mailbox) {
    Attachment attachment = handle.attachment();
    LoopMailbox before = attachment.mailbox();
    attachment.set(this, attachment.key(), mailbox);
    leave(before);
  }

  /** The mailbox of an event loop, kept as long as the port. */
  synchronized LoopMailbox keepMailbox(Executor eventLoop) {
    return mailboxOf(eventLoop);
  }

  private LoopMailbox mailboxOf(Executor eventLoop) {
    LoopMailbox mailbox = mailboxes.computeIfAbsent(eventLoop, loop -> new LoopMailbox(loop, waking.apply(loop)));
    mailbox.handles++;
    return mailbox;
  }

  private void leave(LoopMailbox mailbox) {
    if (--mailbox.handles == 0) {
      mailboxes.remove(mailbox.eventLoop());
    }
  }

  private long claim(PipeHandle handle) {
    int slot = freeCount > 0 ? freeSlots[--freeCount] : slotCount++;
    if (slot == slots.length()) {
      AtomicReferenceArray<PipeHandle> larger = new AtomicReferenceArray<>(slots.length() * 2);
      for (int i = 0; i < slots.length(); i++) {
        larger.set(i, slots.get(i));
      }
      slots = larger;
      freeSlots = Arrays.copyOf(freeSlots, larger.length());
    }
    attached++;
    slots.set(slot, handle);
    // Slot numbers start at 1 in a key: key 0 is a posted packet.
    return (long) ++generation << GENERATION_SHIFT | slot + 1;
  }

  /** Forgets a handle whose last operation has come back. */
  void remove(PipeHandle handle) {
    boolean idle;
    synchronized (this) {
      int slot = (int) handle.attachment().key() - 1;
      slots.set(slot, null);
      freeSlots[freeCount++] = slot;
      leave(handle.attachment().mailbox());
      idle = --attached == 0;
    }
    if (idle) {
      whenIdle.run();
    }
  }

  synchronized int attachedHandles() {
    return attached;
  }

  /** As {@link #poll(int, LoopMailbox, Runnable)}, where nobody has to know when the wait is over. */
  int poll(int timeoutMillis, LoopMailbox home) {
    return poll(timeoutMillis, home, NOTHING);
  }

  /**
   * Dequeues a batch of packets and hands them over, once for each event loop.
   *
   * @param timeoutMillis how long to wait for the first, 0 for not at all, -1 for ever
   * @param home the mailbox of the event loop whose thread this is, null for none: its operations complete before the
   *     call returns
   * @param awake called when the wait is over, before anything is handed over
   * @return 0 when there were any, {@link PipeErrors#WAIT_TIMEOUT}, or an error
   */
  int poll(int timeoutMillis, LoopMailbox home, Runnable awake) {
    int patience = home != null && home.hasPostponed() ? 0 : timeoutMillis;
    if (!stranded.isEmpty()) {
      wakeStranded();
      patience = patience < 0 || patience > STRANDED_MILLIS ? STRANDED_MILLIS : patience;
    }
    int answer;
    try {
      answer = kernel.dequeue(port, batch, patience);
    } finally {
      awake.run();
    }
    if (answer == PipeErrors.SUCCESS) {
      chooseNextBatch(home != null);
      distribute(home);
    }
    if (home != null && home.completeCollected() && answer == PipeErrors.WAIT_TIMEOUT) {
      return PipeErrors.SUCCESS;
    }
    return answer;
  }

  /**
   * While packets come alone, an event loop asks for one at a time and only now and then for more: to find that there
   * is no second one costs a request to Wine's server, which is one of ten that a round trip takes. To Windows it is
   * the same. Whoever hands over to others asks for all, since waking them costs more.
   */
  private void chooseNextBatch(boolean atHome) {
    lonePackets = !atHome || batch.size() > 1 ? 0 : lonePackets % LONE_PACKETS_TO_A_BATCH + 1;
    batch.wanted(lonePackets > 1 ? 1 : BATCH);
  }

  private void distribute(LoopMailbox home) {
    LoopMailbox dirty = null;
    for (int i = 0; i < batch.size(); i++) {
      IoOperation operation = null;
      try {
        operation = operationOf(i);
      } catch (RuntimeException | Error e) {
        // The others of the batch still want theirs.
        LOGGER.log(Level.ERROR, "A completion packet could not be read", e);
      }
      if (operation != null) {
        LoopMailbox mailbox = operation.mailbox();
        if (mailbox.collect(operation) && mailbox != home) {
          mailbox.nextDirty = dirty;
          dirty = mailbox;
        }
      }
    }
    deliver(dirty);
  }

  private void wakeStranded() {
    stranded.removeIf(mailbox -> {
      try {
        mailbox.wakeAgain();
      } catch (RuntimeException | Error e) {
        LOGGER.log(Level.DEBUG, "An event loop could still not be woken", e);
      }
      return !mailbox.isStranded();
    });
  }

  private void deliver(LoopMailbox dirty) {
    LoopMailbox mailbox = dirty;
    while (mailbox != null) {
      LoopMailbox following = mailbox.nextDirty;
      mailbox.nextDirty = null;
      try {
        mailbox.deliver();
      } catch (RuntimeException | Error e) {
        // No room to wake a loop, or an orphan's owner failed to clean up; the others still wait for theirs.
        LOGGER.log(Level.ERROR, "Completions could not be handed over", e);
        if (mailbox.isStranded()) {
          stranded.add(mailbox);
        }
      }
      mailbox = following;
    }
  }

  private IoOperation operationOf(int index) {
    long overlapped = batch.overlapped(index);
    if (overlapped == 0) {
      return null;
    }
    long key = batch.key(index);
    AtomicReferenceArray<PipeHandle> table = slots;
    int slot = (int) key - 1;
    PipeHandle handle = slot >= 0 && slot < table.length() ? table.get(slot) : null;
    IoOperation operation = handle != null && handle.attachment().key() == key ? handle.operationAt(overlapped) : null;
    if (operation == null) {
      LOGGER.log(Level.ERROR, "A completion packet for no operation of ours, key {0}", Long.toHexString(key));
    } else if (!operation.dequeued(batch.bytes(index))) {
      LOGGER.log(Level.ERROR, "The memory behind an OVERLAPPED block was overwritten, {0}", handle);
    }
    return operation;
  }

  /** Wakes the thread that polls; says whether the kernel had what it takes. */
  boolean wakeUp() {
    int error = kernel.post(port, 0);
    if (error != PipeErrors.SUCCESS) {
      LOGGER.log(Level.ERROR, "A poll could not be ended: {0} ({1})", PipeErrors.name(error), error);
    }
    return error == PipeErrors.SUCCESS;
  }

  /** Closes the port; nothing is attached and nobody polls any more. */
  void close() {
    kernel.closePort(port);
  }
}
