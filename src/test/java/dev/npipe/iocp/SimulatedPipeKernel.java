// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A kernel of named pipes as Windows documents them, driven by a seed: it completes at once or late, whole or in part,
 * lets a cancel lose its race, reorders packets, and counts every handle and operation. What it is asked to do wrong it
 * refuses with an {@link AssertionError}. For one thread.
 */
public final class SimulatedPipeKernel extends SimulatedPortKernel {

  private static final String LOCAL = "\\\\.\\pipe\\";

  private final Map<Long, SimulatedEnd> ends = new HashMap<>();
  private final List<SimulatedEnd> order = new ArrayList<>();
  /** Clients whose server's end is closed, and that have not seen it: each still counts as an instance. */
  private final List<SimulatedEnd> left = new ArrayList<>();

  /** The security descriptor of each name, which its first instance has brought. */
  private final Map<String, Optional<String>> descriptors = new HashMap<>();

  /** Who creates instances, by the identifiers of its token, in SDDL. */
  public Set<String> serverIs = Set.of("S-1-5-21-1-2-3-1001", "S-1-5-5-0-4711", "AU", "WD");
  /** Who opens pipes. */
  public Set<String> clientIs = serverIs;
  /** A handle that blocks. */
  public final SimulatedAdoption adoption = new SimulatedAdoption();
  /** Who is at the other end. */
  public final SimulatedIdentity identity = new SimulatedIdentity(this, this::end);
  /** Threads for calls that block. */
  public final SteppedThreads threads = new SteppedThreads(random);
  private final SimulatedFlushes flushes = new SimulatedFlushes(threads);
  /** What the kernel is free to choose. */
  public final SimulatedWhims whims;
  /** What the last client asked for. */
  public int lastImpersonationLevel = -1;
  /** What the last instance was created with. */
  public PipeInstanceSpec lastSpec;
  /** Whether the thread that runs now may be blocked. */
  public boolean mayBlock;
  /** How many instances were asked for. */
  public int creations;
  /** How many handles were closed. */
  public int closes;
  /** How many writes were submitted. */
  public int writes;
  /** How many waits for an instance were submitted. */
  public int waits;
  /** How many waits for the peer to have read everything were begun. */
  public int flushesBegun;
  /** How many operations were submitted. */
  public int submitted;
  /** The memory that the last read with bytes has filled. */
  public long lastFilled;

  /** A kernel whose whims follow a seed. */
  public SimulatedPipeKernel(long seed) {
    super(new Random(seed));
    whims = new SimulatedWhims(random);
  }

  /** Of pipes, and of the threads that are blocked on some. */
  public int openHandles() {
    return ends.size() + flushes.openObjects();
  }

  /** How many packets were queued. */
  public int packets() {
    return ports.packets;
  }

  /** Of each dequeue that brought packets, how many it had asked for at the most. */
  List<Integer> packetsAskedFor() {
    return ports.packetsAskedFor;
  }

  public int operationsInFlight() {
    return ports.inFlight();
  }

  /** The handle at the other end of an open one, -1 for nobody. */
  public long peerOf(long handle) {
    SimulatedEnd peer = end(handle).peer;
    return peer == null ? -1 : peer.handle;
  }

  /** How many instances of a name exist. */
  public int instances(String path) {
    String key = path.toLowerCase(Locale.ROOT);
    return (int) ends.values().stream().filter(end -> end.server && end.name.equals(key)).count()
        + (int) left.stream().filter(client -> client.name.equals(key)).count();
  }

  /** How many instances of a name wait for a client. */
  public int waiting(String path) {
    String key = path.toLowerCase(Locale.ROOT);
    return (int) order.stream().filter(end -> end.name.equals(key) && !end.hadClient).count();
  }

  private SimulatedEnd end(long handle) {
    SimulatedEnd end = ends.get(handle);
    SimulatedEnd second = flushes.end(handle);
    if (second == null && (end == null || end.handleClosed)) {
      throw wrong("call on a closed handle");
    }
    return second != null ? second : end;
  }

