// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static dev.npipe.channel.NamedPipeChannelOption.PIPE_IMPERSONATION_LEVEL;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_LINGER;

import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultChannelConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * The configuration of a connected pipe. Setters may be called by any thread.
 */
public final class NamedPipeChannelConfig extends DefaultChannelConfig {

  /** How long a close waits for the write in the kernel, unless told otherwise. */
  public static final Duration DEFAULT_LINGER = Duration.ofSeconds(5);

  // A read waits in the kernel with its buffer, so an idle connection holds a small one; a stream grows it to what the
  // other end writes at once.
  private static final int LEAST_READ_BYTES = 64;
  private static final int FIRST_READ_BYTES = 2048;
  private static final int MOST_READ_BYTES = 256 * 1024;

  private static final Duration MAX_LINGER = Duration.ofDays(365);

  private final NamedPipeChannel pipe;
  private volatile ImpersonationLevel impersonationLevel = ImpersonationLevel.IDENTIFICATION;
  private volatile Duration linger = DEFAULT_LINGER;

  NamedPipeChannelConfig(NamedPipeChannel pipe) {
    super(pipe, new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES));
    this.pipe = pipe;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), PIPE_IMPERSONATION_LEVEL, PIPE_LINGER, ChannelOption.SO_LINGER);
  }

  @SuppressWarnings("unchecked")
  @Override
  public <T> T getOption(ChannelOption<T> option) {
    if (option == PIPE_IMPERSONATION_LEVEL) {
      return (T) impersonationLevel;
    }
    if (option == PIPE_LINGER) {
      return (T) linger;
    }
    if (option == ChannelOption.SO_LINGER) {
      return (T) Integer.valueOf((int) linger.toSeconds());
    }
    return super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == PIPE_IMPERSONATION_LEVEL) {
      setImpersonationLevel((ImpersonationLevel) value);
    } else if (option == PIPE_LINGER) {
      setLinger((Duration) value);
    } else if (option == ChannelOption.SO_LINGER) {
      // A negative number of seconds is a socket's way to say: as if nothing had been set.
      setLinger((Integer) value < 0 ? DEFAULT_LINGER : Duration.ofSeconds((Integer) value));
    } else if (SocketOptions.meansNothingToPipes(option)) {
      return true;
    } else {
      return super.setOption(option, value);
    }
    return true;
  }

  /**
   * What the server may do in this client's name. Counts at connect, on the client's end.
   *
   * @return the level, {@link ImpersonationLevel#IDENTIFICATION} by default
   */
  public ImpersonationLevel getImpersonationLevel() {
    return impersonationLevel;
  }

  /**
   * Sets what the server may do in this client's name.
   *
   * @param level the level; anything above identification lets whoever owns the name act as this user
   * @return this
   */
  public NamedPipeChannelConfig setImpersonationLevel(ImpersonationLevel level) {
    this.impersonationLevel = Objects.requireNonNull(level, "impersonationLevel");
    return this;
  }

  /**
   * How long a close waits for the write that is in the kernel because the peer has not made room for it.
   *
   * @return the linger time, 5 seconds by default
   */
  public Duration getLinger() {
    return linger;
  }

  /**
   * Sets how long a close waits for the write that is in the kernel. After that the write is cancelled.
   *
   * @param linger zero cancels at once, and so loses what the peer has no room for
   * @return this
   * @throws IllegalArgumentException when negative, or longer than a year
   */
  public NamedPipeChannelConfig setLinger(Duration linger) {
    if (linger.isNegative() || linger.compareTo(MAX_LINGER) > 0) {
      throw new IllegalArgumentException("linger must be between zero and " + MAX_LINGER + ": " + linger);
    }
    this.linger = linger;
    return this;
  }

  @Override
  protected void autoReadCleared() {
    pipe.clearReadPending();
  }
}
