// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * The options that servers and clients have in common. In JSON a duration is a number of milliseconds.
 */
@DataObject
@JsonGen(publicConverter = false)
public abstract class NamedPipeEndpointOptions {

  /** The idle timeout, read or write or both, unless set: none. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ZERO;

  /** The linger timeout unless set: 5 seconds. */
  public static final Duration DEFAULT_LINGER_TIMEOUT = Duration.ofSeconds(5);

  /** The size of the write queue unless set: 256 KiB. */
  public static final int DEFAULT_WRITE_QUEUE_MAX_SIZE = 256 * 1024;

  /** Whether the pipe carries messages unless set: no, a stream of bytes. */
  public static final boolean DEFAULT_MESSAGE_MODE = false;

  /** How many bytes a message that is received may have unless set: 1 MiB. */
  public static final int DEFAULT_MAX_MESSAGE_SIZE = 1024 * 1024;

  /** What becomes of a message that has more unless set: it ends the connection. */
  public static final OversizedMessages DEFAULT_OVERSIZED_MESSAGES = OversizedMessages.FAIL;

  /** What a message without a byte means unless set: it is a message. */
  public static final ZeroLengthMessages DEFAULT_ZERO_LENGTH_MESSAGES = ZeroLengthMessages.DELIVER;

  /** How many messages the write queue holds unless set: 1024. */
  public static final int DEFAULT_WRITE_QUEUE_MAX_MESSAGES = 1024;

  /** The longest of all timeouts: 365 days. */
  static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

  private Duration idleTimeout;
  private Duration readIdleTimeout;
  private Duration writeIdleTimeout;
  private Duration lingerTimeout;
  private int writeQueueMaxSize;
  private String metricsName;
  private boolean messageMode;
  private int maxMessageSize;
  private OversizedMessages oversizedMessages;
  private ZeroLengthMessages zeroLengthMessages;
  private int writeQueueMaxMessages;

  /**
   * Creates the options with their defaults.
   */
  protected NamedPipeEndpointOptions() {
    idleTimeout = DEFAULT_IDLE_TIMEOUT;
    readIdleTimeout = DEFAULT_IDLE_TIMEOUT;
    writeIdleTimeout = DEFAULT_IDLE_TIMEOUT;
    lingerTimeout = DEFAULT_LINGER_TIMEOUT;
    writeQueueMaxSize = DEFAULT_WRITE_QUEUE_MAX_SIZE;
    messageMode = DEFAULT_MESSAGE_MODE;
    maxMessageSize = DEFAULT_MAX_MESSAGE_SIZE;
    oversizedMessages = DEFAULT_OVERSIZED_MESSAGES;
    zeroLengthMessages = DEFAULT_ZERO_LENGTH_MESSAGES;
    writeQueueMaxMessages = DEFAULT_WRITE_QUEUE_MAX_MESSAGES;
  }

  /**
   * Copies options.
   *
   * @param other the options to copy
   */
  protected NamedPipeEndpointOptions(NamedPipeEndpointOptions other) {
    idleTimeout = other.idleTimeout;
    readIdleTimeout = other.readIdleTimeout;
    writeIdleTimeout = other.writeIdleTimeout;
    lingerTimeout = other.lingerTimeout;
    writeQueueMaxSize = other.writeQueueMaxSize;
    metricsName = other.metricsName;
    messageMode = other.messageMode;
    maxMessageSize = other.maxMessageSize;
    oversizedMessages = other.oversizedMessages;
    zeroLengthMessages = other.zeroLengthMessages;
    writeQueueMaxMessages = other.writeQueueMaxMessages;
  }

  /**
   * After how long without a read or a write a connection is closed.
   *
   * @return the idle timeout; zero, the default, for never
   */
  public Duration getIdleTimeout() {
    return idleTimeout;
  }

  /**
   * Sets after how long without a read or a write a connection is closed, with the reason
   * {@link dev.npipe.channel.CloseReason#TIMEOUT TIMEOUT}. What is still to be written is then lost.
   *
   * @param idleTimeout zero for never; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeEndpointOptions setIdleTimeout(Duration idleTimeout) {
    this.idleTimeout = checkTimeout("idleTimeout", idleTimeout);
    return this;
  }

  /**
   * After how long without a read a connection is closed.
   *
   * @return the read idle timeout; zero, the default, for never
   */
  public Duration getReadIdleTimeout() {
    return readIdleTimeout;
  }

  /**
   * Sets after how long without a read a connection is closed. A paused socket does not read.
   *
   * @param readIdleTimeout zero for never; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeEndpointOptions setReadIdleTimeout(Duration readIdleTimeout) {
    this.readIdleTimeout = checkTimeout("readIdleTimeout", readIdleTimeout);
    return this;
  }

  /**
   * After how long without a completed write a connection is closed.
   *
   * @return the write idle timeout; zero, the default, for never
   */
  public Duration getWriteIdleTimeout() {
    return writeIdleTimeout;
  }

  /**
   * Sets after how long without a completed write a connection is closed.
   *
   * @param writeIdleTimeout zero for never; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeEndpointOptions setWriteIdleTimeout(Duration writeIdleTimeout) {
    this.writeIdleTimeout = checkTimeout("writeIdleTimeout", writeIdleTimeout);
    return this;
  }

  /**
   * How long a close waits for the peer to make room for what was written before.
   *
   * @return the linger timeout, 5 seconds by default
   */
  public Duration getLingerTimeout() {
    return lingerTimeout;
  }

