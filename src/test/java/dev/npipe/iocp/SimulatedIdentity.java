// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * Processes, users and tokens as Windows documents them: what is asked of whom may not be asked is refused, a thread
 * acts for one client at a time, and every handle is counted. For one thread.
 */
public final class SimulatedIdentity implements IdentityKernel {

  /** The process at the other end of every pipe. */
  public static final long PEER = 4711;

  private static final TokenFacts MEDIUM_USER =
      new TokenFacts("S-1-5-21-1-2-3-1001", List.of("S-1-5-32-545"), 0x2000, 0, -1);

  /** A process. */
  public static final class Process {
    public long startTime = 500;
    public String imagePath = "C:\\programs\\peer.exe";
    public boolean opens = true;
    /** Null where this process may not look at its token. */
    public TokenFacts token = MEDIUM_USER;
  }

  /** What runs, by its id. */
  public final Map<Long, Process> processes = new HashMap<>(Map.of(PEER, new Process()));
  /** The process the pipes tell. */
  public long peer = PEER;
  /** Something happens between the opening of a process and what comes next. */
  public Runnable afterOpenProcess = () -> { };
  /** Something happens when a thread has begun to act for a client. */
  public Runnable afterImpersonation = () -> { };
  public long now = 1_000;
  public long session = 3;
  /** Empty for this machine, null for what the system does not tell. */
  public String computerName = "";
  public String pipeOwner = "S-1-5-21-1-2-3-1001";
  public String defaultOwner = "S-1-5-21-1-2-3-1001";
  /** Whom the clients stand for. */
  public TokenFacts client = MEDIUM_USER;
  /** What the clients allow. */
  public int clientLevel = 1;
  /** Whether a client is unknown before something it wrote was read. */
  public boolean clientShowsWithItsData;
  /** What ending to act as a client answers. */
  public int revertAnswer;
  /** What asking for a pipe's owner or a process throws. */
  public RuntimeException failure;
  /** Whether it answers that all is well when it is not. */
  public boolean revertsInWordOnly;
  /** How often somebody was acted for. */
  public int impersonations;

  private final SimulatedPipeKernel kernel;
  private final LongFunction<SimulatedEnd> ends;
  private final Map<Long, Object> objects = new HashMap<>();
  private final Set<String> accounts = new HashSet<>(Set.of("S-1-5-21-1-2-3-1001"));
  private boolean impersonating;
  private long lastObject = 1 << 20;

  SimulatedIdentity(SimulatedPipeKernel kernel, LongFunction<SimulatedEnd> ends) {
    this.kernel = kernel;
    this.ends = ends;
  }

  /** How many processes and tokens are open. */
  public int openObjects() {
    return objects.size();
  }

  /** Whether the thread acts as a client now. */
  public boolean isImpersonating() {
    return impersonating;
  }

  private void requireMayBlock() {
    if (failure != null) {
      throw failure;
    }
    if (!kernel.mayBlock) {
      throw kernel.wrong("a question about a peer on an event loop");
    }
  }

  private SimulatedEnd end(long pipe) {
    requireMayBlock();
    return ends.apply(pipe);
  }

  private long open(Object what) {
    objects.put(++lastObject, what);
    return lastObject;
  }

  @SuppressWarnings("unchecked") // whoever asks says what it has opened
  private <T> T object(long handle) {
    requireMayBlock();
    Object found = objects.get(handle);
    if (found == null) {
      throw kernel.wrong("a process or a token that is not open");
    }
    return (T) found;
  }

  @Override
  public long systemTime() {
    return now;
  }

  @Override
  public long peerSessionId(long pipe, boolean serverEnd) {
    return end(pipe).state == SimulatedEnd.State.CONNECTED ? session : -PipeErrors.PIPE_NOT_CONNECTED;
  }

  @Override
  public String clientComputerName(long pipe) {
    if (!end(pipe).server) {
      throw kernel.wrong("the client's machine on the client's end");
    }
    return computerName;
  }

  @Override
  public String pipeOwner(long pipe) {
    return end(pipe).closed ? null : pipeOwner;
  }

  @Override
  public long openProcess(long processId) {
    requireMayBlock();
    Process process = processes.get(processId);
    if (process == null) {
      return -PipeErrors.INVALID_PARAMETER;
    }
    if (!process.opens) {
      return -PipeErrors.ACCESS_DENIED;
    }
    long opened = open(process);
    afterOpenProcess.run();
    return opened;
  }

  @Override
  public long processStartTime(long process) {
    return this.<Process>object(process).startTime;
  }

  @Override
  public String processImagePath(long process) {
    return this.<Process>object(process).imagePath;
  }

  @Override
  public long openProcessToken(long process) {
    TokenFacts token = this.<Process>object(process).token;
    return token == null ? -PipeErrors.ACCESS_DENIED : open(token);
  }

  @Override
  public long openThreadToken() {
    requireMayBlock();
    if (!impersonating) {
      return -PipeErrors.NO_TOKEN;
    }
    return clientLevel == 0 ? -PipeErrors.CANT_OPEN_ANONYMOUS : open(new TokenFacts(client.user(), client.groups(),
        client.integrity(), client.elevation(), clientLevel));
  }

  @Override
  public TokenFacts describe(long token) {
    return object(token);
  }

  @Override
  public void closeObject(long handle) {
    if (objects.remove(handle) == null) {
      throw kernel.wrong("a process or a token closed twice");
    }
  }

  @Override
  public String accountName(String sid) {
    requireMayBlock();
    if (impersonating) {
      throw kernel.wrong("an account looked up in the name of a client");
    }
    return accounts.contains(sid) ? "MACHINE\\user" : null;
  }

  @Override
  public int impersonateClient(long pipe) {
    SimulatedEnd end = end(pipe);
    if (!end.server) {
      return PipeErrors.INVALID_PARAMETER;
    }
    if (impersonating) {
      throw kernel.wrong("acting for two clients at once");
    }
    if (clientShowsWithItsData && !end.wasRead) {
      return PipeErrors.CANNOT_IMPERSONATE;
    }
    impersonating = true;
    impersonations++;
    afterImpersonation.run();
    return PipeErrors.SUCCESS;
  }

  @Override
  public int revertToSelf() {
    requireMayBlock();
    if (impersonating && revertAnswer != PipeErrors.SUCCESS) {
      return revertAnswer;
    }
    impersonating &= revertsInWordOnly;
    return PipeErrors.SUCCESS;
  }

  @Override
  public String defaultOwnerSid() {
    return defaultOwner;
  }

  @Override
  public String logonSid() {
    return "S-1-5-5-0-4711";
  }
}
