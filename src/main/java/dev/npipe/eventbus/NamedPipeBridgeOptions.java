// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeOptions;
import io.vertx.ext.bridge.PermittedOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a bridge permits, and the limits of each of its connections. In JSON a duration is a number of milliseconds.
 *
 * <p>The limits keep one client from taking memory without bound, and from disturbing the others. Their
 * defaults are wider than anything the known clients do.
 */
@DataObject
@JsonGen(publicConverter = false)
public class NamedPipeBridgeOptions extends BridgeOptions {

  /** How many bytes a frame may have unless set: 1 MiB. */
  public static final int DEFAULT_MAX_FRAME_SIZE = 1024 * 1024;

  /** How many characters an address may have unless set: 200. */
  public static final int DEFAULT_MAX_ADDRESS_LENGTH = 200;

  /** How many addresses a connection may register unless set: 1000. */
  public static final int DEFAULT_MAX_REGISTRATIONS = 1000;

  /** How many requests of a connection may wait for their answers unless set: 1000. */
  public static final int DEFAULT_MAX_PENDING_REQUESTS = 1000;

  /** How many requests of clients that have gone may wait for their answers unless set: 10,000. */
  public static final int DEFAULT_MAX_ABANDONED_REQUESTS = 10_000;

  /** How many requests to a connection may wait for its answers unless set: 1000. */
  public static final int DEFAULT_MAX_PENDING_REPLIES = 1000;

  /** How long a client has to answer a request unless set: 30 seconds. */
  public static final Duration DEFAULT_REPLY_TIMEOUT = Duration.ofSeconds(30);

  /** The longest timeout a client may choose for its requests unless set: 5 minutes. */
  public static final Duration DEFAULT_MAX_SEND_TIMEOUT = Duration.ofMinutes(5);

  /** How long a frame may take to arrive unless set: 30 seconds. */
  public static final Duration DEFAULT_FRAME_TIMEOUT = Duration.ofSeconds(30);

  /** How long a client may be silent unless set: for ever, since several clients never ping. */
  public static final Duration DEFAULT_IDLE_TIMEOUT = Duration.ZERO;

  /** How many bytes may wait for a client unless set: 8 MiB. */
  public static final int DEFAULT_MAX_OUTBOUND_BYTES = 8 * 1024 * 1024;

  /** What becomes of a slow reader unless set: its connection is closed. */
  public static final SlowReaderPolicy DEFAULT_SLOW_READER_POLICY = SlowReaderPolicy.CLOSE;

  private static final Duration LONGEST_TIMEOUT = Duration.ofDays(365);

  private int maxFrameSize = DEFAULT_MAX_FRAME_SIZE;
  private int maxAddressLength = DEFAULT_MAX_ADDRESS_LENGTH;
  private int maxRegistrations = DEFAULT_MAX_REGISTRATIONS;
  private int maxPendingRequests = DEFAULT_MAX_PENDING_REQUESTS;
  private int maxAbandonedRequests = DEFAULT_MAX_ABANDONED_REQUESTS;
  private int maxPendingReplies = DEFAULT_MAX_PENDING_REPLIES;
  private Duration replyTimeout = DEFAULT_REPLY_TIMEOUT;
  private Duration maxSendTimeout = DEFAULT_MAX_SEND_TIMEOUT;
  private Duration frameTimeout = DEFAULT_FRAME_TIMEOUT;
  private Duration idleTimeout = DEFAULT_IDLE_TIMEOUT;
  private int maxOutboundBytes = DEFAULT_MAX_OUTBOUND_BYTES;
  private SlowReaderPolicy slowReaderPolicy = DEFAULT_SLOW_READER_POLICY;

  /**
   * Creates options that permit nothing, with the default limits.
   */
  public NamedPipeBridgeOptions() {
  }

  /**
   * Copies options, rules included. Limits that the other ones do not have are the defaults.
   *
   * @param other the options to copy
   */
  public NamedPipeBridgeOptions(BridgeOptions other) {
    setInboundPermitteds(copy(other.getInboundPermitteds()));
    setOutboundPermitteds(copy(other.getOutboundPermitteds()));
    if (other instanceof NamedPipeBridgeOptions) {
      NamedPipeBridgeOptions limits = (NamedPipeBridgeOptions) other;
      maxFrameSize = limits.maxFrameSize;
      maxAddressLength = limits.maxAddressLength;
      maxRegistrations = limits.maxRegistrations;
      maxPendingRequests = limits.maxPendingRequests;
      maxAbandonedRequests = limits.maxAbandonedRequests;
      maxPendingReplies = limits.maxPendingReplies;
      replyTimeout = limits.replyTimeout;
      maxSendTimeout = limits.maxSendTimeout;
      frameTimeout = limits.frameTimeout;
      idleTimeout = limits.idleTimeout;
      maxOutboundBytes = limits.maxOutboundBytes;
      slowReaderPolicy = limits.slowReaderPolicy;
    }
  }

