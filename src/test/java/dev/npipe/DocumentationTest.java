// SPDX-License-Identifier: Apache-2.0
package dev.npipe;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The documents say what the code does. */
class DocumentationTest {

  private static final Pattern JAVA_BLOCK = Pattern.compile("```java\\R(.*?)```", Pattern.DOTALL);

  private static String read(String file) throws IOException {
    return Files.readString(Path.of(file));
  }

  private static String withoutIndent(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }

  @ParameterizedTest
  @CsvSource({"docs/guide.md, GuideExamples, 8", "docs/transport.md, TransportExamples, 8",
      "docs/security.md, SecurityExamples, 3", "README.md, GuideExamples, 1", "docs/bridge.md, GuideExamples, 3"})
  void everyExampleIsCompiledAndRun(String document, String holder, int least) throws IOException {
    String examples = withoutIndent(read("src/it/java/dev/npipe/examples/" + holder + ".java"));
    Matcher block = JAVA_BLOCK.matcher(read(document));
    int found = 0;
    while (block.find()) {
      found++;
      assertTrue(examples.contains(withoutIndent(block.group(1))), "not in " + holder + ":\n" + block.group(1));
    }
    assertTrue(found >= least, "only " + found + " examples in " + document);
  }

  @Test
  void everyLinkBetweenTheDocumentsLeadsSomewhere() throws IOException {
    Pattern link = Pattern.compile("\\]\\(([a-z/.]+\\.md)\\)");
    for (String file : List.of("README.md", "docs/guide.md", "docs/architecture.md", "docs/security.md",
        "docs/transport.md", "docs/bridge.md", "docs/configuration/bridge.md",
        "docs/configuration/messages.md", "docs/operations.md", "docs/compatibility.md", "docs/performance.md")) {
      Matcher links = link.matcher(read(file));
      while (links.find()) {
        Path target = Path.of(file).resolveSibling(links.group(1));
        assertTrue(Files.exists(target), file + " links to " + target);
      }
    }
  }

  @Test
  void everyTestThatIsSaidToShowSomethingExists() throws IOException {
    Matcher names = Pattern.compile("`([A-Za-z0-9]+(?:Test|IT))`").matcher(read("docs/compatibility.md"));
    List<Path> tests = new ArrayList<>();
    for (String folder : List.of("src/test/java", "src/it/java")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        files.forEach(tests::add);
      }
    }
    int found = 0;
    while (names.find()) {
      String file = names.group(1) + ".java";
      assertTrue(tests.stream().anyMatch(test -> test.endsWith(file)), "there is no " + file);
      found++;
    }
    assertTrue(found > 50, "only " + found + " tests are named");
  }
}