  @Override
  public long createInstance(PipeInstanceSpec spec, boolean first) {
    lastSpec = spec;
    creations++;
    int failure = whims.takeCreateFailure();
    if (failure != 0) {
      return -failure;
    }
    int existing = instances(spec.path());
    if (first && existing > 0) {
      return -PipeErrors.ACCESS_DENIED;
    }
    if (spec.securityDescriptor() != null && !spec.securityDescriptor().matches("(O:.*)?D:.*")) {
      return -PipeErrors.INVALID_PARAMETER;
    }
    if (spec.maxInstances() != 255 && existing >= spec.maxInstances()) {
      whims.refused();
      return -PipeErrors.PIPE_BUSY;
    }
    String name = spec.path().toLowerCase(Locale.ROOT);
    if (existing == 0) {
      descriptors.put(name, Optional.ofNullable(spec.securityDescriptor()));
    } else if (!SimulatedAccess.grants(descriptors.get(name).orElse(null), serverIs, SimulatedAccess.INSTANCE)) {
      return -PipeErrors.ACCESS_DENIED;
    }
    SimulatedEnd end = new SimulatedEnd(newHandle(), true, name, spec.inboundBufferBytes(), spec.messageMode());
    ends.put(end.handle, end);
    order.add(end);
    List.copyOf(ends.values()).stream()
        .filter(root -> root.wait != null && root.awaited.equals(end.name))
        .forEach(root -> finish(root, root.wait, PipeErrors.SUCCESS));
    return end.handle;
  }

  @Override
  public long openRoot() {
    if (!mayBlock) {
      throw wrong("an open on an event loop");
    }
    SimulatedEnd root = new SimulatedEnd(newHandle(), false, "", 0, false);
    ends.put(root.handle, root);
    return root.handle;
  }

  @Override
  public int waitForInstance(long handle, String path, int timeoutMillis, long overlapped) {
    SimulatedEnd root = end(handle);
    if (timeoutMillis <= 0) {
      throw wrong("a wait of no time");
    }
    SimulatedOperation operation = submit(root, overlapped, 0, 0);
    waits++;
    root.awaited = path.toLowerCase(Locale.ROOT);
    if (instances(root.awaited) == 0 || whims.waitAnswer != 0) {
      return refuse(operation, whims.waitAnswer != 0 ? whims.waitAnswer : PipeErrors.FILE_NOT_FOUND);
    }
    root.wait = operation;
    boolean free = order.stream().anyMatch(end -> end.name.equals(root.awaited) && !end.hadClient);
    if (free && isLate()) {
      finish(root, operation, PipeErrors.SUCCESS);
      return PipeErrors.IO_PENDING;
    }
    return settleNow(root, operation, free);
  }

  @Override
  public int flushOverlapped(long handle, long overlapped) {
    SimulatedEnd end = end(handle);
    if (end.flush != null) {
      throw wrong("two flushes at once");
    }
    if (!whims.flushSupported && !(end.remote && isLate())) {
      return PipeErrors.NOT_SUPPORTED;
    }
    SimulatedOperation operation = submit(end, overlapped, 0, 0);
    if (!whims.flushSupported) {
      end.flush = operation;
      finish(end, operation, PipeErrors.NOT_SUPPORTED);
      return PipeErrors.IO_PENDING;
    }
    flushesBegun++;
    int failure = end.failure(false, 0);
    if (failure != 0) {
      return refuse(operation, failure);
    }
    end.flush = operation;
    // What a peer has left unread went with it: nothing to wait for.
    return settleNow(end, operation, end.isFlushed());
  }

  @Override
  public long duplicate(long handle) {
    int failure = whims.takeDuplicateFailure();
    if (failure != 0) {
      return -failure;
    }
    long second = newHandle();
    flushes.duplicate(second, end(handle));
    return second;
  }

  @Override
  public long openCurrentThread() {
    long thread = newHandle();
    flushes.openThread(thread);
    return thread;
  }

  @Override
  public int cancelBlocked(long thread) {
    return flushes.cancel(thread);
  }

  @Override
  public void closeThread(long thread) {
    flushes.closeThread(thread);
  }

  @Override
  public int flush(long handle) {
    flushesBegun++;
    int connection = whims.connectionFailure;
    return connection == 0 || PipeErrors.isUnsupported(connection) ? flushes.flush(end(handle)) : connection;
  }

  @Override
  public int connection(long handle) {
    SimulatedEnd end = end(handle);
    if (end.remote && !mayBlock) {
      throw wrong("a question over the network on an event loop");
    }
    return whims.connectionFailure != 0 ? whims.connectionFailure
        : end.isCutOff() ? PipeErrors.BROKEN_PIPE : PipeErrors.SUCCESS;
  }

