// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static dev.npipe.channel.NamedPipeChannelOption.PIPE_FIRST_INSTANCE;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_INBOUND_BUFFER;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_MESSAGE_MODE;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_OUTBOUND_BUFFER;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_REJECT_REMOTE_CLIENTS;
import static dev.npipe.channel.NamedPipeChannelOption.PIPE_SECURITY;

import dev.npipe.iocp.PipeInstanceSpec;
import dev.npipe.iocp.PipeKernel;
import io.netty.channel.ChannelOption;
import io.netty.channel.ServerChannelRecvByteBufAllocator;
import java.util.Map;
import java.util.Objects;

/**
 * The configuration of a listening pipe. What the instances are created with counts from bind on; setters may be called
 * by any thread.
 */
public final class NamedPipeServerChannelConfig extends AcceptChannelConfig {

  /** The quota of each direction, unless told otherwise: as large as what one write gathers. */
  public static final int DEFAULT_BUFFER_BYTES = 256 * 1024;

  private final NamedPipeServerChannel server;
  private volatile int inboundBufferBytes = DEFAULT_BUFFER_BYTES;
  private volatile int outboundBufferBytes = DEFAULT_BUFFER_BYTES;
  private volatile boolean messageMode;
  private volatile boolean rejectRemoteClients = true;
  private volatile boolean firstInstanceRequired = true;
  private volatile PipeSecurity security = PipeSecurity.currentUser();

  NamedPipeServerChannelConfig(NamedPipeServerChannel server) {
    super(server, new ServerChannelRecvByteBufAllocator());
    this.server = server;
  }

  @Override
  public Map<ChannelOption<?>, Object> getOptions() {
    return getOptions(super.getOptions(), PIPE_INBOUND_BUFFER, PIPE_OUTBOUND_BUFFER, PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_FIRST_INSTANCE, PIPE_SECURITY, PIPE_MESSAGE_MODE);
  }

  @SuppressWarnings("unchecked")
  @Override
  public <T> T getOption(ChannelOption<T> option) {
    if (option == PIPE_INBOUND_BUFFER) {
      return (T) Integer.valueOf(inboundBufferBytes);
    }
    if (option == PIPE_OUTBOUND_BUFFER) {
      return (T) Integer.valueOf(outboundBufferBytes);
    }
    if (option == PIPE_REJECT_REMOTE_CLIENTS) {
      return (T) Boolean.valueOf(rejectRemoteClients);
    }
    if (option == PIPE_FIRST_INSTANCE) {
      return (T) Boolean.valueOf(firstInstanceRequired);
    }
    if (option == PIPE_SECURITY) {
      return (T) security;
    }
    if (option == PIPE_MESSAGE_MODE) {
      return (T) Boolean.valueOf(messageMode);
    }
    return super.getOption(option);
  }

  @Override
  public <T> boolean setOption(ChannelOption<T> option, T value) {
    validate(option, value);
    if (option == PIPE_INBOUND_BUFFER) {
      setInboundBufferBytes((Integer) value);
    } else if (option == PIPE_OUTBOUND_BUFFER) {
      setOutboundBufferBytes((Integer) value);
    } else if (option == PIPE_REJECT_REMOTE_CLIENTS) {
      setRejectRemoteClients((Boolean) value);
    } else if (option == PIPE_FIRST_INSTANCE) {
      setFirstInstanceRequired((Boolean) value);
    } else if (option == PIPE_SECURITY) {
      setSecurity((PipeSecurity) value);
    } else if (option == PIPE_MESSAGE_MODE) {
      setMessageMode((Boolean) value);
    } else if (SocketOptions.meansNothingToPipes(option)) {
      return true;
    } else {
      return super.setOption(option, value);
    }
    return true;
  }

  /**
   * How many bytes a client may write before the server reads them.
   *
   * @return the quota, 256 KiB by default
   */
  public int getInboundBufferBytes() {
    return inboundBufferBytes;
  }

  /**
   * Sets how many bytes a client may write before the server reads them.
   *
   * @param bytes the quota; with 0 every write of the client waits for its reader
   * @return this
   */
  public NamedPipeServerChannelConfig setInboundBufferBytes(int bytes) {
    this.inboundBufferBytes = inRange("inboundBufferBytes", bytes, 0, Integer.MAX_VALUE);
    return this;
  }

  /**
   * How many bytes the server may write before a client reads them.
   *
   * @return the quota, 256 KiB by default
   */
  public int getOutboundBufferBytes() {
    return outboundBufferBytes;
  }

  /**
   * Sets how many bytes the server may write before a client reads them.
   *
   * @param bytes the quota; with 0 every write waits for its reader
   * @return this
   */
  public NamedPipeServerChannelConfig setOutboundBufferBytes(int bytes) {
    this.outboundBufferBytes = inRange("outboundBufferBytes", bytes, 0, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Whether the pipe carries messages instead of a stream of bytes.
   *
   * @return false by default
   */
  public boolean isMessageMode() {
    return messageMode;
  }

  /**
   * Sets whether the pipe carries messages.
   *
   * @param messageMode true for messages; a client may read them as a stream all the same
   * @return this
   */
  public NamedPipeServerChannelConfig setMessageMode(boolean messageMode) {
    this.messageMode = messageMode;
    return this;
  }

  /**
   * Whether clients on other machines are turned away.
   *
   * @return true by default
   */
  public boolean isRejectRemoteClients() {
    return rejectRemoteClients;
  }

  /**
   * Sets whether clients on other machines are turned away.
   *
   * @param reject false opens the pipe to the network, over SMB, to whoever the security descriptor lets in
   * @return this
   */
  public NamedPipeServerChannelConfig setRejectRemoteClients(boolean reject) {
    this.rejectRemoteClients = reject;
    return this;
  }

  /**
   * Whether listening fails when the name exists already.
   *
   * @return true by default
   */
  public boolean isFirstInstanceRequired() {
    return firstInstanceRequired;
  }

  /**
   * Sets whether listening fails when the name exists already.
   *
   * @param required false shares the name with a process that has it, and with whatever security that one has chosen
   * @return this
   */
  public NamedPipeServerChannelConfig setFirstInstanceRequired(boolean required) {
    this.firstInstanceRequired = required;
    return this;
  }

  /**
   * Who may connect.
   *
   * @return the current user by default
   */
  public PipeSecurity getSecurity() {
    return security;
  }

  /**
   * Sets who may connect.
   *
   * @param security a preset or a descriptor; see there for the risks
   * @return this
   */
  public NamedPipeServerChannelConfig setSecurity(PipeSecurity security) {
    this.security = Objects.requireNonNull(security, "security");
    return this;
  }

  PipeInstanceSpec instanceSpec(NamedPipeAddress address, PipeKernel kernel) {
    return new PipeInstanceSpec(address.path(), getMaxInstances(), outboundBufferBytes, inboundBufferBytes,
        messageMode, rejectRemoteClients, security.toSddl(kernel.currentUserSid(), kernel.identity().logonSid()));
  }

  @Override
  protected void autoReadCleared() {
    server.clearReadPending();
  }
}
