// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import io.netty.channel.ChannelOption;
import java.time.Duration;

/**
 * The options that only a pipe has. The getter to which each leads tells its default.
 *
 * @param <T> the type of the option's value
 */
public final class NamedPipeChannelOption<T> extends ChannelOption<T> {

  /**
   * How many instances of the pipe may exist, connected and pending together: 1 to 254, or 255 for no limit.
   *
   * @see NamedPipeServerChannelConfig#getMaxInstances()
   */
  public static final ChannelOption<Integer> PIPE_MAX_INSTANCES = option("PIPE_MAX_INSTANCES");

  /**
   * How many instances wait for clients at once.
   *
   * @see NamedPipeServerChannelConfig#getPendingInstances()
   */
  public static final ChannelOption<Integer> PIPE_PENDING_INSTANCES = option("PIPE_PENDING_INSTANCES");

  /**
   * How many instances may wait while clients find all of them taken.
   *
   * @see NamedPipeServerChannelConfig#getMaxPendingInstances()
   */
  public static final ChannelOption<Integer> PIPE_MAX_PENDING_INSTANCES = option("PIPE_MAX_PENDING_INSTANCES");

  /**
   * How many clients are handed over at once.
   *
   * @see NamedPipeServerChannelConfig#getMaxConnections()
   */
  public static final ChannelOption<Integer> PIPE_MAX_CONNECTIONS = option("PIPE_MAX_CONNECTIONS");

  /**
   * How many bytes the client may write before the server reads them.
   *
   * @see NamedPipeServerChannelConfig#getInboundBufferBytes()
   */
  public static final ChannelOption<Integer> PIPE_INBOUND_BUFFER = option("PIPE_INBOUND_BUFFER");

  /**
   * How many bytes the server may write before the client reads them.
   *
   * @see NamedPipeServerChannelConfig#getOutboundBufferBytes()
   */
  public static final ChannelOption<Integer> PIPE_OUTBOUND_BUFFER = option("PIPE_OUTBOUND_BUFFER");

  /**
   * Whether clients on other machines are turned away.
   *
   * @see NamedPipeServerChannelConfig#isRejectRemoteClients()
   */
  public static final ChannelOption<Boolean> PIPE_REJECT_REMOTE_CLIENTS = option("PIPE_REJECT_REMOTE_CLIENTS");

  /**
   * Whether listening fails when the name exists already.
   *
   * @see NamedPipeServerChannelConfig#isFirstInstanceRequired()
   */
  public static final ChannelOption<Boolean> PIPE_FIRST_INSTANCE = option("PIPE_FIRST_INSTANCE");

  /**
   * Who may connect.
   *
   * @see NamedPipeServerChannelConfig#getSecurity()
   */
  public static final ChannelOption<PipeSecurity> PIPE_SECURITY = option("PIPE_SECURITY");

  /**
   * What the server may do in the client's name.
   *
   * @see NamedPipeChannelConfig#getImpersonationLevel()
   */
  public static final ChannelOption<ImpersonationLevel> PIPE_IMPERSONATION_LEVEL = option("PIPE_IMPERSONATION_LEVEL");

  /**
   * Whom the client expects to find behind the pipe.
   *
   * @see NamedPipeChannelConfig#getExpectedServer()
   */
  public static final ChannelOption<ExpectedServer> PIPE_EXPECTED_SERVER = option("PIPE_EXPECTED_SERVER");

  /**
   * How long a close waits for what is being written.
   *
   * @see NamedPipeChannelConfig#getLinger()
   */
  public static final ChannelOption<Duration> PIPE_LINGER = option("PIPE_LINGER");

  /**
   * Whether the pipe carries messages instead of a stream of bytes.
   *
   * @see NamedPipeServerChannelConfig#isMessageMode()
   * @see NamedPipeChannelConfig#isMessageMode()
   */
  public static final ChannelOption<Boolean> PIPE_MESSAGE_MODE = option("PIPE_MESSAGE_MODE");

  /**
   * How many bytes a message that is received may have.
   *
   * @see NamedPipeChannelConfig#getMaxMessageSize()
   */
  public static final ChannelOption<Integer> PIPE_MAX_MESSAGE_SIZE = option("PIPE_MAX_MESSAGE_SIZE");

  /**
   * What becomes of a message that has more.
   *
   * @see NamedPipeChannelConfig#getOversizedMessages()
   */
  public static final ChannelOption<OversizedMessages> PIPE_OVERSIZED_MESSAGES = option("PIPE_OVERSIZED_MESSAGES");

  /**
   * What a message without a byte means.
   *
   * @see NamedPipeChannelConfig#getZeroLengthMessages()
   */
  public static final ChannelOption<ZeroLengthMessages> PIPE_ZERO_LENGTH_MESSAGES =
      option("PIPE_ZERO_LENGTH_MESSAGES");

  /**
   * What a client does that finds the pipe busy.
   *
   * @see NamedPipeChannelConfig#getWhenBusy()
   */
  public static final ChannelOption<WaitPolicy> PIPE_WHEN_BUSY = option("PIPE_WHEN_BUSY");

  /**
   * What a client does that finds no pipe of that name.
   *
   * @see NamedPipeChannelConfig#getWhenMissing()
   */
  public static final ChannelOption<WaitPolicy> PIPE_WHEN_MISSING = option("PIPE_WHEN_MISSING");

  private static <T> ChannelOption<T> option(String name) {
    return valueOf(NamedPipeChannelOption.class, name);
  }

  @SuppressWarnings("deprecation") // the one constructor ChannelOption offers to subclasses
  private NamedPipeChannelOption() {
    super(null);
  }
}
