// SPDX-License-Identifier: Apache-2.0
package dev.npipe.transport;

import dev.npipe.NamedPipeClientOptions;
import dev.npipe.NamedPipeEndpointOptions;
import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.NamedPipeAddress;
import dev.npipe.channel.NamedPipeChannelConfig;
import dev.npipe.channel.NamedPipeServerChannelConfig;
import dev.npipe.channel.PeerVerification;
import dev.npipe.impl.ServerChannelConfiguration;
import dev.npipe.impl.ServerVerification;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The options of the pipes that servers listen on and clients connect to: those of a name, those of all other names, or
 * none, which leaves a channel as it is.
 */
final class EndpointOptions {

  /** What Vert.x has options for itself; here it would have no effect. */
  private static final List<String> VERTX_SAYS = List.of("idleTimeout", "readIdleTimeout", "writeIdleTimeout",
      "writeQueueMaxSize", "metricsName", "connectTimeout", "reconnectAttempts", "reconnectInterval",
      "writeQueueMaxMessages");

  /** What Vert.x speaks over a socket is a stream of bytes, and would lose what does not fit into a message. */
  private static final List<String> OF_MESSAGES = List.of("messageMode", "maxMessageSize", "oversizedMessages",
      "zeroLengthMessages");

  // Any thread.
  private final Map<NamedPipeAddress, NamedPipeServerOptions> servers = new ConcurrentHashMap<>();
  private final Map<NamedPipeAddress, NamedPipeClientOptions> clients = new ConcurrentHashMap<>();
  private final Map<NamedPipeAddress, AtomicLong> refusedPeers = new ConcurrentHashMap<>();
  private volatile NamedPipeServerOptions otherServers;
  private volatile NamedPipeClientOptions otherClients;

  void setServer(NamedPipeServerOptions options) {
    otherServers = checked(options);
  }

  void setServer(NamedPipeAddress name, NamedPipeServerOptions options) {
    servers.put(name, checked(options));
  }

  void setClient(NamedPipeClientOptions options) {
    otherClients = checked(options);
  }

  void setClient(NamedPipeAddress name, NamedPipeClientOptions options) {
    clients.put(name, checked(options));
  }

  private static NamedPipeServerOptions checked(NamedPipeServerOptions options) {
    requireEffect(options, new NamedPipeServerOptions());
    return new NamedPipeServerOptions(options);
  }

  private static NamedPipeClientOptions checked(NamedPipeClientOptions options) {
    requireEffect(options, new NamedPipeClientOptions());
    return new NamedPipeClientOptions(options);
  }

  private static void requireEffect(NamedPipeEndpointOptions options, NamedPipeEndpointOptions defaults) {
    JsonObject given = options.toJson();
    JsonObject unset = defaults.toJson();
    requireUnset(VERTX_SAYS, given, unset,
        " is set in the options of the Vert.x server or client, not in those of the pipe");
    requireUnset(OF_MESSAGES, given, unset, " cannot be set: all of Vert.x's own servers and clients carry bytes, and"
        + " no messages; NamedPipeServer and NamedPipeClient do");
  }

  private static void requireUnset(List<String> untouched, JsonObject given, JsonObject unset, String otherwise) {
    for (String name : untouched) {
      if (!Objects.equals(given.getValue(name), unset.getValue(name))) {
        throw new IllegalArgumentException("With the transport, " + name + otherwise);
      }
    }
  }

  private NamedPipeServerOptions server(NamedPipeAddress name) {
    NamedPipeServerOptions own = servers.get(name);
    return own == null ? otherServers : own;
  }

  void apply(NamedPipeAddress name, NamedPipeServerChannelConfig config) {
    NamedPipeServerOptions options = server(name);
    if (options != null) {
      ServerChannelConfiguration.apply(options, config);
    }
  }

  /** How long an accepted connection lingers; null for as long as its channel does by itself. */
  Duration linger(NamedPipeAddress name) {
    NamedPipeServerOptions options = server(name);
    return options == null ? null : options.getLingerTimeout();
  }

  /**
   * Who decides which clients are let in, asked on a context, or where they are accepted if that is null; null where
   * all are let in.
   */
  PeerVerification verification(NamedPipeAddress name, ContextInternal context) {
    NamedPipeServerOptions options = server(name);
    return options == null || options.getPeerVerifier() == null ? null : ServerVerification.of(
        options.getPeerVerifier(), context, options.getPeerVerifierTimeout(),
        refusedPeers.computeIfAbsent(name, first -> new AtomicLong()));
  }

  /** How many clients the servers of a name have not let in. */
  long refusedPeers(NamedPipeAddress name) {
    AtomicLong refused = refusedPeers.get(name);
    return refused == null ? 0 : refused.get();
  }

  void apply(NamedPipeAddress name, NamedPipeChannelConfig config) {
    NamedPipeClientOptions own = clients.get(name);
    NamedPipeClientOptions options = own == null ? otherClients : own;
    if (options != null) {
      config.setImpersonationLevel(options.getImpersonationLevel());
      config.setWhenBusy(options.getWhenBusy()).setWhenMissing(options.getWhenMissing());
      config.setExpectedServer(options.getExpectServer());
      config.setLinger(options.getLingerTimeout());
    }
  }
}
