// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MAX_CONNECTIONS;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MAX_INSTANCES;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MAX_PENDING_INSTANCES;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_PENDING_INSTANCES;

import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import java.util.Map;

/**
 * How many clients a listening pipe lets in, and how many instances wait for them.
 */
abstract class AcceptChannelConfig extends DefaultChannelConfig {

  /** The value of {@link #getMaxInstances()} that means no limit. */
  public static final int UNLIMITED_INSTANCES = 255;

  /** The value of {@link #getMaxConnections()} that means no limit. */
  public static final int UNLIMITED_CONNECTIONS = Integer.MAX_VALUE;

  /** The most instances that wait under pressure, unless told otherwise. */
  public static final int DEFAULT_MAX_PENDING_INSTANCES = 64;

  private static final int MOST_PENDING_INSTANCES = 16;

  private volatile int maxInstances = UNLIMITED_INSTANCES;
  private volatile int pendingInstances =
      Math.min(Runtime.getRuntime().availableProcessors(), MOST_PENDING_INSTANCES);
  private volatile int maxPendingInstances = DEFAULT_MAX_PENDING_INSTANCES;
  private volatile int maxConnections = UNLIMITED_CONNECTIONS;

  AcceptChannelConfig(NamedPipeServerChannel server, RecvByteBufAllocator allocator) {
    super(server, allocator);
  }

  private NamedPipeServerChannelConfig self() {
    return (NamedPipeServerChannelConfig) this;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), ChannelOption.SO_BACKLOG, PIPE_MAX_INSTANCES, PIPE_PENDING_INSTANCES,
        PIPE_MAX_PENDING_INSTANCES, PIPE_MAX_CONNECTIONS);
  }

  @SuppressWarnings("unchecked")
  @Override
  public <T> T getOption(ChannelOption<T> option) {
    if (option == PIPE_MAX_INSTANCES) {
      return (T) Integer.valueOf(maxInstances);
    }
    if (option == PIPE_PENDING_INSTANCES || option == ChannelOption.SO_BACKLOG) {
      return (T) Integer.valueOf(pendingInstances);
    }
    if (option == PIPE_MAX_PENDING_INSTANCES) {
      return (T) Integer.valueOf(maxPendingInstances);
    }
    if (option == PIPE_MAX_CONNECTIONS) {
      return (T) Integer.valueOf(maxConnections);
    }
    return super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == PIPE_MAX_INSTANCES) {
      setMaxInstances((Integer) value);
    } else if (option == PIPE_PENDING_INSTANCES) {
      setPendingInstances((Integer) value);
    } else if (option == PIPE_MAX_PENDING_INSTANCES) {
      setMaxPendingInstances((Integer) value);
    } else if (option == PIPE_MAX_CONNECTIONS) {
      setMaxConnections((Integer) value);
    } else if (option == ChannelOption.SO_BACKLOG) {
      // A backlog means the same; but what fits a socket's queue is too much here, where
      // each place costs a pipe instance.
      setPendingInstances(Math.max(1, Math.min(pendingInstances, (Integer) value)));
    } else {
      return super.setOption(option, value);
    }
    return true;
  }

  /**
   * How many instances may exist, connected and pending together.
   *
   * @return 1 to 254, or {@link #UNLIMITED_INSTANCES}, the default
   */
  public int getMaxInstances() {
    return maxInstances;
  }

  /**
   * Sets how many instances may exist. Clients beyond find the pipe busy.
   *
   * @param maxInstances 1 to 254, or {@link #UNLIMITED_INSTANCES}
   * @return this
   */
  public NamedPipeServerChannelConfig setMaxInstances(int maxInstances) {
    this.maxInstances = inRange("maxInstances", maxInstances, 1, UNLIMITED_INSTANCES);
    return self();
  }

  /**
   * How many instances wait for clients at once, at the least.
   *
   * @return the number, by default the number of processors, at most 16
   */
  public int getPendingInstances() {
    return pendingInstances;
  }

  /**
   * Sets how many instances wait for clients at once. More let more clients connect in the same moment.
   *
   * @param pendingInstances 1 to 254
   * @return this
   */
  public NamedPipeServerChannelConfig setPendingInstances(int pendingInstances) {
    this.pendingInstances = inRange("pendingInstances", pendingInstances, 1, UNLIMITED_INSTANCES - 1);
    return self();
  }

  /**
   * How many instances may wait while clients find all of them taken.
   *
   * @return 64 by default
   */
  public int getMaxPendingInstances() {
    return maxPendingInstances;
  }

  /**
   * Sets how many instances may wait while clients find all of them taken. Their number grows up to this, and shrinks
   * again when it is quiet.
   *
   * @param maxPendingInstances 1 to 254; no more than {@link #getPendingInstances()} keeps the number as it is
   * @return this
   */
  public NamedPipeServerChannelConfig setMaxPendingInstances(int maxPendingInstances) {
    this.maxPendingInstances = inRange("maxPendingInstances", maxPendingInstances, 1, UNLIMITED_INSTANCES - 1);
    return self();
  }

  /**
   * How many clients are handed over at once.
   *
   * @return the limit, {@link #UNLIMITED_CONNECTIONS} by default
   */
  public int getMaxConnections() {
    return maxConnections;
  }

  /**
   * Sets how many clients are handed over at once. Those beyond wait, connected, in the pending instances until one
   * leaves; when these are all taken, the pipe is busy.
   *
   * @param maxConnections at least 1
   * @return this
   */
  public NamedPipeServerChannelConfig setMaxConnections(int maxConnections) {
    this.maxConnections = inRange("maxConnections", maxConnections, 1, UNLIMITED_CONNECTIONS);
    return self();
  }

  static int inRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ": " + value);
    }
    return value;
  }
}