  @Override
  public long writeQuotaUsed(long handle) {
    SimulatedEnd end = end(handle);
    if (!end.server) {
      throw wrong("a question about the server's writes at the client's end");
    }
    if (whims.quotaFailure != null) {
      throw whims.quotaFailure;
    }
    if (!whims.quotaTold) {
      return -1;
    }
    // With nothing to read, a read of the client has reserved what it asks for.
    return !end.isCutOff() && end.peer.isEmpty() && end.peer.read != null ? end.peer.read.length : end.unread();
  }

  @Override
  public long open(String path, int access, int impersonationLevel) {
    if (!mayBlock) {
      throw wrong("an open on an event loop");
    }
    lastImpersonationLevel = impersonationLevel;
    String name = path.toLowerCase(Locale.ROOT);
    boolean remote = !name.startsWith("\\\\.\\");
    if (remote) {
      name = "\\\\." + name.substring(name.indexOf('\\', 2));
    }
    if (instances(name) == 0) {
      return -PipeErrors.FILE_NOT_FOUND;
    }
    if (remote && lastSpec.rejectRemoteClients()
        || !SimulatedAccess.grants(descriptors.get(name).orElse(null), clientIs, SimulatedAccess.CLIENT)) {
      return -PipeErrors.ACCESS_DENIED;
    }
    return openListening(name, remote);
  }

  private long openListening(String name, boolean remote) {
    for (SimulatedEnd server : order) {
      if (server.name.equals(name) && server.state == SimulatedEnd.State.LISTENING && !server.hadClient) {
        SimulatedEnd client = new SimulatedEnd(newHandle(), false, name, lastSpec.outboundBufferBytes(),
            server.messageType);
        ends.put(client.handle, client);
        client.remote = remote;
        client.peer = server;
        server.peer = client;
        server.state = SimulatedEnd.State.CONNECTED;
        server.hadClient = true;
        if (server.connect != null) {
          finish(server, server.connect, PipeErrors.SUCCESS);
        }
        return client.handle;
      }
    }
    return -PipeErrors.PIPE_BUSY;
  }

  private SimulatedOperation submit(SimulatedEnd end, long overlapped, long buffer, int length) {
    ports.begin(overlapped);
    submitted++;
    SimulatedOperation operation = new SimulatedOperation(end, overlapped, buffer, length);
    ports.reset(operation.event());
    return operation;
  }

  /** The call failed at once: there is no packet. */
  private int refuse(SimulatedOperation operation, int error) {
    ports.end(operation.overlapped);
    return error;
  }

  @Override
  public int readMessages(long handle) {
    if (!mayBlock) {
      throw wrong("a switch of the read mode on an event loop");
    }
    end(handle).readsMessages = end(handle).messageType;
    return end(handle).messageType ? PipeErrors.SUCCESS : PipeErrors.INVALID_PARAMETER;
  }

  @Override
  public int connect(long handle, long overlapped) {
    SimulatedEnd end = end(handle);
    SimulatedOperation operation = submit(end, overlapped, 0, 0).marked();
    // What happens here is another process's doing.
    boolean mightBlock = mayBlock;
    mayBlock = true;
    int failure = whims.takeConnectFailure();
    mayBlock = mightBlock;
    if (failure != 0) {
      return refuse(operation, failure);
    }
    if (end.connect != null) {
      throw wrong("two connects at once");
    }
    if (end.hadClient) {
      return refuse(operation, end.peerIsGone() ? PipeErrors.NO_DATA : PipeErrors.PIPE_CONNECTED);
    }
    end.connect = operation;
    return PipeErrors.IO_PENDING;
  }

  @Override
  public int read(long handle, long buffer, int length, long overlapped) {
    SimulatedEnd end = end(handle);
    SimulatedOperation operation = submit(end, overlapped, buffer, length).marked();
    if (end.read != null) {
      throw wrong("two reads at once");
    }
    int failure = whims.takeReadFailure();
    failure = failure != 0 ? failure : end.failure(end.isEmpty(), PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      return refuse(operation, failure);
    }
    end.read = operation;
    return isLate() ? PipeErrors.IO_PENDING : settleNow(end, operation, end.progressRead(whims));
  }

