package org.epochflow.pipeline.data.format;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.pipeline.data.BadDataException;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of a Parquet file are pictures and labels.
 *
 * @param image a column of bytes, or of a group that has them
 * @param names what the numbers of the labels are called; none if the file does not say
 */
record ParquetLayout(Type image, PrimitiveType label, List<String> names) {
  private static final List<String> LABELS =
      List.of("label", "labels", "class", "target", "y", "fine_label");
  private static final String BYTES = "bytes";
  private static final String NOTE = "huggingface";
  private static final int MOST = 255;

  /**
   * That of a file.
   *
   * @throws BadDataException if it is none of this format
   */
  static ParquetLayout of(ParquetFile parquet, String file) throws BadDataException {
    MessageType schema = parquet.schema();
    Optional<Type> image = pictures(schema);
    Optional<PrimitiveType> label = label(schema);
    if (image.isEmpty() || label.isEmpty()) {
      throw lacks(" and one of labels,", schema, file);
    }
    String name = label.get().getName();
    return new ParquetLayout(image.get(), label.get(), names(parquet.notes().get(NOTE), name));
  }

  /**
   * The column of pictures of a file, with labels or without.
   *
   * @throws BadDataException if it has none
   */
  static Type pictures(ParquetFile parquet, String file) throws BadDataException {
    return pictures(parquet.schema()).orElseThrow(() -> lacks("", parquet.schema(), file));
  }

  private static Optional<Type> pictures(MessageType schema) {
    return schema.getFields().stream().filter(ParquetLayout::isPicture).findFirst();
  }

  private static BadDataException lacks(String more, MessageType schema, String file) {
    return new BadDataException(
        "Expected a column of pictures, as image {bytes, path},%s found columns %s (%s)"
            .formatted(
                more,
                Excerpt.of(
                    String.join(", ", schema.getFields().stream().map(Type::getName).toList())),
                file));
  }

  private static boolean isPicture(Type column) {
    if (column.isPrimitive()) {
      return isBytes(column) && column.getName().matches("(?i)(image|img|picture|png|jpe?g).*");
    }
    return column.asGroupType().containsField(BYTES)
        && isBytes(column.asGroupType().getType(BYTES));
  }

  private static boolean isBytes(Type type) {
    return type.isPrimitive()
        && !type.isRepetition(Type.Repetition.REPEATED)
        && type.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  /** The column that is named so, or else the only one of whole numbers. */
  private static Optional<PrimitiveType> label(MessageType schema) {
    for (String name : LABELS) {
      for (Type column : schema.getFields()) {
        if (column.getName().equalsIgnoreCase(name) && (isWhole(column) || isBytes(column))) {
          return Optional.of(column.asPrimitiveType());
        }
      }
    }
    List<Type> whole = schema.getFields().stream().filter(ParquetLayout::isWhole).toList();
    return whole.size() == 1 ? Optional.of(whole.get(0).asPrimitiveType()) : Optional.empty();
  }

  private static boolean isWhole(Type column) {
    if (!column.isPrimitive() || column.isRepetition(Type.Repetition.REPEATED)) {
      return false;
    }
    PrimitiveTypeName type = column.asPrimitiveType().getPrimitiveTypeName();
    return type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
  }

  private static List<String> names(@Nullable String note, String label) {
    List<String> names = new ArrayList<>();
    try {
      Json.parse(note == null ? "{}" : note, NOTE)
          .at("/info/features")
          .path(label)
          .path("names")
          .forEach(name -> names.add(name.asText()));
    } catch (ModelFormatException unreadable) {
      return List.of(); // a note is no part of the data
    }
    return names;
  }

  boolean hasTexts() {
    return label.getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  /** The label of a row: a number or a name; empty if it has none that can be read. */
  Optional<String> label(Group row) {
    String column = label.getName();
    if (row.getFieldRepetitionCount(column) == 0) {
      return Optional.empty();
    } else if (hasTexts()) {
      return bytes(row, column).map(text -> new String(text, StandardCharsets.UTF_8));
    }
    return Optional.of(row.getValueToString(row.getType().getFieldIndex(column), 0));
  }

  /** A row's bytes, which the library looks for only now; empty if a damaged file has none. */
  private static Optional<byte[]> bytes(Group row, String column) {
    try {
      return Optional.of(row.getBinary(column, 0).getBytes());
    } catch (RuntimeException damage) {
      return Optional.empty();
    }
  }

  /**
   * The file of a row's picture.
   *
   * @param image the column
   * @throws BadDataException saying in a few words that it has none
   */
  static byte[] picture(Type image, Group row) throws BadDataException {
    String name = image.getName();
    Optional<byte[]> bytes = Optional.empty();
    if (row.getFieldRepetitionCount(name) > 0) {
      if (image.isPrimitive()) {
        bytes = bytes(row, name);
      } else if (row.getGroup(name, 0).getFieldRepetitionCount(BYTES) > 0) {
        bytes = bytes(row.getGroup(name, 0), BYTES);
      }
    }
    return bytes.orElseThrow(() -> new BadDataException("no bytes of a picture"));
  }

  /**
   * The class of a row.
   *
   * @throws BadDataException saying in a few words why it has none
   */
  int ofClass(Group row, List<String> classes) throws BadDataException {
    String text = label(row).orElseThrow(() -> new BadDataException("no label"));
    if (hasTexts()) {
      return classes.indexOf(text);
    }
    long number = Long.parseLong(text);
    if (number < 0 || number > MOST || (!names.isEmpty() && number >= names.size())) {
      throw new BadDataException(
          "label " + number + (names.isEmpty() ? "" : ", which has no name"));
    }
    return names.isEmpty() ? (int) number : classes.indexOf(names.get((int) number));
  }
}
