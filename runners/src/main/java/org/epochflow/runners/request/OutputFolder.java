package org.epochflow.runners.request;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folders of runs that were given no name: {@code 0001-softmax}, {@code 0002-mlp}. */
public final class OutputFolder {
  private static final Path FOLDER = Path.of("runs");
  private static final Pattern NUMBERED = Pattern.compile("(\\d{4,9})-.*");

  private OutputFolder() {}

  /** Work that leaves its outputs in a folder. */
  @FunctionalInterface
  public interface InFolder {
    int run(String output) throws IOException;
  }

  /** Runs in the folder that is typed, or in the next free one, named after {@code what}. */
  public static int in(@Nullable String output, String what, InFolder body) throws IOException {
    if (output != null) {
      return body.run(output);
    }
    Path next = next(FOLDER, what);
    try {
      return body.run(next.toString());
    } finally {
      discardIfEmpty(next);
      discardIfEmpty(FOLDER);
    }
  }

  /** Makes the folder of the next free number; two processes never get the same. */
  static Path next(Path runs, String model) throws IOException {
    Files.createDirectories(runs);
    int number = 1 + largest(runs);
    while (true) {
      try {
        return Files.createDirectory(
            runs.resolve(String.format(Locale.ROOT, "%04d-%s", number, plainName(model))));
      } catch (FileAlreadyExistsException e) {
        number++;
      }
    }
  }

  /** Removes a folder if it stayed empty. */
  static void discardIfEmpty(Path run) throws IOException {
    try {
      Files.deleteIfExists(run);
    } catch (DirectoryNotEmptyException kept) {
      // It holds something: that is what a folder is for.
    }
  }

  private static int largest(Path runs) throws IOException {
    try (Stream<Path> folders = Files.list(runs)) {
      return folders
          .map(folder -> NUMBERED.matcher(String.valueOf(folder.getFileName())))
          .filter(Matcher::matches)
          .mapToInt(matcher -> Integer.parseInt(matcher.group(1)))
          .max()
          .orElse(0);
    }
  }

  /** {@code models/my net.keras} is {@code my-net}. */
  private static String plainName(String model) {
    String last = model.replaceFirst("/+$", "").replaceFirst(".*/", "");
    return last.replaceFirst("\\.(keras|json)$", "").replaceAll("[^A-Za-z0-9_.-]+", "-");
  }
}