  @Override
  public int write(long handle, long buffer, int length, long overlapped) {
    SimulatedEnd end = end(handle);
    if (length == 0 && !end.messageType) {
      throw wrong("a write of no bytes");
    }
    SimulatedOperation operation = submit(end, overlapped, buffer, length).marked();
    writes++;
    if (end.write != null) {
      throw wrong("two writes at once");
    }
    int failure = whims.takeFailure();
    failure = failure != 0 ? failure : end.failure(true, PipeErrors.NO_DATA);
    if (failure != 0) {
      return refuse(operation, failure);
    }
    end.write = operation;
    return isLate() ? PipeErrors.IO_PENDING : settleNow(end, operation, end.progressWrite(whims));
  }

  private boolean isLate() {
    return whims.chance(whims.latePercent);
  }

  /** An immediate success has a packet unless the handle skips it. */
  private int settleNow(SimulatedEnd end, SimulatedOperation operation, boolean done) {
    if (!done) {
      return PipeErrors.IO_PENDING;
    }
    noteFilled(end, operation);
    end.forget(operation);
    operation.settle(operation.outcome);
    if (end.skipsPackets) {
      ports.end(operation.overlapped);
    } else {
      ports.queue(end, operation);
    }
    return operation.outcome;
  }

  private void finish(SimulatedEnd end, SimulatedOperation operation, int error) {
    if (operation != null) {
      noteFilled(end, operation);
      end.forget(operation);
      operation.settle(error != PipeErrors.SUCCESS ? error : operation.outcome);
      ports.queue(end, operation);
    }
  }

  private void noteFilled(SimulatedEnd end, SimulatedOperation operation) {
    if (operation == end.read && operation.moved > 0) {
      lastFilled = operation.buffer;
    }
  }

  /** An end has something to read that its peer, who is no channel of ours, has written. */
  public void arrives(long handle, byte... written) {
    end(handle).arrive(written);
  }

  /** A wait for a client that is pending fails, later than its call. */
  public void failPendingConnect(String path, int error) {
    String key = path.toLowerCase(Locale.ROOT);
    SimulatedEnd waiting = order.stream().filter(end -> end.name.equals(key) && end.connect != null).findFirst()
        .orElseThrow(() -> new AssertionError("nobody waits for a client of " + path));
    finish(waiting, waiting.connect, error);
  }

  /** Lets something move that can; says whether anything did. */
  public boolean step() {
    List<SimulatedEnd> candidates = new ArrayList<>(ends.values());
    Collections.shuffle(candidates, random);
    for (SimulatedEnd end : candidates) {
      if (stepRead(end) || stepWrite(end) || stepFlush(end) || stepWait(end)) {
        return true;
      }
    }
    return false;
  }

  private boolean stepRead(SimulatedEnd end) {
    if (end.read == null) {
      return false;
    }
    int failure = end.failure(end.isEmpty(), PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      finish(end, end.read, failure);
      return true;
    }
    if (end.progressRead(whims)) {
      finish(end, end.read, PipeErrors.SUCCESS);
      return true;
    }
    return false;
  }

  private boolean stepWrite(SimulatedEnd end) {
    if (end.write == null) {
      return false;
    }
    int failure = end.failure(true, PipeErrors.BROKEN_PIPE);
    if (failure != 0) {
      finish(end, end.write, failure);
      return true;
    }
    int before = end.write.moved;
    SimulatedOperation write = end.write;
    if (end.progressWrite(whims)) {
      finish(end, write, PipeErrors.SUCCESS);
      return true;
    }
    return write.moved > before;
  }

  private boolean stepFlush(SimulatedEnd end) {
    if (end.flush == null) {
      return false;
    }
    int failure = end.failure(true, PipeErrors.BROKEN_PIPE);
    if (failure != 0 || end.isFlushed()) {
      finish(end, end.flush, failure);
      return true;
    }
    return false;
  }

  private boolean stepWait(SimulatedEnd root) {
    if (root.wait != null && whims.chance(whims.waitTimeoutPercent)) {
      finish(root, root.wait, PipeErrors.SEM_TIMEOUT);
      return true;
    }
    return false;
  }

  @Override
  public int cancel(long handle, long overlapped) {
    SimulatedEnd end = end(handle);
    for (SimulatedOperation operation : new SimulatedOperation[] {end.read, end.write, end.connect, end.flush,
        end.wait}) {
      if (operation != null && operation.overlapped == overlapped) {
        boolean late = operation == end.read && end.progressRead(whims)
            || operation == end.write && end.progressWrite(whims);
        finish(end, operation, late ? PipeErrors.SUCCESS : PipeErrors.OPERATION_ABORTED);
        return PipeErrors.SUCCESS;
      }
    }
    return PipeErrors.NOT_FOUND;
  }

