package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxWriter;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.picture.ContactSheet;
import org.epochflow.pipeline.store.Csv;
import org.epochflow.pipeline.store.Storage;

/**
 * Exports the examples that a model got wrong: {@code misclassified.csv}, the images and labels as
 * IDX files in its order, and a picture of the most confident mistakes.
 */
public final class ExportMisclassified {
  private static final int SHEET_PICTURES = 100;
  private static final int SHEET_COLUMNS = 10;
  private static final int PICTURE_PIXELS = 84;
  private static final int SHORT_NAMES = 6;
  private final Records records;
  private final String folder;
  private final List<String> names;

  /**
   * @param records those that were evaluated
   * @param names of the classes, for the sheet
   */
  public ExportMisclassified(Records records, String folder, List<String> names) {
    this.records = records;
    this.folder = folder;
    this.names = List.copyOf(names);
  }

  /** Writes all of it, replacing an earlier export. */
  public void write(Evaluation evaluation) throws IOException {
    Storage.deleteUnfinished(Storage.list(folder));
    List<Prediction> wrong = evaluation.wrong();
    Csv.write(
        folder + "/misclassified.csv",
        Prediction.columns(evaluation.confusion().classes()),
        csv -> {
          for (Prediction prediction : wrong) {
            csv.printRecord(prediction.values());
          }
        });
    int[] shape = records.image().dimensions().stream().mapToInt(Integer::intValue).toArray();
    try (Records.Reader reader = records.reader()) {
      write(
          "images-idx3-ubyte",
          IdxHeader.images(wrong.size(), shape),
          wrong,
          prediction -> reader.images(prediction.index(), 1));
      write(
          "labels-idx1-ubyte",
          IdxHeader.labels(wrong.size()),
          wrong,
          prediction -> new byte[] {(byte) prediction.label()});
      drawSheet(wrong, reader, shape);
    }
  }

  /**
   * Draws the most confident mistakes; no sheet if there are none, or if the images have neither
   * one channel nor three.
   */
  private void drawSheet(List<Prediction> wrong, Records.Reader reader, int[] shape)
      throws IOException {
    String file = folder + "/misclassified.png";
    int channels = shape.length == 3 ? shape[2] : 1;
    if (wrong.isEmpty() || (channels != 1 && channels != 3)) {
      Storage.delete(List.of(file));
      return;
    }
    List<ContactSheet.Picture> pictures = new ArrayList<>();
    for (Prediction prediction : mostConfident(wrong)) {
      byte[] pixels = reader.images(prediction.index(), 1);
      pictures.add(new ContactSheet.Picture(pixels, caption(prediction)));
    }
    int scale = Math.max(1, PICTURE_PIXELS / Math.max(shape[0], shape[1]));
    ContactSheet sheet = new ContactSheet(shape[0], shape[1], channels, SHEET_COLUMNS, scale);
    Storage.write(file, out -> sheet.write(pictures, out));
  }

  private static List<Prediction> mostConfident(List<Prediction> wrong) {
    return wrong.stream()
        .sorted(Comparator.comparing(prediction -> -prediction.confidence()))
        .limit(SHEET_PICTURES)
        .toList();
  }

  /** {@code 7 -> 2 93%}: label, prediction, confidence; long names take two lines. */
  private String caption(Prediction wrong) {
    String label = names.get(wrong.label());
    String predicted = names.get(wrong.predicted());
    return String.format(
        Locale.ROOT,
        "%s%s-> %s %d%%",
        label,
        label.length() + predicted.length() > SHORT_NAMES ? "\n" : " ",
        predicted,
        Math.round(100 * wrong.confidence()));
  }

  /** What a file has of an example. */
  @FunctionalInterface
  private interface Part {
    byte[] of(Prediction prediction) throws IOException;
  }

  private void write(String name, IdxHeader header, List<Prediction> wrong, Part part)
      throws IOException {
    Storage.write(
        folder + "/" + name,
        out -> {
          try (IdxWriter writer = new IdxWriter(Channels.newChannel(out), header)) {
            for (Prediction prediction : wrong) {
              writer.write(part.of(prediction));
            }
          }
        });
  }
}
