package org.epochflow.runners.request;

import java.util.List;
import java.util.stream.Stream;
import org.epochflow.runners.option.UsageException;

/**
 * What the operating system tells the JVM as bytes: arguments, the current folder and the names of
 * files. The JVM reads them in the locale's charset and replaces what that lacks, so that a name
 * would lead to no file or to another one. The launcher sets UTF-8; {@code java -jar} does not.
 *
 * @param charset the locale's
 */
public record PlatformText(String charset) {
  private static final String LOST = "\uFFFD";

  /** Of this process. */
  public static PlatformText ofProcess() {
    return new PlatformText(System.getProperty("sun.jnu.encoding", "UTF-8"));
  }

  /**
   * Refuses texts of which something was lost.
   *
   * @throws UsageException that tells how to keep it
   */
  public void requireWhole(List<String> words, String currentFolder) {
    Stream.concat(words.stream(), Stream.of(currentFolder))
        .filter(text -> text.contains(LOST))
        .findFirst()
        .ifPresent(
            text -> {
              throw new UsageException(refusal(text));
            });
  }

  /** What a text that the charset lacks is refused with. */
  public String refusal(String text) {
    return "Expected text in the locale's charset, which is %s, found %s; set LC_ALL=C.UTF-8"
        .formatted(charset, text);
  }

  /**
   * Refuses to look for files by a pattern where some of their names would be lost.
   *
   * @throws UsageException that tells how to keep them
   */
  void requireAllNames(String pattern) {
    if (!charset.equals("UTF-8")) {
      throw new UsageException(
          "Expected a locale of UTF-8 to find every file of a pattern, found %s (%s); set"
                  .formatted(charset, pattern)
              + " LC_ALL=C.UTF-8");
    }
  }
}
