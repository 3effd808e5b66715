// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.iocp.AdoptionKernel;
import dev.npipe.iocp.LoopPorts;
import dev.npipe.iocp.PipeErrors;
import dev.npipe.iocp.PipeInstanceSpec;
import dev.npipe.iocp.SharedPoller;
import dev.npipe.iocp.SimulatedAdoption;
import dev.npipe.iocp.WaitingKernel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One random life of a channel whose handle lets one call after the other, each of which blocks its thread. */
final class BlockingLife {

  private static final int SECONDS = 20;

  final List<ChannelFuture> flushes = new ArrayList<>();
  private final Random random;
  private final WaitingKernel kernel;
  private final SharedPoller poller;
  private final SimulatedAdoption peer;
  private final Recorder recorder = new Recorder();
  private final NamedPipeChannel channel;
  private final StringBuilder arrived = new StringBuilder();
  private final StringBuilder sent = new StringBuilder();
  private final List<ChannelFuture> writes = new ArrayList<>();
  private final List<Integer> ends = new ArrayList<>();
  private final List<Future<?>> questions = new ArrayList<>();

  BlockingLife(long seed, EventLoop loop, ExecutorService threads) {
    random = new Random(seed * 7919);
    kernel = new WaitingKernel(seed);
    poller = new SharedPoller(kernel, SelectorWaking::of);
    peer = (SimulatedAdoption) kernel.adoption();
    peer.facts = new AdoptionKernel.Facts(PipeErrors.SUCCESS, true, true, 3, "blocking");
    long handle = kernel.createInstance(
        new PipeInstanceSpec("\\\\.\\pipe\\blocking", 1, 4_000, 4_000, false, true, null), true);
    PipeIo io = new PipeIo(poller, new LoopPorts(kernel), PipeThreads.all(threads));
    channel = done(new HandleAdoption(io).adopt(handle, loop));
    channel.config().setLinger(Duration.ofMillis(20));
    channel.pipeline().addLast(recorder);
    done(loop.register(channel));
  }

  /** To be asked for some time after its end: the poller waits for others to come. */
  void leavesNothing() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (poller.isRunning() || !kernel.leftovers().isEmpty() || peer.openThreads() > 0) {
      assertTrue(System.nanoTime() < deadline, () -> "left over: " + kernel.leftovers());
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
    assertEquals(0, poller.blocksInUse());
  }

  private static <T> T done(Future<T> future) {
    assertTrue(future.awaitUninterruptibly(SECONDS, TimeUnit.SECONDS), "it never completed");
    assertTrue(future.isSuccess(), String.valueOf(future.cause()));
    return future.getNow();
  }

  void live() {
    int acts = 10 + random.nextInt(60);
    for (int i = 0; i < acts; i++) {
      act(i);
    }
    boolean orderly = random.nextBoolean();
    if (orderly) {
      letGo();
    }
    end(orderly);
    check(orderly);
  }

  private void act(int number) {
    switch (random.nextInt(12)) {
      case 0 -> peer.full(random.nextBoolean());
      case 1 -> peer.unread(random.nextBoolean());
      case 2 -> channel.config().setAutoRead(random.nextBoolean());
      case 3 -> flushes.add(channel.whenRead(Duration.ofMillis(1 + random.nextInt(30))));
      case 4 -> questions.add(channel.peer());
      case 5, 6, 7 -> {
        String text = "<" + number + "x".repeat(random.nextInt(50)) + ">";
        arrived.append(text);
        peer.arrive(text);
      }
      case 8 -> LockSupport.parkNanos(random.nextInt(500_000));
      default -> {
        sent.append("[").append(number).append("]");
        ends.add(sent.length());
        writes.add(channel.writeAndFlush(PipePair.bytes("[" + number + "]")));
      }
    }
  }

  /** The peer takes what comes, and this end reads. */
  private void letGo() {
    peer.full(false);
    peer.unread(false);
    channel.config().setAutoRead(true);
    writes.forEach(BlockingLife::done);
  }

  private void end(boolean orderly) {
    if (orderly) {
      peer.end();
    } else if (random.nextBoolean()) {
      channel.close();
    } else {
      channel.abort();
    }
    assertTrue(channel.closeFuture().awaitUninterruptibly(SECONDS, TimeUnit.SECONDS), "a close that never completed");
    peer.full(false);
    peer.unread(false);
  }

  private void check(boolean orderly) {
    for (List<? extends Future<?>> each : List.of(writes, flushes, questions)) {
      each.forEach(future -> assertTrue(future.awaitUninterruptibly(SECONDS, TimeUnit.SECONDS), "not completed"));
    }
    assertTrue(peer.mostCallsAtOnce <= 1, "the system lets one call after the other");
    int acknowledged = 0;
    for (int i = 0; i < writes.size() && writes.get(i).isSuccess(); i++) {
      acknowledged = ends.get(i);
    }
    assertTrue(sent.toString().startsWith(peer.written()), "written: " + peer.written());
    assertTrue(peer.written().length() >= acknowledged, "a write that was taken and is not there");
    assertTrue(arrived.toString().startsWith(recorder.text()), "read: " + recorder.text());
    if (orderly) {
      assertEquals(arrived.toString(), recorder.text());
      assertEquals(sent.toString(), peer.written());
    }
  }
}
