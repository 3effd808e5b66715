// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.vertx.codegen.annotations.VertxGen;

/**
 * Who may connect to a server, for those who do not want to write a security descriptor.
 *
 * <p>With every preset the user the server runs as and the system itself may connect, and only they may add instances
 * to the pipe; nothing is inherited.
 */
@VertxGen
public enum SecurityPreset {

  /** The user the server runs as, and the system: the default. */
  CURRENT_USER,

  /** Elevated administrators also. */
  ADMINISTRATORS,

  /** Every user who has logged on. Risk: any program of any user can talk to the server. */
  AUTHENTICATED_USERS,

  /** Everyone. Risk: as for authenticated users, and guests besides. */
  EVERYONE
}
