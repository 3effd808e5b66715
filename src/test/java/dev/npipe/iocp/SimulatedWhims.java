// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.Random;

/**
 * What the simulated kernel is free to choose, and what a test makes it do next.
 */
public final class SimulatedWhims {

  /** Chance in percent that an operation which could finish at once is left pending. */
  public int latePercent = 30;
  /** Chance in percent that bytes move only in part. */
  public int partialPercent = 30;
  /** Whether skip mode can be set. */
  public boolean skipModeSupported = true;
  /** Whether a flush can be overlapped. */
  public boolean flushSupported = true;
  /** Why it is not told whether a peer is there, 0 where it is. */
  public int connectionFailure;
  /** Whether the kernel says how much room is taken. */
  public boolean quotaTold = true;
  /** What asking for it throws. */
  public Error quotaFailure;
  /** What a wait for an instance answers at once; 0 for a wait. */
  public int waitAnswer;
  /** Chance in percent that the time of a wait for an instance runs out with the next step. */
  public int waitTimeoutPercent;
  /** What the creation of an instance fails with from now on, 0 for nothing. */
  public int createFailure;
  /** What the directory of the pipes answers, 0 for the pipes. */
  public int listFailure;
  /** How many of the next reads complete with nothing, as on a zero-byte write of a peer. */
  public int emptyReads;
  /** What asking for the peer's process throws. */
  public RuntimeException peerProcessFailure;
  /** What associating a handle with its port throws. */
  public Error associateFailure;
  /** What closing a handle throws when it is closed. */
  public Error closeFailure;
  /** The most bytes a write moves before it completes, short. */
  public int shortWrite = Integer.MAX_VALUE;

  private final Random random;
  private int failNextRead;
  private int failNextCreate;
  private int createsBeforeFailure;
  private int failNextAssociate;
  private int failNextEvent;
  private int failNextDuplicate;
  private Runnable afterNextRefusal = () -> { };
  private int failNext;
  private int failNextConnect;
  private Runnable beforeNextConnect = () -> { };

  SimulatedWhims(Random random) {
    this.random = random;
  }

  /** The next read, write or connect fails at once. */
  public void failNext(int error) {
    failNext = error;
  }

  /** The next read fails at once. */
  public void failNextRead(int error) {
    failNextRead = error;
  }

  /** The next creation of an instance fails. */
  public void failNextCreate(int error) {
    failNextCreate = error;
  }

  /** After so many more, the creation of an instance fails once. */
  public void failCreateAfter(int successes, int error) {
    createsBeforeFailure = successes;
    failNextCreate = error;
  }

  /** The next handle cannot be associated with its port. */
  public void failNextAssociate(int error) {
    failNextAssociate = error;
  }

  /** The next event cannot be created. */
  public void failNextEvent(int error) {
    failNextEvent = error;
  }

  /** The next handle cannot be opened once more. */
  public void failNextDuplicate(int error) {
    failNextDuplicate = error;
  }

  /** Something happens right after the creation of an instance was refused for the limit. */
  public void afterNextRefusal(Runnable event) {
    afterNextRefusal = event;
  }

  /** The next wait for a client fails at once. */
  public void failNextConnect(int error) {
    failNextConnect = error;
  }

  /** Something happens between the creation of an instance and its wait for a client. */
  public void beforeNextConnect(Runnable event) {
    beforeNextConnect = event;
  }

  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  int upTo(int most) {
    return 1 + random.nextInt(most);
  }

  int takeFailure() {
    int failure = failNext;
    failNext = 0;
    return failure;
  }

  int takeReadFailure() {
    int failure = failNextRead;
    failNextRead = 0;
    return failure != 0 ? failure : takeFailure();
  }

  int takeCreateFailure() {
    if (createsBeforeFailure > 0) {
      createsBeforeFailure--;
      return 0;
    }
    int failure = failNextCreate;
    failNextCreate = 0;
    return failure != 0 ? failure : createFailure;
  }

  int takeAssociateFailure() {
    int failure = failNextAssociate;
    failNextAssociate = 0;
    return failure;
  }

  int takeEventFailure() {
    int failure = failNextEvent;
    failNextEvent = 0;
    return failure;
  }

  int takeDuplicateFailure() {
    int failure = failNextDuplicate;
    failNextDuplicate = 0;
    return failure;
  }

  void refused() {
    Runnable event = afterNextRefusal;
    afterNextRefusal = () -> { };
    event.run();
  }

  int takeConnectFailure() {
    Runnable event = beforeNextConnect;
    beforeNextConnect = () -> { };
    event.run();
    int failure = failNextConnect != 0 ? failNextConnect : takeFailure();
    failNextConnect = 0;
    return failure;
  }
}
