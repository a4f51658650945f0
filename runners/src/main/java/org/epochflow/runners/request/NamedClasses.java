package org.epochflow.runners.request;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.model.train.ClassNames;
import org.epochflow.runners.option.UsageException;
import org.jspecify.annotations.Nullable;

/**
 * The names that {@code --classNames} gives the classes.
 *
 * @param typed its value, for messages
 */
public record NamedClasses(String typed, List<String> names) {
  public NamedClasses {
    names = List.copyOf(names);
  }

  /** Reads the option; empty if it was not given. */
  public static Optional<NamedClasses> read(@Nullable String typed) {
    return Optional.ofNullable(typed).map(text -> new NamedClasses(text, names(text)));
  }

  /**
   * The names that are typed, or else those that the classes have.
   *
   * @throws UsageException if there are more or fewer, or two are the same
   */
  public static List<String> of(@Nullable String typed, List<String> known) {
    return read(typed).map(names -> names.requireFor(known.size())).orElse(known);
  }

  /** The names, which must be as many as there are classes, and different. */
  List<String> requireFor(int classes) {
    try {
      return ClassNames.requireFor(classes, names);
    } catch (IllegalArgumentException e) {
      throw new UsageException("%s (--classNames=%s)".formatted(e.getMessage(), typed));
    }
  }

  /** Whether it is the path of a file. */
  static boolean inFile(String typed) {
    return !ClassNames.BUILT_IN.containsKey(typed) && !typed.contains(",");
  }

  private static List<String> names(String typed) {
    if (ClassNames.BUILT_IN.containsKey(typed)) {
      return ClassNames.BUILT_IN.get(typed);
    } else if (typed.contains(",")) {
      return Stream.of(typed.split(",", -1)).map(String::strip).toList();
    }
    try {
      return Texts.read(typed).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    } catch (IOException e) {
      throw new UsageException(
          "Expected --classNames to be one of %s, names with commas between them, or a file, found"
                  .formatted(
                      String.join(", ", ClassNames.BUILT_IN.keySet().stream().sorted().toList()))
              + " "
              + typed);
    }
  }
}
