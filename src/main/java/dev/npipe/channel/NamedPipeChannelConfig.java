// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static dev.npipe.channel.NamedPipeChannelOption.PIPE_EXPECTED_SERVER;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_IMPERSONATION_LEVEL;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_LINGER;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MAX_MESSAGE_SIZE;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MESSAGE_MODE;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_OVERSIZED_MESSAGES;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_WHEN_BUSY;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_WHEN_MISSING;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_ZERO_LENGTH_MESSAGES;

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

  /** How long a close waits for what is being written, unless told otherwise. */
  public static final Duration DEFAULT_LINGER = Duration.ofSeconds(5);

  /** How many bytes a message may have, unless told otherwise: 1 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_SIZE = 1024 * 1024;

  // A read waits in the kernel with its buffer, so an idle connection holds a small one; a stream grows it to what the
  // other end writes at once.
  private static final int LEAST_READ_BYTES = 64;
  private static final int FIRST_READ_BYTES = 2048;
  private static final int MOST_READ_BYTES = 256 * 1024;

  private static final Duration MAX_LINGER = Duration.ofDays(365);

  private final NamedPipeChannel pipe;
  private volatile ImpersonationLevel impersonationLevel = ImpersonationLevel.IDENTIFICATION;
  private volatile ExpectedServer expectedServer;
  private volatile Duration linger = DEFAULT_LINGER;
  private volatile boolean messageMode;
  private volatile int maxMessageSize = DEFAULT_MAX_MESSAGE_SIZE;
  private volatile OversizedMessages oversizedMessages = OversizedMessages.FAIL;
  private volatile WaitPolicy whenBusy = WaitPolicy.WAIT;
  private volatile WaitPolicy whenMissing = WaitPolicy.FAIL_FAST;
  private volatile ZeroLengthMessages zeroLengthMessages = ZeroLengthMessages.DELIVER;

  NamedPipeChannelConfig(NamedPipeChannel pipe) {
    super(pipe, new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES));
    this.pipe = pipe;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), PIPE_IMPERSONATION_LEVEL, PIPE_EXPECTED_SERVER, PIPE_LINGER,
        ChannelOption.SO_LINGER, PIPE_MESSAGE_MODE, PIPE_MAX_MESSAGE_SIZE, PIPE_OVERSIZED_MESSAGES,
        PIPE_ZERO_LENGTH_MESSAGES, PIPE_WHEN_BUSY, PIPE_WHEN_MISSING);
  }

  @SuppressWarnings("unchecked")
  @Override
  public <T> T getOption(ChannelOption<T> option) {
    Object own = option == PIPE_IMPERSONATION_LEVEL ? impersonationLevel
        : option == PIPE_EXPECTED_SERVER ? expectedServer
        : option == PIPE_LINGER ? linger
        : option == ChannelOption.SO_LINGER ? (Object) (int) linger.toSeconds()
        : option == PIPE_MESSAGE_MODE ? (Object) messageMode
        : option == PIPE_MAX_MESSAGE_SIZE ? (Object) maxMessageSize
        : option == PIPE_OVERSIZED_MESSAGES ? oversizedMessages
        : option == PIPE_ZERO_LENGTH_MESSAGES ? zeroLengthMessages
        : option == PIPE_WHEN_BUSY ? whenBusy
        : option == PIPE_WHEN_MISSING ? whenMissing
        : null;
    if (own != null) {
      return (T) own;
    }
    return super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    if (option == PIPE_EXPECTED_SERVER) {
      // Null is nobody in particular.
      setExpectedServer((ExpectedServer) value);
      return true;
    }
    validate(option, value);
    if (option == PIPE_IMPERSONATION_LEVEL) {
      setImpersonationLevel((ImpersonationLevel) value);
    } else if (option == PIPE_LINGER) {
      setLinger((Duration) value);
    } else if (option == PIPE_MESSAGE_MODE) {
      setMessageMode((Boolean) value);
    } else if (option == PIPE_MAX_MESSAGE_SIZE) {
      setMaxMessageSize((Integer) value);
    } else if (option == PIPE_OVERSIZED_MESSAGES) {
      setOversizedMessages((OversizedMessages) value);
    } else if (option == PIPE_ZERO_LENGTH_MESSAGES) {
      setZeroLengthMessages((ZeroLengthMessages) value);
    } else if (option == PIPE_WHEN_BUSY) {
      setWhenBusy((WaitPolicy) value);
    } else if (option == PIPE_WHEN_MISSING) {
      setWhenMissing((WaitPolicy) value);
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
   * Whom the client expects to find behind the pipe.
   *
   * @return null, the default, for nobody in particular
   */
  public ExpectedServer getExpectedServer() {
    return expectedServer;
  }

  /**
   * Sets whom the client expects to find behind the pipe. It is verified before the connect is completed, and so before
   * anything can be sent; if it is somebody else the connect fails with an {@link UnexpectedServerException}.
   *
   * @param expectedServer null for nobody in particular
   * @return this
   */
  public NamedPipeChannelConfig setExpectedServer(ExpectedServer expectedServer) {
    this.expectedServer = expectedServer;
    return this;
  }

  /**
   * How long a close waits for the write that is in the kernel because the peer has not made room for it, and for the
   * rest of a message that is begun.
   *
   * @return the linger time, 5 seconds by default
   */
  public Duration getLinger() {
    return linger;
  }

  /**
   * Sets how long a close waits for what is being written. After that the write is cancelled.
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

  /**
   * Whether a client is to read messages. Counts at connect, on the client's end; the server's end has the mode of its
   * server, which {@link NamedPipeChannel#isMessageMode()} tells on either end.
   *
   * @return false by default
   */
  public boolean isMessageMode() {
    return messageMode;
  }

  /**
   * Sets whether a client is to read messages. A server in byte mode refuses it.
   *
   * @param messageMode true for messages
   * @return this
   */
  public NamedPipeChannelConfig setMessageMode(boolean messageMode) {
    this.messageMode = messageMode;
    return this;
  }

  /**
   * How many bytes a message that is received may have.
   *
   * @return the size, 1 MiB by default
   */
  public int getMaxMessageSize() {
    return maxMessageSize;
  }

  /**
   * Sets how many bytes a message that is received may have. Counts from the next message on.
   *
   * @param bytes the size, at least 1; so much memory a peer can make this side use
   * @return this
   */
  public NamedPipeChannelConfig setMaxMessageSize(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maxMessageSize must be at least 1: " + bytes);
    }
    this.maxMessageSize = bytes;
    return this;
  }

  /**
   * What becomes of a message that has more.
   *
   * @return {@link OversizedMessages#FAIL} by default
   */
  public OversizedMessages getOversizedMessages() {
    return oversizedMessages;
  }

  /**
   * Sets what becomes of a message that has more.
   *
   * @param policy what to do
   * @return this
   */
  public NamedPipeChannelConfig setOversizedMessages(OversizedMessages policy) {
    this.oversizedMessages = Objects.requireNonNull(policy, "oversizedMessages");
    return this;
  }

  /**
   * What a message without a byte means.
   *
   * @return {@link ZeroLengthMessages#DELIVER} by default
   */
  public ZeroLengthMessages getZeroLengthMessages() {
    return zeroLengthMessages;
  }

  /**
   * Sets what a message without a byte means. As the end of the stream it is told by Netty's
   * {@link io.netty.channel.socket.ChannelInputShutdownEvent}.
   *
   * @param policy what it means
   * @return this
   */
  public NamedPipeChannelConfig setZeroLengthMessages(ZeroLengthMessages policy) {
    this.zeroLengthMessages = Objects.requireNonNull(policy, "zeroLengthMessages");
    return this;
  }

  /**
   * What a client does that finds all instances of the pipe taken.
   *
   * @return {@link WaitPolicy#WAIT} by default
   */
  public WaitPolicy getWhenBusy() {
    return whenBusy;
  }

  /**
   * Sets what a client does that finds all instances of the pipe taken.
   *
   * @param policy what to do
   * @return this
   */
  public NamedPipeChannelConfig setWhenBusy(WaitPolicy policy) {
    this.whenBusy = Objects.requireNonNull(policy, "whenBusy");
    return this;
  }

  /**
   * What a client does that finds no pipe of that name.
   *
   * @return {@link WaitPolicy#FAIL_FAST} by default
   */
  public WaitPolicy getWhenMissing() {
    return whenMissing;
  }

  /**
   * Sets what a client does that finds no pipe of that name.
   *
   * @param policy what to do
   * @return this
   */
  public NamedPipeChannelConfig setWhenMissing(WaitPolicy policy) {
    this.whenMissing = Objects.requireNonNull(policy, "whenMissing");
    return this;
  }

  @Override
  protected void autoReadCleared() {
    pipe.clearReadPending();
  }
}
