// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import io.grpc.stub.StreamObserver;

/** What a stream of grpc-java says, in order: its texts, then how it ended. */
final class TextObserver implements StreamObserver<String> {

  final PipeRig.Box<String> texts = new PipeRig.Box<>();

  @Override
  public void onNext(String text) {
    texts.put(text);
  }

  @Override
  public void onError(Throwable failure) {
    texts.put(failure.toString());
  }

  @Override
  public void onCompleted() {
    texts.put("completed");
  }
}
