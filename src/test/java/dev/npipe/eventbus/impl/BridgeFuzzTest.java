// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.npipe.eventbus.BridgeEvent;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.BridgeEventType;
import io.vertx.ext.bridge.PermittedOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever a client sends, it is answered by frames that {@code docs/bridge.md} knows; and the connection goes on, in
 * step, or ends because a length could not be one. {@code bin/fuzz} looks for what does otherwise; the seeds are
 * played with the other tests.
 */
class BridgeFuzzTest {

  private static final int MAX_FRAME_SIZE = 2048;
  private static final Set<String> ERRORS = Set.of("missing_type", "invalid_type", "unknown_type", "missing_address",
      "invalid_address", "max_address_length_reached", "invalid_headers", "invalid_body", "codec_not_permitted",
      "invalid_failure_code", "invalid_json", "access_denied", "unknown_address", "max_handlers_reached",
      "max_requests_reached", "max_replies_reached", "invalid_frame_length", "frame_too_long");

  private static final Vertx VERTX = Vertx.vertx();
  private static final NamedPipeBridgeOptions OPTIONS = new NamedPipeBridgeOptions()
      .setMaxFrameSize(MAX_FRAME_SIZE).setMaxAddressLength(40).setMaxRegistrations(4).setMaxPendingReplies(3)
      .setMaxPendingRequests(3)
      .addInboundPermitted(new PermittedOptions().setAddressRegex("[a-z]*"))
      .addInboundPermitted(new PermittedOptions().setAddress("M").setMatch(new JsonObject().put("k", 1)))
      .addInboundPermitted(new PermittedOptions().setAddress("Y").setRequiredAuthority("yes"))
      .addOutboundPermitted(new PermittedOptions().setAddressRegex("[NY]").setRequiredAuthority("no"))
      .addOutboundPermitted(new PermittedOptions().setAddress("Y").setRequiredAuthority("yes"))
      .addOutboundPermitted(new PermittedOptions().setAddressRegex("[a-z]*"));

  static {
    VERTX.eventBus().consumer("echo", message -> message.reply(message.body()));
    VERTX.eventBus().consumer("fail", message -> message.fail(7, "no"));
  }

  private final BlockingQueue<JsonObject> answers = new LinkedBlockingQueue<>();
  private final BridgeSettings settings = new BridgeSettings(VERTX.eventBus(), OPTIONS, this::told,
      (socket, authority) -> VERTX.timer(1).map(authority.equals("yes")));

  // Context only.
  private String reply;

  /** The address {@code REPLY} stands for that of the last request the client was sent, which no input can know. */
  private void told(BridgeEvent event) {
    JsonObject frame = event.getRawMessage();
    if (event.type() == BridgeEventType.RECEIVE && frame.containsKey("replyAddress")) {
      reply = frame.getString("replyAddress");
    }
    if (event.type() != BridgeEventType.SEND || !"REPLY".equals(frame.getValue("address"))) {
      event.complete(true);
      return;
    }
    // What the client has asked itself before is on its way.
    VERTX.runOnContext(arrived -> {
      if (reply != null) {
        event.setRawMessage(frame.copy().put("address", reply));
      }
      event.complete(true);
    });
  }

  @AfterAll
  static void closeVertx() throws Exception {
    BridgeRig.await(VERTX.close());
  }

  /** The first byte says how the rest is cut. */
  @FuzzTest(maxDuration = "130s")
  @Timeout(value = 300, unit = TimeUnit.SECONDS)
  void whateverComesIsAnsweredInStep(byte[] data) throws Exception {
    answers.clear();
    ContextInternal context = ((VertxInternal) VERTX).createEventLoopContext();
    SocketStandIn pipe = new SocketStandIn(context, this::written);
    BridgeConnection connection = new BridgeConnection(settings, context, pipe.socket, new AbandonedRequests(3));
    context.runOnContext(now -> connection.open());
    int piece = data.length == 0 ? 1 : 1 + (data[0] & 0xFF);
    for (int i = 1; i < data.length; i += piece) {
      pipe.feed(Buffer.buffer(Arrays.copyOfRange(data, i, Math.min(data.length, i + piece))));
    }
    Buffer rest = rest(data);
    if (rest == null) {
      // The length may have begun only.
      pipe.feed(Buffer.buffer(new byte[4]));
    } else {
      pipe.feed(rest.appendBuffer(BridgeRig.frame("{'type':'send','address':'echo','replyAddress':'the end'}")));
      JsonObject answer;
      do {
        answer = BridgeRig.take(answers);
        assertKnown(answer);
      } while (!"the end".equals(answer.getString("address")));
      pipe.close("gone");
    }
    BridgeRig.await(connection.ended());
    assertEquals(rest == null ? "close" : "gone", pipe.end);
    answers.forEach(BridgeFuzzTest::assertKnown);
  }

  private void written(Buffer bytes) {
    assertEquals(bytes.length() - 4, bytes.getInt(0));
    answers.add(new JsonObject(bytes.getBuffer(4, bytes.length())));
  }

  private static void assertKnown(JsonObject answer) {
    String type = answer.getString("type");
    assertTrue(Set.of("message", "err", "pong").contains(type), answer::encode);
    boolean ofTheBridge = answer.getString("address") == null || "ERROR".equals(answer.getString("failureType"));
    if (type.equals("err") && ofTheBridge) {
      assertTrue(ERRORS.contains(answer.getString("message")), answer::encode);
    }
  }

  /** Zeroes that complete the last frame; null when there is a length that can not be one. */
  private static Buffer rest(byte[] data) {
    ByteBuffer bytes = ByteBuffer.wrap(Arrays.copyOf(data, data.length + 4));
    int position = 1;
    while (position < data.length) {
      int length = bytes.getInt(position);
      if (length < 0 || length > MAX_FRAME_SIZE) {
        return null;
      }
      position += 4 + length;
    }
    return Buffer.buffer(new byte[Math.max(0, position - Math.max(1, data.length))]);
  }
}
