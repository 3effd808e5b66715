// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.junit.jupiter.api.Test;

/** The security of the system itself, where the system has it; the simulated kernel shows the same everywhere. */
class EnforcementIT extends PipeRig {

  private static final String SYSTEM_ONLY = "D:P(A;;GA;;;SY)";
  private static final String NOBODY_CREATES = "D:P(A;;0x12019b;;;WD)";

  private Future<NamedPipeServer> listen(String descriptor, int pendingInstances) {
    return NamedPipeServer.create(vertx, new NamedPipeServerOptions()
            .setSecurityDescriptor(descriptor).setPendingInstances(pendingInstances))
        .connectHandler(socket -> socket.pipeTo(socket))
        .listen(name);
  }

  @Test
  void aClientThatTheDescriptorLeavesOutIsRefused() throws Exception {
    Enforcement.DACL.require();
    await(listen(SYSTEM_ONLY, 1));
    NamedPipeException refused = assertInstanceOf(NamedPipeException.class,
        failure(NamedPipeClient.create(vertx).connect(name)));
    assertEquals("ERROR_ACCESS_DENIED", refused.errorName());
  }

  @Test
  void withoutTheRightToCreateInstancesNobodyJoinsTheName() throws Exception {
    Enforcement.CREATE_INSTANCE_RIGHT.require();
    await(listen(NOBODY_CREATES, 1));
    Vertx other = Vertx.vertx();
    NamedPipeServerOptions joining = new NamedPipeServerOptions().setFirstInstanceRequired(false);
    NamedPipeServer intruder = NamedPipeServer.create(other, joining)
        .connectHandler(socket -> socket.close());
    Throwable refused = failure(intruder.listen(name));
    await(other.close());
    assertEquals("ERROR_ACCESS_DENIED", assertInstanceOf(NamedPipeException.class, refused).errorName());
  }
}
