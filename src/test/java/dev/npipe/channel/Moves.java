// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoopGroup;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** How the channels of a random life get from one event loop to another. */
final class Moves {

  private final Random random;
  private final SimulatedWorld world;
  private final LifeTally tally;
  private final Set<Channel> movedConnects = new HashSet<>();

  Moves(Random random, SimulatedWorld world, LifeTally tally) {
    this.random = random;
    this.world = world;
    this.tally = tally;
  }

  private EventLoopGroup anyLoop() {
    return List.of(world.serverLoop, world.childLoop, world.clientLoop).get(random.nextInt(3));
  }

  /** Whoever connects goes on with it at another event loop, or back at the same. */
  void move(ChannelFuture connect) {
    EventLoopGroup to = anyLoop();
    Channel channel = connect.channel();
    if (channel.isRegistered() && !connect.isDone() && movedConnects.add(channel)) {
      channel.deregister().addListener(left -> {
        if (channel.isOpen()) {
          to.register(channel);
          tally.connectsMoved++;
        }
      });
    }
  }

  /** To another event loop, or back to the same. */
  void move(Party party) {
    EventLoopGroup to = anyLoop();
    NamedPipeChannel channel = party.channel;
    if (channel.isRegistered() && !party.betweenLoops && !movedConnects.contains(channel)) {
      party.betweenLoops = true;
      channel.deregister().addListener(left -> {
        if (channel.isOpen()) {
          to.register(channel).addListener(registered -> party.betweenLoops = false);
          tally.moves++;
        }
      });
    }
  }
}