  /**
   * Creates options from JSON; what it does not name has its default.
   *
   * @param json the JSON
   * @throws IllegalArgumentException when a value is out of its bounds
   */
  public NamedPipeBridgeOptions(JsonObject json) {
    super(json);
    NamedPipeBridgeOptionsConverter.fromJson(json, this);
  }

  private static List<PermittedOptions> copy(List<PermittedOptions> rules) {
    List<PermittedOptions> copies = new ArrayList<>();
    if (rules != null) {
      rules.forEach(rule -> copies.add(new PermittedOptions(rule)));
    }
    return copies;
  }

  /**
   * How many bytes of JSON a frame of a client may have.
   *
   * @return the number, by default {@link #DEFAULT_MAX_FRAME_SIZE}
   */
  public int getMaxFrameSize() {
    return maxFrameSize;
  }

  /**
   * Sets how many bytes of JSON a frame of a client may have. It is checked before anything of the frame is kept; a
   * longer one is answered with {@code frame_too_long}, and ends the connection. Risk: as much memory for each
   * connection.
   *
   * @param maxFrameSize 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxFrameSize(int maxFrameSize) {
    this.maxFrameSize = checkAtLeast("maxFrameSize", maxFrameSize, 1);
    return this;
  }

  /**
   * How many characters an address of a client, or a reply address, may have.
   *
   * @return the number, by default {@link #DEFAULT_MAX_ADDRESS_LENGTH}
   */
  public int getMaxAddressLength() {
    return maxAddressLength;
  }

  /**
   * Sets how many characters an address of a client, or a reply address, may have. A longer one is answered with {@code
   * max_address_length_reached}.
   *
   * @param maxAddressLength 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxAddressLength(int maxAddressLength) {
    this.maxAddressLength = checkAtLeast("maxAddressLength", maxAddressLength, 1);
    return this;
  }

  /**
   * How many addresses a connection may have registered at once.
   *
   * @return the number, by default {@link #DEFAULT_MAX_REGISTRATIONS}
   */
  public int getMaxRegistrations() {
    return maxRegistrations;
  }

  /**
   * Sets how many addresses a connection may have registered at once. One more is answered with {@code
   * max_handlers_reached}.
   *
   * @param maxRegistrations 0 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxRegistrations(int maxRegistrations) {
    this.maxRegistrations = checkAtLeast("maxRegistrations", maxRegistrations, 0);
    return this;
  }

  /**
   * How many requests of a connection may wait for their answers at once.
   *
   * @return the number, by default {@link #DEFAULT_MAX_PENDING_REQUESTS}
   */
  public int getMaxPendingRequests() {
    return maxPendingRequests;
  }

  /**
   * Sets how many requests of a connection may wait for their answers at once. One more is answered with {@code
   * max_requests_reached}.
   *
   * @param maxPendingRequests 0 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxPendingRequests(int maxPendingRequests) {
    this.maxPendingRequests = checkAtLeast("maxPendingRequests", maxPendingRequests, 0);
    return this;
  }

  /**
   * How many requests of clients that have gone may wait for their answers.
   *
   * @return by default {@link #DEFAULT_MAX_ABANDONED_REQUESTS}
   */
  public int getMaxAbandonedRequests() {
    return maxAbandonedRequests;
  }

  /**
   * Sets how many requests of clients that have gone may wait for their answers: the bus keeps a request until it is
   * answered or its time is up, whoever has sent it. While there are so many, clients that come are refused requests;
   * those that were here before are not. Of all connections of a bridge together.
   *
   * @param maxAbandonedRequests 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxAbandonedRequests(int maxAbandonedRequests) {
    this.maxAbandonedRequests = checkAtLeast("maxAbandonedRequests", maxAbandonedRequests, 1);
    return this;
  }

  /**
   * How many requests that a connection was sent may wait for its answers at once.
   *
   * @return the number, by default {@link #DEFAULT_MAX_PENDING_REPLIES}
   */
  public int getMaxPendingReplies() {
    return maxPendingReplies;
  }

  /**
   * Sets how many requests that a connection was sent may wait for its answers at once. One more is not delivered: it
   * fails, for whoever sent it.
   *
   * @param maxPendingReplies 0 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxPendingReplies(int maxPendingReplies) {
    this.maxPendingReplies = checkAtLeast("maxPendingReplies", maxPendingReplies, 0);
    return this;
  }

  /**
   * How long a client has to answer a request that it was sent.
   *
   * @return the time, by default {@link #DEFAULT_REPLY_TIMEOUT}
   */
  public Duration getReplyTimeout() {
    return replyTimeout;
  }

  /**
   * Sets how long a client has to answer a request that it was sent. Then the request fails, for whoever sent it, and
   * its reply address is an address like any other.
   *
   * @param replyTimeout more than zero
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when not more than zero, or longer than 365 days
   */
  public NamedPipeBridgeOptions setReplyTimeout(Duration replyTimeout) {
    this.replyTimeout = checkTimeout("replyTimeout", replyTimeout, true);
    return this;
  }

