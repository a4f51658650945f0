package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.epochflow.model.train.ClassNames;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@link NamedClasses}. */
class NamedClassesTest {
  @Test
  void whereNoneAreTypedTheNamesStay() {
    assertEquals(List.of("cat", "dog"), NamedClasses.of(null, List.of("cat", "dog")));
  }

  @Test
  void namesAreTypedOrBuiltInOrReadFromAFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("names.txt");
    Files.writeString(file, "Zürich\r\n Bern \n\n");

    assertEquals(List.of("cat", "big dog"), NamedClasses.of("cat, big dog", ClassNames.numbers(2)));
    assertEquals("Ankle boot", NamedClasses.of("fashion-mnist", ClassNames.numbers(10)).get(9));
    assertEquals("7", NamedClasses.of("mnist", ClassNames.numbers(10)).get(7));
    assertEquals(
        List.of("Zürich", "Bern"), NamedClasses.of(file.toString(), ClassNames.numbers(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16LE", "UTF-16BE"})
  void aByteOrderMarkTellsTheCharset(String charset, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("names.txt");
    Files.writeString(file, "\uFEFFZürich\r\nBern\r\n", Charset.forName(charset));
    assertEquals(
        List.of("Zürich", "Bern"), NamedClasses.of(file.toString(), ClassNames.numbers(2)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ISO-8859-1", "UTF-16LE"})
  void otherBytesAreRefused(String charset, @TempDir Path folder) throws IOException {
    Path file = folder.resolve("names.txt");
    Files.writeString(file, "Zürich\nBern\nBasel\n", Charset.forName(charset));
    assertEquals(
        "Expected text in UTF-8, or with a byte order mark, found other bytes (" + file + ")",
        refused(file.toString()));
  }

  @Test
  void whatDoesNotNameEachClassIsRefused() {
    assertEquals(
        "Expected a name for each of 3 classes, found 2: a, b (--classNames=a,b)", refused("a,b"));
    assertEquals(
        "Expected each class to have a name of its own, found a, b, a (--classNames=a,b,a)",
        refused("a,b,a"));
    assertEquals(
        "Expected each class to have a name of its own, found a, , c (--classNames=a,,c)",
        refused("a,,c"));
    assertEquals(
        "Expected --classNames to be one of fashion-mnist, mnist, names with commas between them,"
            + " or a file, found fashion",
        refused("fashion"));
  }

  private static String refused(String typed) {
    return String.valueOf(
        assertThrows(UsageException.class, () -> NamedClasses.of(typed, ClassNames.numbers(3)))
            .getMessage());
  }
}