  @Override
  public int listPipes(PipeVisitor visitor) {
    if (whims.listFailure != 0) {
      return whims.listFailure;
    }
    Map<String, Integer> counts = new HashMap<>();
    order.forEach(end -> counts.merge(end.name.substring(LOCAL.length()), end.server ? 1 : 0, Integer::sum));
    counts.forEach((name, count) ->
        visitor.pipe(name, count, lastSpec.maxInstances() == 255 ? -1 : lastSpec.maxInstances()));
    return PipeErrors.SUCCESS;
  }

  @Override
  public int clientState(long handle) {
    SimulatedEnd end = end(handle);
    return end.failure(end.isEmpty(), PipeErrors.BROKEN_PIPE);
  }

  @Override
  public int disconnect(long handle) {
    SimulatedEnd end = end(handle);
    if (!end.server) {
      throw wrong("a client cannot disconnect");
    }
    cut(end);
    if (end.peer != null && !end.peer.closed) {
      cut(end.peer);
    }
    return PipeErrors.SUCCESS;
  }

  private void cut(SimulatedEnd end) {
    end.state = SimulatedEnd.State.DISCONNECTED;
    end.discardInbound();
    finish(end, end.read, PipeErrors.PIPE_NOT_CONNECTED);
    finish(end, end.write, PipeErrors.PIPE_NOT_CONNECTED);
    finish(end, end.flush, PipeErrors.PIPE_NOT_CONNECTED);
  }

  @Override
  public int close(long handle) {
    SimulatedEnd end = end(handle);
    if (end.remote && !mayBlock) {
      throw wrong("a close over the network on an event loop");
    }
    closes++;
    if (flushes.end(handle) != null) {
      flushes.close(handle);
      return end.handleClosed && end.duplicates == 0 ? ended(end) : PipeErrors.SUCCESS;
    }
    end.handleClosed = true;
    return end.duplicates == 0 ? ended(end) : PipeErrors.SUCCESS;
  }

  /** The last handle is closed, which is what the peer sees. */
  private int ended(SimulatedEnd end) {
    end.closed = true;
    ends.remove(end.handle);
    order.remove(end);
    left.remove(end);
    if (end.server && end.state == SimulatedEnd.State.CONNECTED && end.peer != null && !end.peer.closed) {
      left.add(end.peer);
    }
    finish(end, end.connect, PipeErrors.OPERATION_ABORTED);
    finish(end, end.read, PipeErrors.BROKEN_PIPE);
    finish(end, end.wait, PipeErrors.OPERATION_ABORTED);
    // What it writes, and its wait for the peer to have read all, may outlive it as long as the peer does nothing.
    if (whims.closeFailure != null) {
      throw whims.closeFailure;
    }
    return PipeErrors.SUCCESS;
  }

  @Override
  public int associate(long handle, long port, long key) {
    SimulatedEnd end = end(handle);
    if (whims.associateFailure != null) {
      throw whims.associateFailure;
    }
    int failure = whims.takeAssociateFailure();
    if (failure != 0 || end.port != 0) {
      return failure != 0 ? failure : PipeErrors.INVALID_PARAMETER;
    }
    end.port = port;
    end.key = key;
    return PipeErrors.SUCCESS;
  }

  @Override
  public long createEvent() {
    int failure = whims.takeEventFailure();
    return failure != 0 ? -failure : super.createEvent();
  }

  @Override
  public int skipCompletionOnSuccess(long handle) {
    if (end(handle).readsMessages) {
      throw wrong("skip mode where messages are read");
    }
    end(handle).skipsPackets = whims.skipModeSupported;
    return whims.skipModeSupported ? PipeErrors.SUCCESS : PipeErrors.INVALID_PARAMETER;
  }

  @Override
  public long peerProcessId(long handle, boolean serverEnd) {
    if (whims.peerProcessFailure != null) {
      throw whims.peerProcessFailure;
    }
    return end(handle).state == SimulatedEnd.State.CONNECTED ? identity.peer : -PipeErrors.PIPE_NOT_CONNECTED;
  }

  @Override
  public IdentityKernel identity() {
    return identity;
  }

  @Override
  public AdoptionKernel adoption() {
    return adoption;
  }
}
