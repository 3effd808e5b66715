// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.codegen.annotations.VertxGen;

/**
 * Who may connect to a server, for those who do not want to write a security descriptor.
 *
 * <p>With every preset the user the server runs as owns the pipe; that user and the system itself may connect, and only
 * they may add instances to the pipe, unless the preset says otherwise; nothing is inherited.
 */
@VertxGen
public enum SecurityPreset {

  /**
   * The user the server runs as, and the system: the default. Risk: every program of that user can talk to the server,
   * one it was tricked into starting too.
   */
  CURRENT_USER,

  /**
   * The programs of the logon session the server belongs to, and the system; not what the same user runs in another
   * session or as a service. Risk: it keeps out accidents rather than attacks, as the user owns the pipe and can change
   * who may open it; and who is in may add instances.
   */
  CURRENT_LOGON_SESSION,

  /**
   * Elevated administrators also. Risk: who is in may add instances, and so take the place of the server for clients to
   * come.
   */
  ADMINISTRATORS,

  /** Every user who has logged on. Risk: any program of any user can talk to the server. */
  AUTHENTICATED_USERS,

  /** Everyone. Risk: as for authenticated users, and guests besides. */
  EVERYONE,

  /**
   * One packaged app also, whose SID is {@link NamedPipeServerOptions#setAppContainerSid set}. Risk: whatever gets hold
   * of that app's sandbox can talk to the server.
   */
  APP_CONTAINER
}
