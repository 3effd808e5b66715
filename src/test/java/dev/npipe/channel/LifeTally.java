// SPDX-License-Identifier: Apache-2.0
package dev.npipe.channel;

import static org.junit.jupiter.api.Assertions.assertTrue;

/** What many random lives have seen, so that none of what they are to see stops happening unnoticed. */
final class LifeTally {

  /** So few lives may be all of one kind. */
  private static final int FEW = 1_000;

  long bytes;
  long messages;
  long lossesChecked;
  long aborts;
  long cancels;
  long moves;
  long adoptions;
  long discarded;
  long tooLong;
  long inputEnds;
  long endedWithoutLinger;
  long connectsMoved;
  long flushes;
  long flushesOfThreads;
  long waits;
  long identities;
  long runsAsClient;
  long admitted;
  long refused;
  long serversExpected;
  long serversUnexpected;
  long discardsChecked;

  void add(LifeTally other) {
    bytes += other.bytes;
    messages += other.messages;
    lossesChecked += other.lossesChecked;
    aborts += other.aborts;
    cancels += other.cancels;
    moves += other.moves;
    adoptions += other.adoptions;
    discarded += other.discarded;
    tooLong += other.tooLong;
    inputEnds += other.inputEnds;
    endedWithoutLinger += other.endedWithoutLinger;
    connectsMoved += other.connectsMoved;
    flushes += other.flushes;
    flushesOfThreads += other.flushesOfThreads;
    waits += other.waits;
    identities += other.identities;
    runsAsClient += other.runsAsClient;
    admitted += other.admitted;
    refused += other.refused;
    serversExpected += other.serversExpected;
    serversUnexpected += other.serversUnexpected;
    discardsChecked += other.discardsChecked;
  }

  /** Fails when anything was rarer than a part of what it has been. */
  void assertEnough(int lives) {
    if (lives < FEW) {
      return;
    }
    assertFloor("bytes carried", bytes, 1_000L * lives);
    assertFloor("messages", messages, lives / 4);
    assertFloor("ends at which nothing was lost", lossesChecked, lives / 8);
    assertFloor("aborts", aborts, lives / 20);
    assertFloor("connects cancelled", cancels, lives / 20);
    assertFloor("moves to another loop", moves, lives / 8);
    assertFloor("handles adopted", adoptions, lives / 10);
    assertFloor("messages discarded", discarded, lives / 200);
    assertFloor("messages too long", tooLong, lives / 200);
    assertFloor("ends of the input", inputEnds, lives / 400);
    assertFloor("ends without linger", endedWithoutLinger, lives / 8);
    assertFloor("moves while connecting", connectsMoved, lives / 12);
    assertFloor("flushes", flushes, lives / 10);
    assertFloor("flushes that blocked a thread", flushesOfThreads, lives / 40);
    assertFloor("waits for an instance", waits, lives / 4);
    assertFloor("identities", identities, lives / 4);
    assertFloor("runs as the client", runsAsClient, lives / 60);
    assertFloor("clients admitted by a verifier", admitted, lives / 25);
    assertFloor("clients refused by one", refused, lives / 6);
    assertFloor("servers that were expected", serversExpected, lives / 20);
    assertFloor("servers that were not", serversUnexpected, lives / 60);
    assertFloor("aborts of servers whose loss was compared", discardsChecked, lives / 250);
  }

  private static void assertFloor(String what, long seen, long floor) {
    assertTrue(seen >= floor, () -> what + ": only " + seen + ", not " + floor);
  }

  @Override
  public String toString() {
    return bytes + " bytes, " + messages + " messages, " + lossesChecked + " losses checked, " + aborts + " aborts, "
        + cancels + " cancels, " + moves + " moves, " + adoptions + " adoptions, " + discarded + " discarded, "
        + tooLong + " too long, " + inputEnds + " ends of input, " + endedWithoutLinger + " without linger, "
        + connectsMoved + " moves while connecting, " + flushes + " flushes, "
        + flushesOfThreads + " of them by threads, " + waits + " waits for an instance, "
        + identities + " identities, " + runsAsClient + " runs as the client, " + admitted + " admitted, "
        + refused + " refused, " + serversExpected + " servers expected, " + serversUnexpected + " unexpected, "
        + discardsChecked + " discards checked";
  }
}
