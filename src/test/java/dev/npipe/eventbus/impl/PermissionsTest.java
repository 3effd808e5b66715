// SPDX-License-Identifier: Apache-2.0
package dev.npipe.eventbus.impl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeEventBusBridge;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PermissionsTest extends BridgeRig {

  private void rules(PermittedOptions inbound, PermittedOptions outbound) {
    options.setInboundPermitteds(List.of(inbound)).setOutboundPermitteds(List.of(outbound));
  }

  private static void assertDenied(Client client, String frame) throws Exception {
    client.send(frame).assertNext("{'type':'err','message':'access_denied'}");
  }

  @Test
  void nothingIsPermittedUnlessARuleSaysSo() throws Exception {
    options.setInboundPermitteds(List.of()).setOutboundPermitteds(List.of());
    Client client = connect();
    for (String type : List.of("send", "publish", "register", "unregister")) {
      assertDenied(client, "{'type':'" + type + "','address':'a'}");
    }
  }

  @Test
  void eachDirectionHasItsOwnAddresses() throws Exception {
    rules(new PermittedOptions().setAddress("in"), new PermittedOptions().setAddressRegex("out\\..+"));
    Client client = connect();
    client.send("{'type':'publish','address':'in'}").send("{'type':'register','address':'out.x'}").assertQuiet();
    assertDenied(client, "{'type':'register','address':'in'}");
    assertDenied(client, "{'type':'send','address':'out.x'}");
    // The whole address has to match.
    assertDenied(client, "{'type':'register','address':'out.'}");
    assertDenied(client, "{'type':'register','address':'about.x'}");
  }

  @Test
  void aBodyThatDoesNotMatchDoesNotPassEitherWay() throws Exception {
    JsonObject match = json("{'kind':1,'of':{'deep':true}}");
    rules(new PermittedOptions().setMatch(match), new PermittedOptions().setMatch(match));
    Client client = connect();
    client.send("{'type':'register','address':'a'}").assertQuiet();
    for (String body : List.of("null", "1", "'x'", "[]", "{}", "{'kind':1}", "{'kind':2,'of':{'deep':true}}",
        "{'kind':1,'of':{'deep':false}}", "{'kind':1,'of':true}", "{'kind':'1','of':{'deep':true}}")) {
      assertDenied(client, "{'type':'publish','address':'a','body':" + body + "}");
      vertx.eventBus().publish("a", new JsonObject("{\"b\":" + body.replace('\'', '"') + "}").getValue("b"));
    }
    vertx.eventBus().publish("a", json("{'kind':1,'of':{'deep':true},'more':'bus'}"));
    assertEquals("bus", client.next().getJsonObject("body").getString("more"));
    client.send("{'type':'publish','address':'a','body':{'kind':1.0,'of':{'deep':true,'x':1},'more':'client'}}");
    assertEquals("client", client.next().getJsonObject("body").getString("more"));
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "{'id':1}                     | {'id':18446744073709551617}  | false",
      "{'id':9007199254740993}      | {'id':9007199254740992.0}    | false",
      "{'id':9007199254740993}      | {'id':9007199254740993}      | true",
      "{'id':1}                     | {'id':1.0}                   | true",
      "{'id':0.1}                   | {'id':1e-1}                  | true",
      "{'gone':null}                | {}                           | false",
      "{'gone':null}                | {'gone':null}                | true",
      "{'of':[1,{'k':2}]}           | {'of':[1.0,{'k':2.0}]}       | true",
      "{'of':[1,{'k':2}]}           | {'of':[1,{'k':2,'more':3}]}  | false",
      "{'of':[1]}                   | {'of':[18446744073709551617]} | false",
      "{'of':[1]}                   | {'of':[1,2]}                 | false",
  })
  void aMatchComparesToTheLastDigitAndMissesWhatIsNotThere(String match, String body, boolean lets) throws Exception {
    rules(new PermittedOptions().setMatch(json(match)), new PermittedOptions());
    Client client = connect().send("{'type':'publish','address':'a','body':" + body + "}");
    if (!lets) {
      client.assertNext("{'type':'err','message':'access_denied'}");
    }
    client.assertQuiet();
  }

  @Test
  void whoHasRegisteredMayUnregisterWhateverHasBecomeOfItsAuthority() throws Exception {
    AtomicBoolean has = new AtomicBoolean(true);
    authorityProvider = (socket, authority) -> Future.succeededFuture(has.get());
    rules(new PermittedOptions(), new PermittedOptions().setRequiredAuthority("admin"));
    Client client = connect().send("{'type':'register','address':'a'}");
    client.assertQuiet();
    has.set(false);
    client.send("{'type':'unregister','address':'a'}").assertQuiet();
    assertDenied(client, "{'type':'unregister','address':'a'}");
    assertDenied(client, "{'type':'register','address':'a'}");
  }

  @Test
  void aRequestWhoseBodyDoesNotPassFailsForWhoeverSentIt() throws Exception {
    rules(new PermittedOptions(), new PermittedOptions().setMatch(json("{'k':1}")));
    connect().send("{'type':'register','address':'a'}").assertQuiet();
    assertEquals("access_denied", await(vertx.eventBus().request("a", "no")
        .transform(done -> Future.succeededFuture(done.cause().getMessage()))));
  }

  @Test
  void oneRuleThatLetsAMessagePassIsEnoughAndAuthoritiesAreAskedFor() throws Exception {
    authorityProvider = (socket, authority) -> {
      if (authority.equals("broken")) {
        throw new IllegalStateException("on purpose");
      }
      return Future.future(answer -> vertx.setTimer(1, later -> answer.complete(authority.equals("user"))));
    };
    for (String direction : List.of("in", "out")) {
      List<PermittedOptions> rules = List.of(
          new PermittedOptions().setAddress("open").setRequiredAuthority("admin"),
          new PermittedOptions().setAddress("open"),
          new PermittedOptions().setAddress("users").setRequiredAuthority("broken"),
          new PermittedOptions().setAddress("users").setRequiredAuthority("user"),
          new PermittedOptions().setAddress("admins").setRequiredAuthority("admin"));
      options.setInboundPermitteds(rules).setOutboundPermitteds(rules);
      String type = direction.equals("in") ? "publish" : "register";
      Client client = connect();
      client.send("{'type':'" + type + "','address':'open'}").assertQuiet();
      client.send("{'type':'" + type + "','address':'users'}").assertQuiet();
      assertDenied(client, "{'type':'" + type + "','address':'admins'}");
    }
  }

  @Test
  void aRegistrationGetsWhatTheRulesItMayUseLetPass() throws Exception {
    authorityProvider = (socket, authority) -> Future.succeededFuture(false);
    options.setOutboundPermitteds(List.of(
        new PermittedOptions().setAddress("a").setMatch(json("{'level':'public'}")),
        new PermittedOptions().setAddress("a").setMatch(json("{'level':'secret'}")).setRequiredAuthority("admin")));
    Client client = connect();
    client.send("{'type':'register','address':'a'}").assertQuiet();
    vertx.eventBus().publish("a", json("{'level':'secret'}"));
    vertx.eventBus().publish("a", json("{'level':'public'}"));
    assertEquals("public", client.next().getJsonObject("body").getString("level"));
  }

  @Test
  void whatCanNotBeEnforcedIsRefusedAtTheStart() {
    NamedPipeBridgeOptions authority = new NamedPipeBridgeOptions()
        .addOutboundPermitted(new PermittedOptions().setRequiredAuthority("admin"));
    NamedPipeEventBusBridge bridge = NamedPipeEventBusBridge.create(vertx, authority);
    String refusal = assertThrows(IllegalStateException.class, () -> bridge.listen("x")).getMessage();
    assertTrue(refusal.startsWith("outboundPermitteds[0].requiredAuthority"), refusal);
    assertTrue(refusal.contains("authorityProvider"), refusal);
    NamedPipeBridgeOptions expression = new NamedPipeBridgeOptions()
        .addInboundPermitted(new PermittedOptions())
        .addInboundPermitted(new PermittedOptions().setAddressRegex("("));
    String mistake = assertThrows(IllegalArgumentException.class,
        () -> NamedPipeEventBusBridge.create(vertx, expression)).getMessage();
    assertTrue(mistake.startsWith("inboundPermitteds[1].addressRegex"), mistake);
    String mode = assertThrows(IllegalArgumentException.class, () -> NamedPipeEventBusBridge.create(vertx,
        new NamedPipeBridgeOptions(), new NamedPipeServerOptions().setMessageMode(true))).getMessage();
    assertTrue(mode.startsWith("messageMode"), mode);
  }
}
