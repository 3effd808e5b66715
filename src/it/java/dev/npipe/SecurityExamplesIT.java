// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.channel.ImpersonationLevel;
import dev.npipe.channel.UnexpectedServerException;
import dev.npipe.examples.SecurityExamples;
import io.vertx.core.buffer.Buffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the document on security do what it says. */
class SecurityExamplesIT extends PipeRig {

  @Test
  void whoIsNotInASandboxIsGreetedByName() throws Exception {
    await(SecurityExamples.noSandboxes(vertx, name));
    NamedPipeSocket socket = connectPaused(NamedPipeClient.create(vertx), name);
    Buffer all = Buffer.buffer();
    Box<String> heard = new Box<>();
    socket.handler(all::appendBuffer);
    socket.endHandler(ended -> heard.put(all.toString()));
    socket.resume();
    // Of another connection: the server ends this one when it has greeted, and then there is nobody to ask about.
    String account = await(await(NamedPipes.pair(vertx)).serverEnd().peer()).accountName().orElse("somebody");
    assertEquals("hello " + account + "\n", heard.take());
  }

  @Test
  void aServerOfAUserIsNotTakenForTheServiceOfTheSystem() throws Exception {
    Enforcement.requireOrdinaryUser();
    echo();
    NamedPipeClient client = SecurityExamples.clientOfTheService(vertx);
    assertInstanceOf(UnexpectedServerException.class, failure(client.connect(name)));
  }

  @Test
  void aFileIsReadInTheNameOfTheClient(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("its.txt"), "the client's own");
    Pair pair = pair(new NamedPipeServerOptions(),
        new NamedPipeClientOptions().setImpersonationLevel(ImpersonationLevel.IMPERSONATION));
    Box<Buffer> read = read(pair.serverEnd);
    pair.clientEnd.write("so that the client is known");
    assertTrue(read.take().length() > 0);
    assertEquals("the client's own", await(SecurityExamples.readAsTheClient(pair.serverEnd, file)));
  }
}
