// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus;

import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * Between which addresses and a pipe a {@link NamedPipeMessageBridge} carries messages, and the limits of each of its
 * connections. In JSON a duration is a number of milliseconds. How long a message may be is
 * {@link dev.npipe.NamedPipeServerOptions#setMaxMessageSize(int) maxMessageSize} of the server options.
 */
@DataObject
@JsonGen(publicConverter = false)
public class NamedPipeMessageBridgeOptions {

  /** How the bus is given a client's message unless set: it is sent, to one receiver. */
  public static final MessageDelivery DEFAULT_INBOUND_DELIVERY = MessageDelivery.SEND;

  /** Whether clients are asked unless set: no. */
  public static final boolean DEFAULT_OUTBOUND_REQUESTS = false;

  /** What messages become unless set: buffers. */
  public static final MessageFormat DEFAULT_FORMAT = MessageFormat.BUFFER;

  /** What a client gets for a failed request unless set: the end of its connection. */
  public static final FailedRequestPolicy DEFAULT_FAILED_REQUEST_POLICY = FailedRequestPolicy.CLOSE;

  /** How long an answer may take unless set: 30 seconds. */
  public static final Duration DEFAULT_REQUEST_TIMEOUT = Duration.ofSeconds(30);

  /** How many requests of a client may wait for their answers unless set: 16. */
  public static final int DEFAULT_MAX_PENDING_REQUESTS = 16;

  /** How many requests of clients that have gone may wait for their answers unless set: 10,000. */
  public static final int DEFAULT_MAX_ABANDONED_REQUESTS = 10_000;

  /** How many bytes may wait for a client unless set: 8 MiB. */
  public static final int DEFAULT_MAX_OUTBOUND_BYTES = 8 * 1024 * 1024;

  /** What becomes of a slow reader unless set: its connection is closed. */
  public static final SlowReaderPolicy DEFAULT_SLOW_READER_POLICY = SlowReaderPolicy.CLOSE;

  private String inboundAddress;
  private MessageDelivery inboundDelivery = DEFAULT_INBOUND_DELIVERY;
  private String outboundAddress;
  private boolean outboundRequests = DEFAULT_OUTBOUND_REQUESTS;
  private MessageFormat format = DEFAULT_FORMAT;
  private FailedRequestPolicy failedRequestPolicy = DEFAULT_FAILED_REQUEST_POLICY;
  private Duration requestTimeout = DEFAULT_REQUEST_TIMEOUT;
  private int maxPendingRequests = DEFAULT_MAX_PENDING_REQUESTS;
  private int maxAbandonedRequests = DEFAULT_MAX_ABANDONED_REQUESTS;
  private int maxOutboundBytes = DEFAULT_MAX_OUTBOUND_BYTES;
  private SlowReaderPolicy slowReaderPolicy = DEFAULT_SLOW_READER_POLICY;

  /**
   * Creates options without an address.
   */
  public NamedPipeMessageBridgeOptions() {
  }

  /**
   * Copies options.
   *
   * @param other the options to copy
   */
  public NamedPipeMessageBridgeOptions(NamedPipeMessageBridgeOptions other) {
    inboundAddress = other.inboundAddress;
    inboundDelivery = other.inboundDelivery;
    outboundAddress = other.outboundAddress;
    outboundRequests = other.outboundRequests;
    format = other.format;
    failedRequestPolicy = other.failedRequestPolicy;
    requestTimeout = other.requestTimeout;
    maxPendingRequests = other.maxPendingRequests;
    maxAbandonedRequests = other.maxAbandonedRequests;
    maxOutboundBytes = other.maxOutboundBytes;
    slowReaderPolicy = other.slowReaderPolicy;
  }

  /**
   * Creates options from JSON; what it does not name has its default.
   *
   * @param json the JSON
   * @throws IllegalArgumentException when a value is out of its bounds
   */
  public NamedPipeMessageBridgeOptions(JsonObject json) {
    NamedPipeMessageBridgeOptionsConverter.fromJson(json, this);
  }

  /**
   * The address that the messages of clients go to.
   *
   * @return the address; null, the default, for none
   */
  public String getInboundAddress() {
    return inboundAddress;
  }

  /**
   * Sets the address that the messages of clients go to.
   *
   * @param inboundAddress the address; null for none: a client that sends a message is disconnected
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setInboundAddress(String inboundAddress) {
    this.inboundAddress = inboundAddress;
    return this;
  }

  /**
   * How the bus is given the messages of clients.
   *
   * @return by default {@link #DEFAULT_INBOUND_DELIVERY}
   */
  public MessageDelivery getInboundDelivery() {
    return inboundDelivery;
  }

  /**
   * Sets how the bus is given the messages of clients.
   *
   * @param inboundDelivery sent, published, or sent as a request
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setInboundDelivery(MessageDelivery inboundDelivery) {
    this.inboundDelivery = Objects.requireNonNull(inboundDelivery, "inboundDelivery");
    return this;
  }

  /**
   * The address whose messages clients are sent.
   *
   * @return the address; null, the default, for none
   */
  public String getOutboundAddress() {
    return outboundAddress;
  }

  /**
   * Sets the address whose messages clients are sent. Each connection registers it: what is published goes to all
   * clients, what is sent to one of them.
   *
   * @param outboundAddress the address; null for none
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setOutboundAddress(String outboundAddress) {
    this.outboundAddress = outboundAddress;
    return this;
  }

  /**
   * Whether a request at the outbound address is put to the client.
   *
   * @return by default {@link #DEFAULT_OUTBOUND_REQUESTS}
   */
  public boolean isOutboundRequests() {
    return outboundRequests;
  }

  /**
   * Sets whether a request at the outbound address is put to the client, whose next message is then the answer and does
   * not go to the inbound address. If not, requests fail. Risk: a client that speaks up by itself at the wrong moment
   * is taken to have answered. One that does not answer within the {@link #setRequestTimeout request timeout} is
   * disconnected, since it can not be known which question its next message would answer.
   *
   * @param outboundRequests true for clients that answer each message
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setOutboundRequests(boolean outboundRequests) {
    this.outboundRequests = outboundRequests;
    return this;
  }

  /**
   * What the messages of clients become on the bus.
   *
   * @return by default {@link #DEFAULT_FORMAT}
   */
  public MessageFormat getFormat() {
    return format;
  }

  /**
   * Sets what the messages of clients become on the bus. One that can not become it fails if it is a request, and else
   * ends the connection.
   *
   * @param format buffers, strings or JSON
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setFormat(MessageFormat format) {
    this.format = Objects.requireNonNull(format, "format");
    return this;
  }

  /**
   * What a client gets in the place of an answer when its request failed.
   *
   * @return by default {@link #DEFAULT_FAILED_REQUEST_POLICY}
   */
  public FailedRequestPolicy getFailedRequestPolicy() {
    return failedRequestPolicy;
  }

  /**
   * Sets what a client gets in the place of an answer when its request failed.
   *
   * @param failedRequestPolicy the policy; each says its risk
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setFailedRequestPolicy(FailedRequestPolicy failedRequestPolicy) {
    this.failedRequestPolicy = Objects.requireNonNull(failedRequestPolicy, "failedRequestPolicy");
    return this;
  }

  /**
   * How long an answer may take, whoever asks.
   *
   * @return by default {@link #DEFAULT_REQUEST_TIMEOUT}
   */
  public Duration getRequestTimeout() {
    return requestTimeout;
  }

  /**
   * Sets how long an answer may take: of the bus to a client, and of a client to the bus.
   *
   * @param requestTimeout more than zero
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when not more than zero, or longer than 365 days
   */
  public NamedPipeMessageBridgeOptions setRequestTimeout(Duration requestTimeout) {
    if (requestTimeout.toMillis() < 1 || requestTimeout.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException(
          "requestTimeout must be at least 1 ms and at most 365 days: " + requestTimeout);
    }
    this.requestTimeout = requestTimeout;
    return this;
  }

  /**
   * How many requests of a connection, and to it, may wait for their answers at once.
   *
   * @return by default {@link #DEFAULT_MAX_PENDING_REQUESTS}
   */
  public int getMaxPendingRequests() {
    return maxPendingRequests;
  }

  /**
   * Sets how many requests of a connection may wait for their answers at once. With so many the client is not read from
   * until one is answered; as many may wait for its own answers, and one more fails.
   *
   * @param maxPendingRequests 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeMessageBridgeOptions setMaxPendingRequests(int maxPendingRequests) {
    if (maxPendingRequests < 1) {
      throw new IllegalArgumentException("maxPendingRequests must be at least 1: " + maxPendingRequests);
    }
    this.maxPendingRequests = maxPendingRequests;
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
   * answered or its time is up, whoever has sent it. While there are so many, requests of clients that come fail; those
   * of clients that were here before do not. Of all connections of a bridge together.
   *
   * @param maxAbandonedRequests 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeMessageBridgeOptions setMaxAbandonedRequests(int maxAbandonedRequests) {
    if (maxAbandonedRequests < 1) {
      throw new IllegalArgumentException("maxAbandonedRequests must be at least 1: " + maxAbandonedRequests);
    }
    this.maxAbandonedRequests = maxAbandonedRequests;
    return this;
  }

  /**
   * How many bytes may wait for a client to read them.
   *
   * @return by default {@link #DEFAULT_MAX_OUTBOUND_BYTES}
   */
  public int getMaxOutboundBytes() {
    return maxOutboundBytes;
  }

  /**
   * Sets how many bytes may wait for a client to read them. The message that would be more meets the
   * {@link #setSlowReaderPolicy policy for slow readers}; a single message is always taken.
   *
   * @param maxOutboundBytes 1 or more
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less
   */
  public NamedPipeMessageBridgeOptions setMaxOutboundBytes(int maxOutboundBytes) {
    if (maxOutboundBytes < 1) {
      throw new IllegalArgumentException("maxOutboundBytes must be at least 1: " + maxOutboundBytes);
    }
    this.maxOutboundBytes = maxOutboundBytes;
    return this;
  }

  /**
   * What becomes of a client that does not read what it is sent.
   *
   * @return by default {@link #DEFAULT_SLOW_READER_POLICY}
   */
  public SlowReaderPolicy getSlowReaderPolicy() {
    return slowReaderPolicy;
  }

  /**
   * Sets what becomes of a client that does not read what it is sent. An answer that finds no room aborts the
   * connection, whatever the policy.
   *
   * @param slowReaderPolicy the policy; each says its risk
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeMessageBridgeOptions setSlowReaderPolicy(SlowReaderPolicy slowReaderPolicy) {
    this.slowReaderPolicy = Objects.requireNonNull(slowReaderPolicy, "slowReaderPolicy");
    return this;
  }

  /**
   * What this says, in JSON.
   *
   * @return the options by their names
   */
  public JsonObject toJson() {
    JsonObject json = new JsonObject();
    NamedPipeMessageBridgeOptionsConverter.toJson(this, json);
    return json;
  }
}
