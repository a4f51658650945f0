package org.epochflow.runners.terminal;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Manifest;

/**
 * A first look at a data set: the shapes of its arrays, as in NumPy, and the size of each class.
 */
public final class DataTable {
  private DataTable() {}

  /** The number of classes, which is the largest label plus 1. */
  public static int classes(DataSet data) {
    int classes = 1;
    for (Manifest part : List.of(data.train(), data.test())) {
      for (int c = 0; c < part.classes(); c++) {
        classes = part.perClass().get(c) > 0 ? Math.max(classes, c + 1) : classes;
      }
    }
    return classes;
  }

  /** Returns the text. Each line ends with a line feed. */
  public static String of(DataSet data, List<String> names) {
    Manifest train = data.train();
    Manifest test = data.test();
    StringBuilder text = new StringBuilder();
    text.append(shapes("train", train)).append(shapes("test", test));
    text.append(
        String.format(
            Locale.ROOT,
            "Pixels / 255: mean %.4f, deviation %.4f\n\n",
            train.pixelMean(),
            train.pixelDeviation()));
    int width = Math.max(5, names.stream().mapToInt(String::length).max().orElse(0));
    text.append(
        String.format(Locale.ROOT, "%-" + width + "s  %8s  %8s\n", "class", "train", "test"));
    for (int c = 0; c < names.size(); c++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-" + width + "s  %,8d  %,8d\n",
              names.get(c),
              train.perClass().get(c),
              test.perClass().get(c)));
    }
    return text.append('\n').toString();
  }

  private static String shapes(String part, Manifest manifest) {
    String image = manifest.image().stream().map(d -> ", " + d).collect(Collectors.joining());
    long n = manifest.examples();
    return String.format(Locale.ROOT, "X_%s: (%d%s)  y_%s: (%d,)\n", part, n, image, part, n);
  }
}