  /**
   * The longest timeout that a client may choose for a request of its own.
   *
   * @return the time, by default {@link #DEFAULT_MAX_SEND_TIMEOUT}
   */
  public Duration getMaxSendTimeout() {
    return maxSendTimeout;
  }

  /**
   * Sets the longest timeout that a client may choose for a request of its own, by the header {@code timeout}. A longer
   * one is cut to it, and so is the bus's own of a request that names none.
   *
   * @param maxSendTimeout more than zero
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when not more than zero, or longer than 365 days
   */
  public NamedPipeBridgeOptions setMaxSendTimeout(Duration maxSendTimeout) {
    this.maxSendTimeout = checkTimeout("maxSendTimeout", maxSendTimeout, true);
    return this;
  }

  /**
   * How long a frame may take from its first byte to its last.
   *
   * @return the time, by default {@link #DEFAULT_FRAME_TIMEOUT}
   */
  public Duration getFrameTimeout() {
    return frameTimeout;
  }

  /**
   * Sets how long a frame may take from its first byte to its last. A slower one is answered with {@code
   * frame_timeout}, and ends the connection.
   *
   * @param frameTimeout zero for ever
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeBridgeOptions setFrameTimeout(Duration frameTimeout) {
    this.frameTimeout = checkTimeout("frameTimeout", frameTimeout, false);
    return this;
  }

  /**
   * How long a client may send no frame.
   *
   * @return the time, by default {@link #DEFAULT_IDLE_TIMEOUT}
   */
  public Duration getIdleTimeout() {
    return idleTimeout;
  }

  /**
   * Sets how long a client may send no frame. Then there is a {@code SOCKET_IDLE} event, and the connection is closed.
   * Risk: several clients send pings only when they are told to.
   *
   * @param idleTimeout zero, the default, for ever
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative, or longer than 365 days
   */
  public NamedPipeBridgeOptions setIdleTimeout(Duration idleTimeout) {
    this.idleTimeout = checkTimeout("idleTimeout", idleTimeout, false);
    return this;
  }

  /**
   * How many bytes may wait for a client to read them.
   *
   * @return the number, by default {@link #DEFAULT_MAX_OUTBOUND_BYTES}
   */
  public int getMaxOutboundBytes() {
    return maxOutboundBytes;
  }

  /**
   * Sets how many bytes may wait for a client to read them. The frame that would be more meets the {@link
   * #setSlowReaderPolicy policy for slow readers}; a single frame is always taken. Long before that, when the write
   * queue of the socket is full, no more is read from the client.
   *
   * @param maxOutboundBytes 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeBridgeOptions setMaxOutboundBytes(int maxOutboundBytes) {
    this.maxOutboundBytes = checkAtLeast("maxOutboundBytes", maxOutboundBytes, 1);
    return this;
  }

  /**
   * What becomes of a client that does not read what it is sent.
   *
   * @return the policy, by default {@link SlowReaderPolicy#CLOSE}
   */
  public SlowReaderPolicy getSlowReaderPolicy() {
    return slowReaderPolicy;
  }

  /**
   * Sets what becomes of a client that does not read what it is sent, when {@link #setMaxOutboundBytes} of it wait.
   *
   * @param slowReaderPolicy the policy; each says its risk
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeBridgeOptions setSlowReaderPolicy(SlowReaderPolicy slowReaderPolicy) {
    this.slowReaderPolicy = Objects.requireNonNull(slowReaderPolicy, "slowReaderPolicy");
    return this;
  }

  private static int checkAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
    }
    return value;
  }

  private static Duration checkTimeout(String name, Duration value, boolean positive) {
    boolean tooShort = positive ? value.toMillis() < 1 : value.isNegative();
    if (tooShort || value.compareTo(LONGEST_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + (positive ? "at least 1 ms" : "zero or more") + ", and at most 365 days: " + value);
    }
    return value;
  }

  @Override
  public NamedPipeBridgeOptions addInboundPermitted(PermittedOptions permitted) {
    super.addInboundPermitted(permitted);
    return this;
  }

  @Override
  public NamedPipeBridgeOptions setInboundPermitteds(List<PermittedOptions> inboundPermitted) {
    super.setInboundPermitteds(inboundPermitted);
    return this;
  }

  @Override
  public NamedPipeBridgeOptions addOutboundPermitted(PermittedOptions permitted) {
    super.addOutboundPermitted(permitted);
    return this;
  }

  @Override
  public NamedPipeBridgeOptions setOutboundPermitteds(List<PermittedOptions> outboundPermitted) {
    super.setOutboundPermitteds(outboundPermitted);
    return this;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = super.toJson();
    NamedPipeBridgeOptionsConverter.toJson(this, json);
    return json;
  }
}
