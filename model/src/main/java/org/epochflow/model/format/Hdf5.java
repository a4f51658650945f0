package org.epochflow.model.format;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Link;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.links.SoftLink;
import java.io.Closeable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.json.ModelFormatException;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file in memory, read dataset by dataset. Nothing it says is believed: jHDF's failures,
 * whatever they are, become a {@link ModelFormatException} that names file and dataset.
 *
 * <p>Links within the file are followed; one to another file is a fault, as it may name any file.
 */
final class Hdf5 implements Closeable {
  private static final int MOST_LINKS = 16;

  private final HdfFile file;
  private final String place;

  private Hdf5(HdfFile file, String place) {
    this.file = file;
    this.place = place;
  }

  /** Opens the bytes of a file; {@code place} is its name in messages. */
  static Hdf5 open(byte[] bytes, String place) throws ModelFormatException {
    return new Hdf5(sound(() -> HdfFile.fromBytes(bytes), place), place);
  }

  /** Opens a file; {@code place} is its name in messages. */
  static Hdf5 open(Path path, String place) throws ModelFormatException {
    return new Hdf5(sound(() -> new HdfFile(path), place), place);
  }

  /** A group or dataset of the file, for messages. */
  String place(String path) {
    return place + ", " + path;
  }

  /** One whole number. */
  long int64(String path) throws ModelFormatException {
    Dataset dataset = dataset(path);
    String at = place + ", " + path;
    Object value = sound(() -> dataset.isScalar() ? scalar(dataset) : describe(dataset), at);
    if (value instanceof Long number) {
      return number;
    }
    throw ModelFormatException.expected("one int64", value, at);
  }

  private static Object scalar(Dataset dataset) {
    return dataset.isEmpty() ? Long.valueOf(fill(dataset).longValue()) : dataset.getData();
  }

  private static float number(Dataset dataset, String at) throws ModelFormatException {
    Object value = sound(() -> dataset.isScalar() ? scalar(dataset) : describe(dataset), at);
    if (value instanceof Number number) {
      return number.floatValue();
    }
    throw ModelFormatException.expected("one number", value, at);
  }

  /**
   * All values, row-major, of a dataset that must have these dimensions. Without any it is one
   * number, which may be a whole one.
   */
  float[] float32(String path, List<Integer> dimensions) throws ModelFormatException {
    Dataset dataset = dataset(path);
    String at = place + ", " + path;
    if (dimensions.isEmpty()) {
      return new float[] {number(dataset, at)};
    }
    String found = sound(() -> describe(dataset), at);
    if (!found.equals("4-byte float of " + dimensions)) {
      throw ModelFormatException.expected("float32 of " + dimensions, found, at);
    }
    return sound(() -> values(dataset), at);
  }

  /** Whether a dataset is one value, without dimensions. */
  boolean isScalar(String path) throws ModelFormatException {
    Dataset dataset = dataset(path);
    return sound(dataset::isScalar, place + ", " + path);
  }

  /** Whether there is a group or dataset. */
  boolean has(String path) throws ModelFormatException {
    return sound(() -> at(path, 0), place + ", " + path).isPresent();
  }

  /** The names in a group, in no order; none if there is no such group. */
  Set<String> names(String path) throws ModelFormatException {
    return sound(
        () ->
            at(path, 0)
                .filter(Group.class::isInstance)
                .map(group -> Set.copyOf(((Group) group).getChildren().keySet()))
                .orElse(Set.of()),
        place + ", " + path);
  }

  /**
   * The texts of a group's attribute, which may be cut into several, numbered from 0; none if there
   * is no such attribute.
   */
  List<String> texts(String path, String attribute) throws ModelFormatException {
    return sound(() -> texts(at(path, 0), attribute), place + ", " + path);
  }

  private static List<String> texts(Optional<Node> node, String attribute) {
    List<String> texts = new ArrayList<>();
    Map<String, Attribute> attributes = node.map(Node::getAttributes).orElse(Map.of());
    @Nullable Attribute part = attributes.get(attribute);
    for (int next = 0; part != null || next == 0; next++) {
      if (part != null) {
        Object data = part.getData(); // an empty list is one of numbers
        texts.addAll(
            data instanceof String[] several
                ? List.of(several)
                : data instanceof String text ? List.of(text) : List.of());
      }
      part = attributes.get(attribute + next);
    }
    return texts;
  }

  private static String describe(Dataset dataset) {
    return String.format(
        Locale.ROOT,
        "%d-byte %s of %s",
        dataset.getDataType().getSize(),
        dataset.getJavaType(),
        Arrays.toString(dataset.getDimensionsAsLong()));
  }

  private static float[] values(Dataset dataset) {
    if (dataset instanceof ChunkedDataset chunked && !dataset.getFilters().isEmpty()) {
      CompressedChunks.requireBounded(chunked);
    }
    if (!dataset.isEmpty()) {
      return (float[]) dataset.getDataFlat();
    }
    float[] unwritten = new float[Math.toIntExact(dataset.getSize())];
    Arrays.fill(unwritten, fill(dataset).floatValue());
    return unwritten;
  }

  /** What a dataset holds to which nothing was ever written. */
  private static Number fill(Dataset dataset) {
    @Nullable Object fill = dataset.getFillValue();
    return fill instanceof Number number ? number : 0;
  }

  private Dataset dataset(String path) throws ModelFormatException {
    String at = place + ", " + path;
    Optional<Node> node = sound(() -> at(path, 0), at);
    if (node.isPresent() && node.get() instanceof Dataset dataset) {
      return dataset;
    }
    throw ModelFormatException.expected("a dataset " + path, "none", place);
  }

  /** Walks from the root; jHDF's own walk fails for a file in memory. */
  private Optional<Node> at(String path, int links) {
    Optional<Node> node = Optional.of(file);
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty() && !name.equals(".")) {
        node =
            node.filter(Group.class::isInstance)
                .flatMap(group -> child((Group) group, name, links));
      }
    }
    return node;
  }

  private Optional<Node> child(Group group, String name, int links) {
    @Nullable Node child = group.getChild(name);
    if (child instanceof SoftLink link && links < MOST_LINKS) {
      String target = link.getTargetPath();
      return at(target.startsWith("/") ? target : group.getPath() + target, links + 1);
    } else if (child instanceof Link) {
      throw new IllegalArgumentException("a link that leads out of the file or in a circle");
    }
    return Optional.ofNullable(child);
  }

  /** Reads something of a file. */
  private interface Reading<T> {
    T read();
  }

  /** A file in a circle overflows the stack, as jHDF reads by recursion. */
  private static <T> T sound(Reading<T> reading, String at) throws ModelFormatException {
    try {
      return reading.read();
    } catch (RuntimeException | StackOverflowError e) {
      throw new ModelFormatException(
          "Expected an HDF5 file, found a fault: %s (%s)".formatted(Excerpt.of(e.getMessage()), at),
          e);
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
