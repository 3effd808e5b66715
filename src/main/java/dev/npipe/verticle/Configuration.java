// SPDX-License-Identifier: Apache-2.0
package dev.npipe.verticle;

import dev.npipe.NamedPipeServerOptions;
import dev.npipe.channel.NamedPipeException;
import io.vertx.core.Future;
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
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The configuration of a verticle, once it has been found to be of its schema.
 */
final class Configuration {

  private static final String BASE = "npipe://schema/";
  private static final String PIPE = "pipe";
  private static final String SERVER = "server";
  private static final String DESCRIPTOR = "securityDescriptor";

  /** What a system may say of a descriptor that it can not read. */
  private static final Set<String> MALFORMED = Set.of("ERROR_INVALID_PARAMETER", "ERROR_INVALID_SID",
      "ERROR_INVALID_ACL", "ERROR_INVALID_SECURITY_DESCR");

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
        .dereference(JsonSchema.of(read(SERVER)))
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
      } else if (keyword.equals("not")) {
        // The schemas use it for what is known and of no use only.
        found.put(key(error.getInstanceLocation()), "has no effect here");
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

  NamedPipeServerOptions server() {
    return within(SERVER, () -> new NamedPipeServerOptions(section(SERVER)));
  }

  /** Makes something of a section; what the schema can not say about it is told with the section. */
  <T> T within(String section, Supplier<T> making) {
    try {
      return making.get();
    } catch (IllegalArgumentException e) {
      throw wrongWithin(section, e);
    }
  }

  /**
   * Has a bridge listen on the pipe.
   *
   * @param section the section that the bridge is made of
   * @param bridge its {@code listen}
   * @return as it listens; a failure for which a key is to blame names it
   */
  <T> Future<T> listen(String section, Function<String, Future<T>> bridge) {
    Future<T> listening;
    try {
      listening = bridge.apply(json.getString(PIPE));
    } catch (IllegalArgumentException e) {
      throw wrong(PIPE + ": ", e);
    } catch (IllegalStateException e) {
      // An authority that nobody can check.
      throw wrongWithin(section, e);
    }
    return listening.recover(cause -> Future.failedFuture(named(cause)));
  }

  /** What is found out by listening only. */
  private Throwable named(Throwable cause) {
    if (cause instanceof IllegalArgumentException) {
      return wrongWithin(SERVER, cause);
    }
    boolean described = section(SERVER).getString(DESCRIPTOR) != null;
    return described && cause instanceof NamedPipeException && isOfDescriptor((NamedPipeException) cause)
        ? wrong(SERVER + "." + DESCRIPTOR + ": ", cause) : cause;
  }

  /** Malformed; or it does not let the server itself in, which is known from a name that is taken by its cause. */
  private static boolean isOfDescriptor(NamedPipeException failure) {
    return MALFORMED.contains(failure.errorName())
        || failure.errorName().equals("ERROR_ACCESS_DENIED") && failure.getCause() == null;
  }

  /** The error of an option begins with the option's name; one about several of them, as a sentence does. */
  private static IllegalArgumentException wrongWithin(String section, Throwable cause) {
    return wrong(section + (Character.isLowerCase(cause.getMessage().charAt(0)) ? "." : ": "), cause);
  }

  private static IllegalArgumentException wrong(String place, Throwable cause) {
    return new IllegalArgumentException("The configuration is wrong: " + place + cause.getMessage(), cause);
  }

  JsonObject section(String name) {
    return json.getJsonObject(name, new JsonObject());
  }
}
