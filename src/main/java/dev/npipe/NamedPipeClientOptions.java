// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.codegen.annotations.DataObject;
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

  /** Whether to wait for a server unless set: no. */
  public static final boolean DEFAULT_WAIT_FOR_SERVER = false;

  private Duration connectTimeout;
  private ImpersonationLevel impersonationLevel;
  private boolean waitForServer;

  /**
   * Creates the options with their defaults.
   */
  public NamedPipeClientOptions() {
    connectTimeout = DEFAULT_CONNECT_TIMEOUT;
    impersonationLevel = DEFAULT_IMPERSONATION_LEVEL;
    waitForServer = DEFAULT_WAIT_FOR_SERVER;
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
    waitForServer = other.waitForServer;
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
   * Sets how long a connect may take: as long a server that is busy, and one that is
   * {@link #setWaitForServer(boolean) waited for}, is tried again.
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
   * the pipe, also a program that took it before the server did, can act as this user.
   *
   * @param impersonationLevel the level
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeClientOptions setImpersonationLevel(ImpersonationLevel impersonationLevel) {
    this.impersonationLevel = Objects.requireNonNull(impersonationLevel, "impersonationLevel");
    return this;
  }

  /**
   * Whether a connect waits for a server that is not there.
   *
   * @return false by default: the connect fails at once
   */
  public boolean isWaitForServer() {
    return waitForServer;
  }

  /**
   * Sets whether a connect waits for a server that is not there, until the connect timeout.
   *
   * @param waitForServer true for a server that is being started
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeClientOptions setWaitForServer(boolean waitForServer) {
    this.waitForServer = waitForServer;
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
    return json;
  }
}
