// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.NamedPipeServerOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The configuration of a verticle, once it has been found to be of its schema.
 */
final class Configuration {

  private static final String BASE = "npipe://schema/";

  private final JsonObject json;

  private Configuration(JsonObject json) {
    this.json = json;
  }

  /**
   * Looks at a configuration.
   *
   * @param schema the name of the schema
   * @param json the configuration
   * @return the same, of which nothing is unknown, missing or of a wrong type
   * @throws IllegalArgumentException when something is; the message names each key
   */
  static Configuration of(String schema, JsonObject json) {
    JsonSchemaOptions options = new JsonSchemaOptions()
        .setBaseUri(BASE)
        .setDraft(Draft.DRAFT202012)
        .setOutputFormat(OutputFormat.Basic);
    OutputUnit result = SchemaRepository.create(options)
        .dereference(JsonSchema.of(read("server")))
        .dereference(JsonSchema.of(read(schema)))
        .validator(BASE + schema)
        .validate(json);
    if (!result.getValid()) {
      throw new IllegalArgumentException("The configuration is wrong: " + mistakes(result.getErrors()));
    }
    return new Configuration(json);
  }

  static JsonObject read(String schema) {
    try (InputStream in = Configuration.class.getResourceAsStream(schema + ".schema.json")) {
      return new JsonObject(Buffer.buffer(in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each key that is wrong, with what is wrong about it. What is wrong within it is told instead of itself. */
  private static String mistakes(List<OutputUnit> errors) {
    Set<String> mistakes = new LinkedHashSet<>();
    Map<String, String> found = new LinkedHashMap<>();
    for (OutputUnit error : errors) {
      String keyword = error.getKeywordLocation().substring(error.getKeywordLocation().lastIndexOf('/') + 1);
      if (keyword.equals("required")) {
        // Each is told of the same place: the one it is missing from.
        mistakes.add(error.getError());
      } else if (!List.of("properties", "items", "$ref", "additionalProperties").contains(keyword)) {
        found.put(key(error.getInstanceLocation()), error.getError());
      }
    }
    for (OutputUnit error : errors) {
      String key = key(error.getInstanceLocation());
      if (error.getKeywordLocation().endsWith("/additionalProperties")
          && !found.containsKey(key)
          && errors.stream().noneMatch(other -> isWithin(key, key(other.getInstanceLocation())))) {
        found.put(key, "is not known");
      }
    }
    found.forEach((key, mistake) -> mistakes.add((key.isEmpty() ? "" : key + ": ") + mistake));
    return String.join("; ", mistakes);
  }

  private static boolean isWithin(String section, String key) {
    return key.startsWith(section + ".") || key.startsWith(section + "[");
  }

  /** From a JSON pointer to what one would write in JavaScript. */
  private static String key(String location) {
    return location.replaceFirst("^#/?", "").replaceAll("/(\\d+)", "[$1]").replace('/', '.');
  }

  String pipe() {
    return json.getString("pipe");
  }

  NamedPipeServerOptions server() {
    try {
      return new NamedPipeServerOptions(section("server"));
    } catch (IllegalArgumentException e) {
      // What a schema can not say.
      throw new IllegalArgumentException("The configuration is wrong: server: " + e.getMessage(), e);
    }
  }

  JsonObject section(String name) {
    return json.getJsonObject(name, new JsonObject());
  }
}
