// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.ExpectedServer;
import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.WaitPolicy;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;

/**
 * The options of a {@link NamedPipeClient}. In JSON a duration is a number of milliseconds.
 */
@DataObject
@JsonGen(publicConverter = false)
public class NamedPipeClientOptions extends NamedPipeEndpointOptions {

  /** The connect timeout unless set: 10 seconds. */
  public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);

  /** The impersonation level unless set: identification. */
  public static final ImpersonationLevel DEFAULT_IMPERSONATION_LEVEL = ImpersonationLevel.IDENTIFICATION;

  /** What to do with a busy pipe unless set: wait. */
  public static final WaitPolicy DEFAULT_WHEN_BUSY = WaitPolicy.WAIT;

  /** What to do without a server unless set: fail at once. */
  public static final WaitPolicy DEFAULT_WHEN_MISSING = WaitPolicy.FAIL_FAST;

  /** How often a connect is tried again unless set: never. */
  public static final int DEFAULT_RECONNECT_ATTEMPTS = 0;

  /** How long to wait before that unless set: 1 second. */
  public static final Duration DEFAULT_RECONNECT_INTERVAL = Duration.ofSeconds(1);

  private static final String EXPECT_SERVER = "expectServer";

  private Duration connectTimeout;
  private ImpersonationLevel impersonationLevel;
  private WaitPolicy whenBusy;
  private WaitPolicy whenMissing;
  private int reconnectAttempts;
  private Duration reconnectInterval;
  private ExpectedServer expectServer;

  /**
   * Creates the options with their defaults.
   */
  public NamedPipeClientOptions() {
    connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    impersonationLevel = DEFAULT_IMPERSONATION_LEVEL;
    whenBusy = DEFAULT_WHEN_BUSY;
    whenMissing = DEFAULT_WHEN_MISSING;
    reconnectAttempts = DEFAULT_RECONNECT_ATTEMPTS;
    reconnectInterval = DEFAULT_RECONNECT_INTERVAL;
  }

  /**
   * Copies options.
   *
   * @param other the options to copy
   */
  public NamedPipeClientOptions(NamedPipeClientOptions other) {
    super(other);
    connectTimeout = other.connectTimeout;
    impersonationLevel = other.impersonationLevel;
    whenBusy = other.whenBusy;
    whenMissing = other.whenMissing;
    reconnectAttempts = other.reconnectAttempts;
    reconnectInterval = other.reconnectInterval;
    expectServer = other.expectServer;
  }

  /**
   * Creates options from JSON; what it does not name has its default.
   *
   * @param json the JSON
   * @throws IllegalArgumentException when a value is out of its bounds
   */
  public NamedPipeClientOptions(JsonObject json) {
    this();
    NamedPipeEndpointOptionsConverter.fromJson(json, this);
    NamedPipeClientOptionsConverter.fromJson(json, this);
    String expected = json.getString(EXPECT_SERVER);
    expectServer = expected == null ? null : ExpectedServer.parse(expected);
  }

  /**
   * How long a connect may take.
   *
   * @return the connect timeout, 10 seconds by default
   */
  public Duration getConnectTimeout() {
    return connectTimeout;
  }

  /**
   * Sets how long a connect may take: as long it waits for a server that is {@link #setWhenBusy busy} or
   * {@link #setWhenMissing missing}.
   *
   * @param connectTimeout more than zero; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when zero or negative, or longer than 20 days
   */
  public NamedPipeClientOptions setConnectTimeout(Duration connectTimeout) {
    Objects.requireNonNull(connectTimeout, "connectTimeout");
    if (connectTimeout.isZero() || connectTimeout.isNegative() || connectTimeout.compareTo(Duration.ofDays(20)) > 0) {
      throw new IllegalArgumentException("connectTimeout must be more than zero and at most 20 days: "
          + connectTimeout);
    }
    this.connectTimeout = connectTimeout;
    return this;
  }

  /**
   * What the server may do in this client's name.
   *
   * @return the level, {@link ImpersonationLevel#IDENTIFICATION} by default
   */
  public ImpersonationLevel getImpersonationLevel() {
    return impersonationLevel;
  }

  /**
   * Sets what the server may do in this client's name. Risk: with a level above identification whoever owns the name of
   * the pipe, also a program that took it before the server did, can act as this user; it counts from the moment the
   * pipe is opened, before an {@link #setExpectServer(ExpectedServer) expected server} can be verified.
   *
   * @param impersonationLevel the level
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeClientOptions setImpersonationLevel(ImpersonationLevel impersonationLevel) {
    this.impersonationLevel = Objects.requireNonNull(impersonationLevel, "impersonationLevel");
    return this;
  }

  /**
   * What a connect does that finds all instances of the pipe taken.
   *
   * @return {@link WaitPolicy#WAIT} by default
   */
  public WaitPolicy getWhenBusy() {
    return whenBusy;
  }

  /**
   * Sets what a connect does that finds all instances of the pipe taken. A wait lasts at most for the connect timeout.
   *
   * @param whenBusy to fail at once, or to wait
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeClientOptions setWhenBusy(WaitPolicy whenBusy) {
    this.whenBusy = Objects.requireNonNull(whenBusy, "whenBusy");
    return this;
  }

  /**
   * What a connect does that finds no pipe of that name.
   *
   * @return {@link WaitPolicy#FAIL_FAST} by default
   */
  public WaitPolicy getWhenMissing() {
    return whenMissing;
  }

  /**
   * Sets what a connect does that finds no pipe of that name. A wait lasts at most for the connect timeout.
   *
   * @param whenMissing to fail at once, or to wait for a server that is being started
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeClientOptions setWhenMissing(WaitPolicy whenMissing) {
    this.whenMissing = Objects.requireNonNull(whenMissing, "whenMissing");
    return this;
  }

  /**
   * How often a connect is tried again after it failed.
   *
   * @return the number, 0 by default; -1 for without end
   */
  public int getReconnectAttempts() {
    return reconnectAttempts;
  }

  /**
   * Sets how often a connect is tried again after it failed because nobody listens, all instances are taken, or its
   * time was up. Each attempt has the whole connect timeout.
   *
   * @param reconnectAttempts the number; -1 for until it succeeds or the client is closed
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less than -1
   */
  public NamedPipeClientOptions setReconnectAttempts(int reconnectAttempts) {
    this.reconnectAttempts = checkRange("reconnectAttempts", reconnectAttempts, -1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * How long to wait before a connect is tried again.
   *
   * @return the interval, 1 second by default
   */
  public Duration getReconnectInterval() {
    return reconnectInterval;
  }

  /**
   * Sets how long to wait before a connect is tried again.
   *
   * @param reconnectInterval more than zero; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when zero or negative, or longer than 365 days
   */
  public NamedPipeClientOptions setReconnectInterval(Duration reconnectInterval) {
    if (checkTimeout("reconnectInterval", reconnectInterval).isZero()) {
      throw new IllegalArgumentException("reconnectInterval must be more than zero");
    }
    this.reconnectInterval = reconnectInterval;
    return this;
  }

  /**
   * Whom the client expects to find behind the pipe.
   *
   * @return null, the default, for nobody in particular
   */
  @GenIgnore
  public ExpectedServer getExpectServer() {
    return expectServer;
  }

  /**
   * Sets whom the client expects to find behind the pipe. It is verified before the first byte is sent; if it is
   * somebody else the connect fails with an {@link dev.npipe.channel.UnexpectedServerException}. In JSON it is the
   * {@link ExpectedServer#parse(String) text} of it, such as {@code "system"}.
   *
   * @param expectServer null for nobody in particular. Risk: whoever takes the name first then gets what the client
   *     sends
   * @return a reference to this, so the API can be used fluently
   */
  @GenIgnore
  public NamedPipeClientOptions setExpectServer(ExpectedServer expectServer) {
    this.expectServer = expectServer;
    return this;
  }

  @Override
  public NamedPipeClientOptions setIdleTimeout(Duration idleTimeout) {
    super.setIdleTimeout(idleTimeout);
    return this;
  }

  @Override
  public NamedPipeClientOptions setReadIdleTimeout(Duration readIdleTimeout) {
    super.setReadIdleTimeout(readIdleTimeout);
    return this;
  }

  @Override
  public NamedPipeClientOptions setWriteIdleTimeout(Duration writeIdleTimeout) {
    super.setWriteIdleTimeout(writeIdleTimeout);
    return this;
  }

  @Override
  public NamedPipeClientOptions setLingerTimeout(Duration lingerTimeout) {
    super.setLingerTimeout(lingerTimeout);
    return this;
  }

  @Override
  public NamedPipeClientOptions setWriteQueueMaxSize(int writeQueueMaxSize) {
    super.setWriteQueueMaxSize(writeQueueMaxSize);
    return this;
  }

  @Override
  public NamedPipeClientOptions setMessageMode(boolean messageMode) {
    super.setMessageMode(messageMode);
    return this;
  }

  @Override
  public NamedPipeClientOptions setMaxMessageSize(int maxMessageSize) {
    super.setMaxMessageSize(maxMessageSize);
    return this;
  }

  @Override
  public NamedPipeClientOptions setOversizedMessages(OversizedMessages oversizedMessages) {
    super.setOversizedMessages(oversizedMessages);
    return this;
  }

  @Override
  public NamedPipeClientOptions setZeroLengthMessages(ZeroLengthMessages zeroLengthMessages) {
    super.setZeroLengthMessages(zeroLengthMessages);
    return this;
  }

  @Override
  public NamedPipeClientOptions setWriteQueueMaxMessages(int writeQueueMaxMessages) {
    super.setWriteQueueMaxMessages(writeQueueMaxMessages);
    return this;
  }

  @Override
  public NamedPipeClientOptions setMetricsName(String metricsName) {
    super.setMetricsName(metricsName);
    return this;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = super.toJson();
    NamedPipeClientOptionsConverter.toJson(this, json);
    if (expectServer != null) {
      json.put(EXPECT_SERVER, expectServer.toString());
    }
    return json;
  }
}