  /**
   * Sets how long a close waits for the peer to make room for what was written before. After that the rest is lost, the
   * reason of the close is {@link dev.npipe.channel.CloseReason#TIMEOUT TIMEOUT}, and its future fails with an
   * {@link UnsentBytesException} that says how much.
   *
   * <p>With zero a close waits for nothing, and loses whatever the peer has no room for at that moment. In message mode
   * it loses more: the system says only later that it has taken a message, and each waits for the one before, so that
   * of several only the first is sure to leave, however much room there is. A few milliseconds are enough for the
   * others.
   *
   * @param lingerTimeout zero for no time; 365 days, the longest, is for ever, and lets a peer that does not read keep
   *     the connection as long
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeEndpointOptions setLingerTimeout(Duration lingerTimeout) {
    this.lingerTimeout = checkTimeout("lingerTimeout", lingerTimeout);
    return this;
  }

  /**
   * How many bytes may wait to be written before {@link NamedPipeSocket#writeQueueFull()} says so.
   *
   * @return the size in bytes, 256 KiB by default
   */
  public int getWriteQueueMaxSize() {
    return writeQueueMaxSize;
  }

  /**
   * Sets how many bytes may wait to be written before {@link NamedPipeSocket#writeQueueFull()} says so. It is advice to
   * the writer: a write beyond it is taken, and takes memory.
   *
   * @param writeQueueMaxSize the size in bytes, at least 1
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less than 1
   */
  public NamedPipeEndpointOptions setWriteQueueMaxSize(int writeQueueMaxSize) {
    this.writeQueueMaxSize = checkRange("writeQueueMaxSize", writeQueueMaxSize, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * The name under which metrics are reported.
   *
   * @return the name, null by default
   */
  public String getMetricsName() {
    return metricsName;
  }

  /**
   * Sets the name under which metrics are reported, for the implementations of metrics that use one.
   *
   * @param metricsName the name, null for none
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeEndpointOptions setMetricsName(String metricsName) {
    this.metricsName = metricsName;
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
   * Sets whether the pipe carries messages. A server creates the pipe so; a client reads so, and a server in byte mode
   * refuses it when it connects.
   *
   * @param messageMode true for messages
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeEndpointOptions setMessageMode(boolean messageMode) {
    this.messageMode = messageMode;
    return this;
  }

  /**
   * How many bytes a message that is received may have.
   *
   * @return the size in bytes, 1 MiB by default
   */
  public int getMaxMessageSize() {
    return maxMessageSize;
  }

  /**
   * Sets how many bytes a message that is received may have. Risk: so much memory each peer can make this side use,
   * several times over while the handler lags behind.
   *
   * @param maxMessageSize the size in bytes, at least 1
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less than 1
   */
  public NamedPipeEndpointOptions setMaxMessageSize(int maxMessageSize) {
    this.maxMessageSize = checkRange("maxMessageSize", maxMessageSize, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * What becomes of a message that has more bytes.
   *
   * @return {@link OversizedMessages#FAIL} by default
   */
  public OversizedMessages getOversizedMessages() {
    return oversizedMessages;
  }

  /**
   * Sets what becomes of a message that has more bytes than {@link #setMaxMessageSize(int) allowed}.
   *
   * @param oversizedMessages to end the connection, or to discard the message and report it
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeEndpointOptions setOversizedMessages(OversizedMessages oversizedMessages) {
    this.oversizedMessages = Objects.requireNonNull(oversizedMessages, "oversizedMessages");
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
   * Sets what a message without a byte means.
   *
   * @param zeroLengthMessages a message, or the end of the stream as go-winio, WCF and some .NET programs have it
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeEndpointOptions setZeroLengthMessages(ZeroLengthMessages zeroLengthMessages) {
    this.zeroLengthMessages = Objects.requireNonNull(zeroLengthMessages, "zeroLengthMessages");
    return this;
  }

  /**
   * How many messages may wait to be written before {@link NamedPipeSocket#writeQueueFull()} says so.
   *
   * @return the number, 1024 by default
   */
  public int getWriteQueueMaxMessages() {
    return writeQueueMaxMessages;
  }

  /**
   * Sets how many messages may wait to be written before {@link NamedPipeSocket#writeQueueFull()} says so, however
   * small they are. Counts in message mode only.
   *
   * @param writeQueueMaxMessages the number, at least 1
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less than 1
   */
  public NamedPipeEndpointOptions setWriteQueueMaxMessages(int writeQueueMaxMessages) {
    this.writeQueueMaxMessages = checkRange("writeQueueMaxMessages", writeQueueMaxMessages, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * Converts to JSON.
   *
   * @return the options as JSON
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    NamedPipeEndpointOptionsConverter.toJson(this, json);
    return json;
  }

  @Override
  public String toString() {
    return toJson().encode();
  }

  static Duration checkTimeout(String name, Duration value) {
    Objects.requireNonNull(value, name);
    if (value.isNegative() || value.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(name + " must be between zero and 365 days: " + value);
    }
    return value;
  }

  static int checkRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(name + " must be between " + least + " and " + most + ": " + value);
    }
    return value;
  }
}
