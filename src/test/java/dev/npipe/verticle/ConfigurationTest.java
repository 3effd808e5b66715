// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.eventbus.NamedPipeBridgeOptions;
import dev.npipe.eventbus.NamedPipeMessageBridgeOptions;
import io.vertx.codegen.annotations.GenIgnore;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.bridge.PermittedOptions;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigurationTest {

  @ParameterizedTest
  @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
      "bridge   | {}                                                       | pipe",
      "bridge   | {'pipe':7}                                               | pipe: ",
      "bridge   | {'pipe':''}                                              | pipe: ",
      "bridge   | {'pipe':null}                                            | pipe: ",
      "bridge   | {'pipe':'x','port':7}                                    | port: is not known",
      "bridge   | {'pipe':'x','server':[]}                                 | server: ",
      "bridge   | {'pipe':'x','server':{'maxInstances':'7'}}               | server.maxInstances: ",
      "bridge   | {'pipe':'x','server':{'maxInstances':256}}               | server.maxInstances: 256",
      "bridge   | {'pipe':'x','server':{'maxInstance':7}}                  | server.maxInstance: is not known",
      "bridge   | {'pipe':'x','server':{'securityPreset':'ANYONE'}}        | server.securityPreset: ",
      "bridge   | {'pipe':'x','server':{'idleTimeout':1.5}}                | server.idleTimeout: ",
      "bridge   | {'pipe':'x','bridge':{'slowReaderPolicy':'close'}}       | bridge.slowReaderPolicy: ",
      "bridge   | {'pipe':'x','bridge':{'maxFrameSize':0}}                 | bridge.maxFrameSize: 0",
      "bridge   | {'pipe':'x','bridge':{'inboundPermitteds':[{},{'adress':'x'}]}} | bridge.inboundPermitteds[1].adress",
      "bridge   | {'pipe':'x','bridge':{'outboundPermitteds':{}}}          | bridge.outboundPermitteds: ",
      "bridge   | {'pipe':'x','bridge':{'outboundPermitteds':[{'match':1}]}} | bridge.outboundPermitteds[0].match: ",
      "bridge   | {'pipe':'x','server':{'messageMode':true}}               | server.messageMode: ",
      "bridge   | {'pipe':'x','server':{'idleTimeout':31536000001}}        | server.idleTimeout: ",
      "bridge   | {'pipe':'x','bridge':{'idleTimeout':31536000001}}        | bridge.idleTimeout: ",
      "bridge   | {'pipe':'x','server':{'appContainerSid':'x'}}            | server.appContainerSid: ",
      "bridge   | {'pipe':'x','server':{'maxMessageSize':1}}               | server.maxMessageSize: has no effect",
      "bridge   | {'pipe':'x','server':{'oversizedMessages':'FAIL'}}       | server.oversizedMessages: has no effect",
      "bridge   | {'pipe':'x','server':{'zeroLengthMessages':'DELIVER'}}   | server.zeroLengthMessages: has no effect",
      "bridge   | {'pipe':'x','server':{'writeQueueMaxMessages':1}} | server.writeQueueMaxMessages: has no effect",
      "messages | {'pipe':'x','messages':{},'server':{'messageMode':false}} | server.messageMode: ",
      "messages | {'pipe':'x'}                                             | messages",
      "messages | {'pipe':'x','messages':{'format':'XML'}}                 | messages.format: ",
      "messages | {'pipe':'x','messages':{'outboundRequests':'yes'}}       | messages.outboundRequests: ",
      "messages | {'pipe':'x','messages':{'topic':'a'}}                    | messages.topic: is not known",
  })
  void aMistakeIsAnsweredWithItsKey(String schema, String json, String key) {
    JsonObject wrong = new JsonObject(json.replace('\'', '"'));
    String message = assertThrows(IllegalArgumentException.class, () -> Configuration.of(schema, wrong)).getMessage();
    assertTrue(message.contains(key), message);
    assertEquals(1, message.split("; ").length, message);
  }

  @Test
  void everyMistakeIsTold() {
    JsonObject wrong = new JsonObject("{\"server\":{\"a\":1,\"maxInstances\":0},\"bridge\":{\"maxFrameSize\":{}}}");
    String message = assertThrows(IllegalArgumentException.class, () -> Configuration.of("bridge", wrong)).getMessage();
    for (String key : List.of("pipe", "server.a: ", "server.maxInstances: ", "bridge.maxFrameSize: ")) {
      assertTrue(message.contains(key), message);
    }
    assertEquals(4, message.split("; ").length, message);
    String missing = assertThrows(IllegalArgumentException.class, () -> Configuration.of("messages", new JsonObject()))
        .getMessage();
    assertTrue(missing.contains("\"pipe\"") && missing.contains("\"messages\""), missing);
  }

  @Test
  void whatTheSchemaCanNotSayIsToldWithItsKey() {
    JsonObject server = new JsonObject().put("appContainerSid", "S-1-15-2-9999999999");
    Configuration wrong = Configuration.of("bridge", new JsonObject().put("pipe", "x").put("server", server));
    String message = assertThrows(IllegalArgumentException.class, wrong::server).getMessage();
    assertTrue(message.contains("server.appContainerSid: Not a security identifier"), message);
  }

  /** The names of the options that are converted to and from JSON. */
  private static Set<String> options(Class<?> options) {
    return Stream.of(options.getMethods())
        .filter(method -> method.getName().startsWith("set") && method.getParameterCount() == 1)
        .filter(method -> !method.isAnnotationPresent(GenIgnore.class))
        .map(Method::getName)
        .map(name -> name.substring(3, 4).toLowerCase() + name.substring(4))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonObject properties(JsonObject schema) {
    return schema.getJsonObject("properties");
  }

  /** A value that a schema allows, and that is not the default. */
  private static Object sample(JsonObject schema, Object defaultValue) {
    if (schema.containsKey("enum")) {
      return schema.getJsonArray("enum").getValue(schema.getJsonArray("enum").size() - 1);
    }
    switch (schema.getString("type")) {
      case "integer":
        return 7;
      case "boolean":
        return !Boolean.TRUE.equals(defaultValue);
      case "array":
        return new JsonArray().add(new JsonObject().put("address", "a"));
      default:
        return "S-1-15-2-1";
    }
  }

  /**
   * The schema has the options that are converted, and the converters know all keys of the schema: whoever adds an
   * option adds it to the schema too, and to the copy.
   */
  private static <T> void assertSame(JsonObject schema, Class<T> options, Function<JsonObject, T> from,
      UnaryOperator<T> copy, Function<T, JsonObject> to) {
    Set<String> keys = new TreeSet<>(schema.fieldNames());
    Set<String> expected = options(options);
    // How long code may take that JSON can not say.
    expected.remove("peerVerifierTimeout");
    assertEquals(expected, keys, options.getSimpleName());
    JsonObject samples = new JsonObject();
    JsonObject defaults = to.apply(from.apply(new JsonObject()));
    keys.forEach(key -> samples.put(key, sample(schema.getJsonObject(key), defaults.getValue(key))));
    T read = from.apply(samples);
    JsonObject converted = new JsonObject(to.apply(read).encode());
    for (String key : keys) {
      assertEquals(samples.getValue(key), converted.getValue(key), options.getSimpleName() + "." + key);
      assertBounds(key, schema.getJsonObject(key), from);
    }
    assertEquals(converted, new JsonObject(to.apply(copy.apply(read)).encode()), options.getSimpleName());
  }

  /** What the schema lets pass, the setter takes; and nothing that it does not, for which an int has no room. */
  private static void assertBounds(String key, JsonObject schema, Function<JsonObject, ?> from) {
    if ("integer".equals(schema.getString("type"))) {
      Long least = schema.getLong("minimum");
      from.apply(new JsonObject().put(key, least));
      assertThrows(IllegalArgumentException.class, () -> from.apply(new JsonObject().put(key, least - 1)), key);
      Long most = schema.getLong("maximum");
      from.apply(new JsonObject().put(key, most));
      if (most != Integer.MAX_VALUE) {
        assertThrows(IllegalArgumentException.class, () -> from.apply(new JsonObject().put(key, most + 1)), key);
      }
    }
  }

  @Test
  void theSchemasHaveExactlyTheOptions() {
    assertSame(properties(Configuration.read("server")), NamedPipeServerOptions.class,
        NamedPipeServerOptions::new, NamedPipeServerOptions::new, NamedPipeServerOptions::toJson);
    assertSame(properties(properties(Configuration.read("bridge")).getJsonObject("bridge")),
        NamedPipeBridgeOptions.class, NamedPipeBridgeOptions::new, NamedPipeBridgeOptions::new,
        NamedPipeBridgeOptions::toJson);
    assertSame(properties(properties(Configuration.read("messages")).getJsonObject("messages")),
        NamedPipeMessageBridgeOptions.class, NamedPipeMessageBridgeOptions::new, NamedPipeMessageBridgeOptions::new,
        NamedPipeMessageBridgeOptions::toJson);
  }

  @Test
  void aRuleInTheSchemasHasExactlyTheOptionsOfOne() {
    JsonObject bridge = properties(properties(Configuration.read("bridge")).getJsonObject("bridge"));
    for (String direction : List.of("inboundPermitteds", "outboundPermitteds")) {
      assertEquals(options(PermittedOptions.class),
          new TreeSet<>(properties(bridge.getJsonObject(direction).getJsonObject("items")).fieldNames()), direction);
    }
  }

  private static List<String> keys(String prefix, JsonObject json) {
    List<String> keys = new ArrayList<>();
    for (String name : json.fieldNames()) {
      Object value = json.getValue(name);
      boolean section = value instanceof JsonObject && prefix.isEmpty();
      keys.addAll(section ? keys(name + ".", (JsonObject) value) : List.of(prefix + name));
    }
    return keys;
  }

  private static JsonObject conf(String name) throws IOException {
    return new JsonObject(Files.readString(Path.of("conf", name + ".json")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bridge", "messages"})
  void theFileNamesWhatItsTwinExplains(String name) throws IOException {
    JsonObject json = conf(name);
    Configuration.of(name, json);
    String twin = Files.readString(Path.of("docs", "configuration", name + ".md"));
    Set<String> rows = twin.lines().filter(line -> line.startsWith("| `"))
        .map(line -> line.substring(3, line.indexOf('`', 3)))
        .collect(Collectors.toCollection(TreeSet::new));
    Set<String> keys = new TreeSet<>(keys("", json));
    assertTrue(rows.containsAll(keys), () -> "without a word in the twin: " + keys + " of " + rows);
    // Complete: what the twin explains beyond them are alternatives, which it says.
    rows.removeAll(keys);
    for (String row : rows) {
      assertTrue(twin.contains("| `" + row + "` | not set"), () -> "not in conf/" + name + ".json: " + row);
    }
  }

  @ParameterizedTest
  @CsvSource({"bridge, bridge", "messages, messages"})
  void theTwinExplainsEveryKey(String name, String section) throws IOException {
    String twin = Files.readString(Path.of("docs", "configuration", name + ".md"));
    for (String key : properties(properties(Configuration.read(name)).getJsonObject(section)).fieldNames()) {
      assertTrue(twin.contains("| `" + section + "." + key + "` |"), key);
    }
    for (String key : properties(Configuration.read("server")).fieldNames()) {
      assertTrue(twin.contains("| `server." + key + "` |"), key);
    }
  }

  /** The twin promises that what is no default is told to be none. */
  private static void assertDefaultsAreTold(String name, String section, JsonObject defaults) throws IOException {
    JsonObject plain = new JsonObject(defaults.encode());
    JsonObject file = conf(name).getJsonObject(section);
    List<String> twin = Files.readAllLines(Path.of("docs", "configuration", name + ".md"));
    for (String key : file.fieldNames()) {
      if (!file.getValue(key).equals(plain.getValue(key))) {
        String row = "| `" + section + "." + key + "` |";
        assertTrue(twin.stream().anyMatch(line -> line.startsWith(row) && line.contains("default")), row);
      }
    }
  }

  @Test
  void whereTheTwinSaysNothingTheFileHasTheDefault() throws IOException {
    assertDefaultsAreTold("bridge", "server", new NamedPipeServerOptions().toJson());
    assertDefaultsAreTold("bridge", "bridge", new NamedPipeBridgeOptions().toJson());
    assertDefaultsAreTold("messages", "server", new NamedPipeServerOptions().toJson());
    assertDefaultsAreTold("messages", "messages", new NamedPipeMessageBridgeOptions().toJson());
  }
}
