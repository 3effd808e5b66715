// SPDX-License-Identifier: Apache-2.0
package dev.npipe.impl;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.NamedPipeServerChannelConfig;
import dev.npipe.channel.PipeSecurity;

/**
 * From the options of a server to the configuration of its channel.
 */
public final class ServerChannelConfiguration {

  private ServerChannelConfiguration() {
  }

  /**
   * Carries them over, before the channel is bound.
   *
   * @param options the options of a server
   * @param config the configuration of its channel
   */
  public static void apply(NamedPipeServerOptions options, NamedPipeServerChannelConfig config) {
    config.setMaxInstances(options.getMaxInstances())
        .setMessageMode(options.isMessageMode())
        .setPendingInstances(options.getPendingInstances())
        .setMaxPendingInstances(options.getMaxPendingInstances())
        .setMaxConnections(options.getMaxConnections())
        .setInboundBufferBytes(options.getInboundBufferBytes())
        .setOutboundBufferBytes(options.getOutboundBufferBytes())
        .setRejectRemoteClients(options.isRejectRemoteClients())
        .setFirstInstanceRequired(options.isFirstInstanceRequired())
        .setSecurity(security(options));
  }

  private static PipeSecurity security(NamedPipeServerOptions options) {
    return options.getSecurityDescriptor() != null
        ? PipeSecurity.sddl(options.getSecurityDescriptor())
        : preset(options);
  }

  private static PipeSecurity preset(NamedPipeServerOptions options) {
    switch (options.getSecurityPreset()) {
      case CURRENT_LOGON_SESSION:
        return PipeSecurity.currentLogonSession();
      case APP_CONTAINER:
        if (options.getAppContainerSid() == null) {
          throw new IllegalArgumentException("securityPreset APP_CONTAINER needs an appContainerSid");
        }
        return PipeSecurity.appContainer(options.getAppContainerSid());
      case ADMINISTRATORS:
        return PipeSecurity.administrators();
      case AUTHENTICATED_USERS:
        return PipeSecurity.authenticatedUsers();
      case EVERYONE:
        return PipeSecurity.everyone();
      default:
        return PipeSecurity.currentUser();
    }
  }
}
