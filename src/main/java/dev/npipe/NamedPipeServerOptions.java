// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import dev.npipe.channel.OversizedMessages;
import dev.npipe.channel.PeerIdentity;
import dev.npipe.channel.PipeSecurity;
import dev.npipe.channel.ZeroLengthMessages;
import io.vertx.codegen.annotations.DataObject;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.codegen.json.annotations.JsonGen;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;

/**
 * The options of a {@link NamedPipeServer}. In JSON a duration is a number of milliseconds.
 */
@DataObject
@JsonGen(publicConverter = false)
public class NamedPipeServerOptions extends NamedPipeEndpointOptions {

  /** The number of instances that means no limit. */
  public static final int UNLIMITED_INSTANCES = 255;

  /** How many instances may exist unless set: no limit. */
  public static final int DEFAULT_MAX_INSTANCES = UNLIMITED_INSTANCES;

  /** How many instances wait for clients at once unless set: the number of processors, at most 16. */
  public static final int DEFAULT_PENDING_INSTANCES = Math.min(Runtime.getRuntime().availableProcessors(), 16);

  /** How many instances may wait for clients under pressure unless set: 64. */
  public static final int DEFAULT_MAX_PENDING_INSTANCES = 64;

  /** The number of connections that means no limit. */
  public static final int UNLIMITED_CONNECTIONS = Integer.MAX_VALUE;

  /** How many clients may be connected unless set: no limit. */
  public static final int DEFAULT_MAX_CONNECTIONS = UNLIMITED_CONNECTIONS;

  /** The quota of each direction unless set: 256 KiB. */
  public static final int DEFAULT_BUFFER_BYTES = 256 * 1024;

  /** Whether clients on other machines are turned away unless set: yes. */
  public static final boolean DEFAULT_REJECT_REMOTE_CLIENTS = true;

  /** Whether listening fails on a name that exists unless set: yes. */
  public static final boolean DEFAULT_FIRST_INSTANCE_REQUIRED = true;

  /** Who may connect unless set: the current user. */
  public static final SecurityPreset DEFAULT_SECURITY_PRESET = SecurityPreset.CURRENT_USER;

  /** How long a peer verifier may take unless set: 10 seconds. */
  public static final Duration DEFAULT_PEER_VERIFIER_TIMEOUT = Duration.ofSeconds(10);

  private int maxInstances;
  private int pendingInstances;
  private int maxPendingInstances;
  private int maxConnections;
  private int inboundBufferBytes;
  private int outboundBufferBytes;
  private boolean rejectRemoteClients;
  private boolean firstInstanceRequired;
  private SecurityPreset securityPreset;
  private String securityDescriptor;
  private String appContainerSid;
  private Function<PeerIdentity, Future<Boolean>> peerVerifier;
  private Duration peerVerifierTimeout;

  /**
   * Creates the options with their defaults.
   */
  public NamedPipeServerOptions() {
    maxInstances = DEFAULT_MAX_INSTANCES;
    pendingInstances = DEFAULT_PENDING_INSTANCES;
    maxPendingInstances = DEFAULT_MAX_PENDING_INSTANCES;
    maxConnections = DEFAULT_MAX_CONNECTIONS;
    inboundBufferBytes = DEFAULT_BUFFER_BYTES;
    outboundBufferBytes = DEFAULT_BUFFER_BYTES;
    rejectRemoteClients = DEFAULT_REJECT_REMOTE_CLIENTS;
    firstInstanceRequired = DEFAULT_FIRST_INSTANCE_REQUIRED;
    securityPreset = DEFAULT_SECURITY_PRESET;
    peerVerifierTimeout = DEFAULT_PEER_VERIFIER_TIMEOUT;
  }

  /**
   * Copies options.
   *
   * @param other the options to copy
   */
  public NamedPipeServerOptions(NamedPipeServerOptions other) {
    super(other);
    maxInstances = other.maxInstances;
    pendingInstances = other.pendingInstances;
    maxPendingInstances = other.maxPendingInstances;
    maxConnections = other.maxConnections;
    inboundBufferBytes = other.inboundBufferBytes;
    outboundBufferBytes = other.outboundBufferBytes;
    rejectRemoteClients = other.rejectRemoteClients;
    firstInstanceRequired = other.firstInstanceRequired;
    securityPreset = other.securityPreset;
    securityDescriptor = other.securityDescriptor;
    appContainerSid = other.appContainerSid;
    peerVerifier = other.peerVerifier;
    peerVerifierTimeout = other.peerVerifierTimeout;
  }

