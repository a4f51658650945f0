package org.epochflow.pipeline.evaluate;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
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
    List<byte[]> images = images(wrong);
    byte[] labels = new byte[wrong.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (byte) wrong.get(i).label();
    }
    write("images-idx3-ubyte", IdxHeader.images(images.size(), shape), images);
    write("labels-idx1-ubyte", IdxHeader.labels(labels.length), List.of(labels));
    drawSheet(wrong, images, shape);
  }

  /**
   * Draws the most confident mistakes; no sheet if there are none, or if the images have neither
   * one channel nor three.
   */
  private void drawSheet(List<Prediction> wrong, List<byte[]> images, int[] shape)
      throws IOException {
    List<ContactSheet.Picture> pictures =
        IntStream.range(0, wrong.size())
            .boxed()
            .sorted(Comparator.comparing(i -> -wrong.get(i).confidence()))
            .limit(SHEET_PICTURES)
            .map(i -> new ContactSheet.Picture(images.get(i), caption(wrong.get(i))))
            .toList();
    String file = folder + "/misclassified.png";
    int channels = shape.length == 3 ? shape[2] : 1;
    if (pictures.isEmpty() || (channels != 1 && channels != 3)) {
      Storage.delete(List.of(file));
      return;
    }
    int scale = Math.max(1, PICTURE_PIXELS / Math.max(shape[0], shape[1]));
    ContactSheet sheet = new ContactSheet(shape[0], shape[1], channels, SHEET_COLUMNS, scale);
    Storage.write(file, out -> sheet.write(pictures, out));
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

  private void write(String name, IdxHeader header, List<byte[]> records) throws IOException {
    Storage.write(folder + "/" + name, out -> write(out, header, records));
  }

  private static void write(OutputStream out, IdxHeader header, List<byte[]> records)
      throws IOException {
    try (IdxWriter writer = new IdxWriter(Channels.newChannel(out), header)) {
      for (byte[] record : records) {
        writer.write(record);
      }
    }
  }

  private List<byte[]> images(List<Prediction> wrong) throws IOException {
    List<byte[]> images = new ArrayList<>();
    try (Records.Reader reader = records.reader()) {
      for (Prediction prediction : wrong) {
        images.add(reader.images(prediction.index(), 1));
      }
    }
    return images;
  }
}
