// SPDX-License-Identifier: Apache-2.0
package dev.npipe.iocp;

import java.util.ArrayList;
import java.util.List;

/** An operation that remembers what became of it. */
final class TestOperation extends IoOperation {

  final List<Integer> completions = new ArrayList<>();
  int orphaned;
  Runnable onCompletion = () -> { };
  Runnable onResumption = () -> { };

  TestOperation(PipeHandle handle) {
    super(handle);
  }

  @Override
  protected void completed(int error, int bytes) {
    completions.add(error);
    onCompletion.run();
  }

  @Override
  protected void resumed() {
    onResumption.run();
  }

  boolean postponed() {
    return postpone();
  }

  void knownInTurn(int error) {
    completeInTurn(error, 0);
  }

  @Override
  protected void orphaned() {
    orphaned++;
  }
}