  /**
   * Creates options from JSON; what it does not name has its default.
   *
   * @param json the JSON
   * @throws IllegalArgumentException when a value is out of its bounds
   */
  public NamedPipeServerOptions(JsonObject json) {
    this();
    NamedPipeEndpointOptionsConverter.fromJson(json, this);
    NamedPipeServerOptionsConverter.fromJson(json, this);
  }

  /**
   * How many instances of the pipe may exist, connected and pending together.
   *
   * @return 1 to 254, or {@link #UNLIMITED_INSTANCES}, the default
   */
  public int getMaxInstances() {
    return maxInstances;
  }

  /**
   * Sets how many instances of the pipe may exist, and so how many clients can be connected at once. The next client
   * finds the pipe busy until one leaves. Risk: with no limit, whoever may connect can take memory without bound.
   *
   * @param maxInstances 1 to 254, or {@link #UNLIMITED_INSTANCES}
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when out of these bounds
   */
  public NamedPipeServerOptions setMaxInstances(int maxInstances) {
    this.maxInstances = checkRange("maxInstances", maxInstances, 1, UNLIMITED_INSTANCES);
    return this;
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
   * Sets how many instances wait for clients at once. More let more clients connect in the same moment without finding
   * the pipe busy; each costs a handle and some memory of the kernel.
   *
   * @param pendingInstances 1 to 254
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when out of these bounds
   */
  public NamedPipeServerOptions setPendingInstances(int pendingInstances) {
    this.pendingInstances = checkRange("pendingInstances", pendingInstances, 1, UNLIMITED_INSTANCES - 1);
    return this;
  }

  /**
   * How many instances may wait for clients under pressure.
   *
   * @return the number, 64 by default
   */
  public int getMaxPendingInstances() {
    return maxPendingInstances;
  }

  /**
   * Sets how many instances may wait for clients under pressure: when clients find all of them taken, their number
   * doubles, up to this; when it is quiet it shrinks again.
   *
   * @param maxPendingInstances 1 to 254; no more than {@link #setPendingInstances(int) pendingInstances} keeps the
   *     number as it is
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when out of these bounds
   */
  public NamedPipeServerOptions setMaxPendingInstances(int maxPendingInstances) {
    this.maxPendingInstances = checkRange("maxPendingInstances", maxPendingInstances, 1, UNLIMITED_INSTANCES - 1);
    return this;
  }

  /**
   * How many clients may be connected at once.
   *
   * @return the limit, {@link #UNLIMITED_CONNECTIONS} by default
   */
  public int getMaxConnections() {
    return maxConnections;
  }

  /**
   * Sets how many clients may be connected at once. Those beyond wait in the pending instances, as those of a TCP
   * server do in its backlog, until one leaves; when these are all taken too, clients find the pipe busy. Unlike
   * {@link #setMaxInstances(int) maxInstances} it is this server's own affair, and the name stays taken throughout.
   *
   * @param maxConnections at least 1
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when less than 1
   */
  public NamedPipeServerOptions setMaxConnections(int maxConnections) {
    this.maxConnections = checkRange("maxConnections", maxConnections, 1, UNLIMITED_CONNECTIONS);
    return this;
  }

  /**
   * How many bytes a client may write before the server reads them.
   *
   * @return the quota in bytes, 256 KiB by default
   */
  public int getInboundBufferBytes() {
    return inboundBufferBytes;
  }

  /**
   * Sets how many bytes a client may write before the server reads them.
   *
   * @param inboundBufferBytes the quota in bytes; with 0 every write of the client waits for its reader
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative
   */
  public NamedPipeServerOptions setInboundBufferBytes(int inboundBufferBytes) {
    this.inboundBufferBytes = checkRange("inboundBufferBytes", inboundBufferBytes, 0, Integer.MAX_VALUE);
    return this;
  }

  /**
   * How many bytes the server may write before a client reads them.
   *
   * @return the quota in bytes, 256 KiB by default
   */
  public int getOutboundBufferBytes() {
    return outboundBufferBytes;
  }

  /**
   * Sets how many bytes the server may write before a client reads them.
   *
   * @param outboundBufferBytes the quota in bytes; with 0 every write waits for its reader
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when negative
   */
  public NamedPipeServerOptions setOutboundBufferBytes(int outboundBufferBytes) {
    this.outboundBufferBytes = checkRange("outboundBufferBytes", outboundBufferBytes, 0, Integer.MAX_VALUE);
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
   * Sets whether clients on other machines are turned away. Risk: false opens the pipe to the network, over SMB, to
   * whoever the security lets in.
   *
   * @param rejectRemoteClients false to let them in
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeServerOptions setRejectRemoteClients(boolean rejectRemoteClients) {
    this.rejectRemoteClients = rejectRemoteClients;
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
   * Sets whether listening fails when the name exists already. Risk: false shares the name with a process that has it,
   * and with whatever security that process has chosen; its clients may reach that process and not this one.
   *
   * @param firstInstanceRequired false to share the name
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeServerOptions setFirstInstanceRequired(boolean firstInstanceRequired) {
    this.firstInstanceRequired = firstInstanceRequired;
    return this;
  }

  /**
   * Who may connect.
   *
   * @return the preset, {@link SecurityPreset#CURRENT_USER} by default
   */
  public SecurityPreset getSecurityPreset() {
    return securityPreset;
  }

  /**
   * Sets who may connect. A {@link #setSecurityDescriptor(String) security descriptor} comes before it.
   *
   * @param securityPreset the preset; each says its risk
   * @return a reference to this, so the API can be used fluently
   */
  public NamedPipeServerOptions setSecurityPreset(SecurityPreset securityPreset) {
    this.securityPreset = Objects.requireNonNull(securityPreset, "securityPreset");
    return this;
  }

  /**
   * The security descriptor that comes before the preset.
   *
   * @return the descriptor in the security descriptor definition language, null by default
   */
  public String getSecurityDescriptor() {
    return securityDescriptor;
  }

  /**
   * Sets a security descriptor in place of the preset. Its form is checked when the server listens. Risk: it is taken
   * as it is; who is granted {@code GENERIC_WRITE} may also add instances and so pose as the server. The server's own
   * user must be among those: the system asks the descriptor for every instance after the first, and a server that
   * it refuses serves one client and no more.
   *
   * @param securityDescriptor in the security descriptor definition language, such as
   *     {@code D:P(A;;GA;;;BA)(A;;GA;;;SY)} for a service; null for the preset
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when blank
   */
  public NamedPipeServerOptions setSecurityDescriptor(String securityDescriptor) {
    if (securityDescriptor != null && securityDescriptor.isBlank()) {
      throw new IllegalArgumentException("securityDescriptor is blank; null stands for the preset");
    }
    this.securityDescriptor = securityDescriptor;
    return this;
  }

  /**
   * The packaged app that {@link SecurityPreset#APP_CONTAINER} lets in.
   *
   * @return its SID in text form, null by default
   */
  public String getAppContainerSid() {
    return appContainerSid;
  }

  /**
   * Sets the packaged app that {@link SecurityPreset#APP_CONTAINER} lets in; without effect with other presets.
   *
   * @param appContainerSid its SID in text form, which begins with {@code S-1-15-2-}; {@code S-1-15-2-1} is all apps
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when the SID is malformed, or not that of an AppContainer
   */
  public NamedPipeServerOptions setAppContainerSid(String appContainerSid) {
    if (appContainerSid != null) {
      try {
        PipeSecurity.appContainer(appContainerSid);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("appContainerSid: " + e.getMessage(), e);
      }
    }
    this.appContainerSid = appContainerSid;
    return this;
  }

  /**
   * Who decides whether a client is let in.
   *
   * @return the verifier, null by default: whoever the security lets connect is in
   */
  @GenIgnore
  public Function<PeerIdentity, Future<Boolean>> getPeerVerifier() {
    return peerVerifier;
  }

  /**
   * Sets who decides whether a client is let in, before the connect handler is called. Not a part of the JSON.
   *
   * <p>It is called on the context of the server, with what the system tells about the client. Nothing is read from the
   * client before the answer. Who is not approved is closed and counted, see {@link NamedPipeServer#refusedPeers()}: on
   * the answer false; when the verifier throws, fails or does not answer in {@link #setPeerVerifierTimeout time}, which
   * the server's exception handler is told as well. A client that has left before it is approved is let in: what it
   * wrote can be read, and then its end. For Vert.x's own servers on a pipe see
   * {@link dev.npipe.transport.NamedPipeTransport#setServerOptions(NamedPipeServerOptions)}.
   *
   * @param peerVerifier completes with true to let the client in; null to let all in
   * @return a reference to this, so the API can be used fluently
   */
  @GenIgnore
  public NamedPipeServerOptions setPeerVerifier(Function<PeerIdentity, Future<Boolean>> peerVerifier) {
    this.peerVerifier = peerVerifier;
    return this;
  }

  /**
   * How long finding out who a client is and the peer verifier may take together.
   *
   * @return the timeout, 10 seconds by default
   */
  public Duration getPeerVerifierTimeout() {
    return peerVerifierTimeout;
  }

  /**
   * Sets how long finding out who a client is and the peer verifier may take together; then the client is refused.
   *
   * @param peerVerifierTimeout more than zero; to the millisecond
   * @return a reference to this, so the API can be used fluently
   * @throws IllegalArgumentException when zero or negative, or longer than 365 days
   */
  public NamedPipeServerOptions setPeerVerifierTimeout(Duration peerVerifierTimeout) {
    if (checkTimeout("peerVerifierTimeout", peerVerifierTimeout).isZero()) {
      throw new IllegalArgumentException("peerVerifierTimeout must be more than zero");
    }
    this.peerVerifierTimeout = peerVerifierTimeout;
    return this;
  }

  @Override
  public NamedPipeServerOptions setIdleTimeout(Duration idleTimeout) {
    super.setIdleTimeout(idleTimeout);
    return this;
  }

  @Override
  public NamedPipeServerOptions setReadIdleTimeout(Duration readIdleTimeout) {
    super.setReadIdleTimeout(readIdleTimeout);
    return this;
  }

  @Override
  public NamedPipeServerOptions setWriteIdleTimeout(Duration writeIdleTimeout) {
    super.setWriteIdleTimeout(writeIdleTimeout);
    return this;
  }

  @Override
  public NamedPipeServerOptions setLingerTimeout(Duration lingerTimeout) {
    super.setLingerTimeout(lingerTimeout);
    return this;
  }

  @Override
  public NamedPipeServerOptions setWriteQueueMaxSize(int writeQueueMaxSize) {
    super.setWriteQueueMaxSize(writeQueueMaxSize);
    return this;
  }

  @Override
  public NamedPipeServerOptions setMessageMode(boolean messageMode) {
    super.setMessageMode(messageMode);
    return this;
  }

  @Override
  public NamedPipeServerOptions setMaxMessageSize(int maxMessageSize) {
    super.setMaxMessageSize(maxMessageSize);
    return this;
  }

  @Override
  public NamedPipeServerOptions setOversizedMessages(OversizedMessages oversizedMessages) {
    super.setOversizedMessages(oversizedMessages);
    return this;
  }

  @Override
  public NamedPipeServerOptions setZeroLengthMessages(ZeroLengthMessages zeroLengthMessages) {
    super.setZeroLengthMessages(zeroLengthMessages);
    return this;
  }

  @Override
  public NamedPipeServerOptions setWriteQueueMaxMessages(int writeQueueMaxMessages) {
    super.setWriteQueueMaxMessages(writeQueueMaxMessages);
    return this;
  }

  @Override
  public NamedPipeServerOptions setMetricsName(String metricsName) {
    super.setMetricsName(metricsName);
    return this;
  }

  @Override
  public JsonObject toJson() {
    JsonObject json = super.toJson();
    NamedPipeServerOptionsConverter.toJson(this, json);
    return json;
  }
}
