// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.npipe.channel.WaitPolicy;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Programs that a test drives and a machine may lack: a test that needs one says so by its name. */
enum Capability {

  NODE("Node.js for Windows (NPIPE_NODE, or node.exe on the PATH)",
      program("NPIPE_NODE", "node.exe"), List.of(), "src/demo/node/client.js",
      List.of("-e", "require('net').connect(process.argv[1]).pause(); setInterval(Object, 1e6)")),
  PYTHON("CPython for Windows (NPIPE_PYTHON, or python.exe on the PATH)",
      program("NPIPE_PYTHON", "python.exe"), List.of("-W", "ignore"), "src/demo/python/client.py",
      List.of("-c", "import sys; pipe = open(sys.argv[1], 'r+b', buffering=0); sys.stdin.read()")),
  C("the C client (target/demo/client.exe, which bin/verify compiles)",
      present(Path.of("target", "demo", "client.exe")), List.of(), null, List.of());

  private final String description;
  private final Path program;
  private final List<String> options;
  private final String client;
  private final List<String> unread;

  Capability(String description, Path program, List<String> options, String client, List<String> unread) {
    this.description = description;
    this.program = program;
    this.options = options;
    this.client = client;
    this.unread = unread;
  }

  /** Whether the program is there. */
  boolean isThere() {
    return program != null;
  }

  /** Skips the test where the program is missing. */
  void require() {
    assumeTrue(program != null, () -> "not available here: " + description);
  }

  /** Skips the test where the packages for Node.js are missing. */
  static void requireNodeModules() {
    assumeTrue(System.getenv("NPIPE_NODE_MODULES") != null,
        "not available here: the packages for Node.js (NPIPE_NODE_MODULES, a folder with ws,"
            + " vertx3-tcp-eventbus-client and node-uuid in it)");
  }

  /** Skips the test where the event-bus client for Python is missing. */
  static void requirePythonEventBus() {
    assumeTrue(System.getenv("NPIPE_PYTHON_MODULES") != null,
        "not available here: the event-bus client for Python (NPIPE_PYTHON_MODULES, a folder with vertx/eventbus.py)");
  }

  /** Starts the client of the demo. */
  ForeignClient client(String... arguments) throws IOException {
    require();
    return start(client == null ? List.of() : List.of(client), arguments);
  }

  /** Starts a program in this one's language. */
  ForeignClient script(String script, String... arguments) throws IOException {
    require();
    return start(List.of(script), arguments);
  }

  /** Waits for a server that is starting. */
  static Future<Void> listening(Vertx vertx, String pipe) {
    NamedPipeClient client = NamedPipeClient.create(vertx, new NamedPipeClientOptions().setWhenMissing(WaitPolicy.WAIT)
        .setConnectTimeout(Duration.ofSeconds(PipeRig.PATIENCE_SECONDS)));
    return client.connect(pipe).compose(NamedPipeSocket::close).eventually(client::close);
  }

  /** Starts a client that connects, never reads, and stays until it is killed. */
  ForeignClient clientThatNeverReads(String pipe) throws IOException {
    require();
    return start(unread, "\\\\.\\pipe\\" + pipe);
  }

  /** Starts a script of the tests, or a C program that bin/verify has compiled. */
  ForeignClient program(String file, String... arguments) throws IOException {
    require();
    if (this != C) {
      return start(List.of(file), arguments);
    }
    return ForeignClient.start(compiled(file, arguments).redirectErrorStream(true));
  }

  private static ProcessBuilder compiled(String file, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Path.of("target", "demo", file).toAbsolutePath().toString()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  /**
   * Starts the C program that does what it is to be killed in the middle of, without a console: under Wine the host of
   * a console outlives a program that dies while it starts, and keeps what both have inherited open for ever, pipes of
   * this JVM and of its parent among them.
   */
  static ForeignClient victim(String... arguments) throws IOException {
    C.require();
    return ForeignClient.start(compiled("victim.exe", arguments).redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD));
  }

  private ForeignClient start(List<String> script, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(options);
    command.addAll(script);
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    if (this == NODE) {
      // Wine is a Windows too old for it, and there it takes no pipe for its standard error.
      builder.environment().put("NODE_SKIP_PLATFORM_CHECK", "1");
      // Packages look for each other there.
      builder.environment().put("NODE_PATH", System.getenv().getOrDefault("NPIPE_NODE_MODULES", ""));
      return ForeignClient.start(builder.redirectError(ProcessBuilder.Redirect.DISCARD));
    }
    return ForeignClient.start(builder.redirectErrorStream(true));
  }

  private static Path program(String variable, String executable) {
    String told = System.getenv(variable);
    if (told != null) {
      return Path.of(told);
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path found = folder.isEmpty() ? null : present(new File(folder, executable).toPath());
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Null unless it is there, and not the empty stand-in that Windows has for a program of its store. */
  private static Path present(Path file) {
    try {
      return Files.isRegularFile(file) && Files.size(file) > 0 ? file.toAbsolutePath() : null;
    } catch (IOException unreadable) {
      return null;
    }
  }
}
