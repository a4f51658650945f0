package org.epochflow.model.nn.layer.augmentation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Masks;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.reshaping.Reshape;

/**
 * Layers to put in front of any network, in few words: {@code flip,translate=0.1,rotate=10}.
 *
 * <pre>{@code
 * Augment.parse("flip,crop=4").inFrontOf(network, Shape.of(28, 28), new Interval(0, 1));
 * }</pre>
 *
 * @param changes each with its value, in the order of the layers
 */
public record Augment(Map<Change, String> changes) {
  /** No layer at all. */
  public static final Augment NONE = new Augment(Map.of());

  /** What {@link #parse} takes, in words. */
  public static final String FORM =
      "none, or some of flip, translate, rotate, zoom, crop, contrast, brightness and erase, as in"
          + " flip,translate=0.1,rotate=10";

  private static final String NO_CHANGE = "none";

  private static final int BYTE = 255;

  public Augment {
    changes = Collections.unmodifiableMap(new LinkedHashMap<>(changes));
  }

  /**
   * Reads {@code none}, or changes with commas or plus signs between them, each at most once.
   *
   * @throws IllegalArgumentException saying what was expected and found
   */
  public static Augment parse(String text) {
    Map<Change, String> changes = new LinkedHashMap<>();
    for (String part : text.equals(NO_CHANGE) ? new String[0] : text.split("[,+]", -1)) {
      String[] words = part.split("=", 2);
      Change change = change(words[0]);
      String value = words.length == 2 ? words[1] : change == Change.FLIP ? Change.HORIZONTAL : "";
      if (!change.takes(value)) {
        throw new IllegalArgumentException(
            "Expected %s=%s, found '%s'".formatted(change.word(), change.form(), part));
      } else if (changes.put(change, change.plain(value)) != null) {
        throw new IllegalArgumentException("Expected %s once, found two".formatted(change.word()));
      }
    }
    return new Augment(changes);
  }

  private static Change change(String word) {
    for (Change change : Change.values()) {
      if (change.word().equals(word)) {
        return change;
      }
    }
    throw new IllegalArgumentException("Expected %s, found '%s'".formatted(FORM, word));
  }

  /**
   * The network with these layers in front, in place of any that it has from here. Where its input
   * is no image, it is seen as one first, and as it was after them. A network that does not take
   * the images stays as it is, for others to refuse.
   *
   * @param image the images' shape, {@code (height, width)} or {@code (height, width, channels)}
   * @param values the lowest and the highest of the inputs
   * @throws ArchitectureException if there are no images, or they are too small for a crop
   */
  public Architecture inFrontOf(Architecture network, Shape image, Interval values) {
    Architecture bare = removedFrom(network);
    Shape input = bare.input();
    Shape seen = input.isImage() ? input : image.withChannels();
    if (changes.isEmpty()) {
      return bare;
    } else if (!seen.isImage()) {
      throw new ArchitectureException(
          "Expected images (height, width) or (height, width, channels) to augment, found "
              + image);
    } else if (seen.size() != input.size()) {
      return bare;
    }
    List<Layer> front = new ArrayList<>(layers(seen, values));
    if (!input.isImage()) {
      front.add(0, new Reshape(Change.PREFIX + "image", seen.dimensions()));
      front.add(new Reshape(Change.PREFIX + "input", input.dimensions()));
    }
    return replaced(bare, 0, front);
  }

  /** The network with other layers in place of its first ones. */
  private static Architecture replaced(Architecture network, int first, List<Layer> front) {
    List<Layer> layers = new ArrayList<>(front);
    layers.addAll(network.layers().subList(first, network.layers().size()));
    int moved = front.size() - first;
    List<List<Integer>> inputs = new ArrayList<>(Architecture.chain(front.size()));
    network.inputs().subList(first, network.inputs().size()).stream()
        .map(its -> its.stream().map(from -> from + moved).toList())
        .forEach(inputs::add);
    NavigableSet<String> frozen = new TreeSet<>(network.frozen());
    frozen.retainAll(layers.stream().map(Layer::name).toList());
    return new Architecture(network.name(), network.input(), layers, inputs, frozen);
  }

  /**
   * The lowest and the highest input that a pixel becomes; where pixels are standardised by
   * channel, those of all channels.
   */
  public static Interval inputs(Preprocessing preprocessing) {
    int channels = preprocessing.channels();
    byte[] pixels = new byte[2 * channels];
    Arrays.fill(pixels, channels, 2 * channels, (byte) BYTE);
    float[] inputs = new float[2 * channels];
    preprocessing.normalize(pixels, 0, pixels.length, inputs, 0);
    Arrays.sort(inputs);
    return new Interval(inputs[0], inputs[inputs.length - 1]);
  }

  private List<Augmentation> layers(Shape image, Interval values) {
    List<Augmentation> layers = new ArrayList<>();
    changes.forEach((change, value) -> layers.addAll(change.layers(value, image, values)));
    return layers;
  }

  /**
   * What becomes of an image in one epoch, as a network of images is trained.
   *
   * @param x of the shape {@code (height, width, channels)}
   * @param epochKey names the epoch's random numbers
   * @param example the image's index in its data set
   */
  public float[] example(float[] x, Shape shape, Interval values, long epochKey, long example) {
    float[] image = x;
    List<Augmentation> layers = layers(shape, values);
    for (int i = 0; i < layers.size(); i++) {
      float[] changed = new float[image.length];
      layers.get(i).drawn(shape, Masks.stream(epochKey, i, example)).apply(image, 0, changed, 0);
      image = changed;
    }
    return image;
  }

  /** The network without the layers that {@link #inFrontOf} gave it. */
  public static Architecture removedFrom(Architecture network) {
    long added =
        network.layers().stream()
            .takeWhile(layer -> layer.name().startsWith(Change.PREFIX))
            .count();
    return replaced(network, (int) added, List.of());
  }

  /** In its one spelling, which {@link #parse} takes. */
  @Override
  public String toString() {
    return changes.isEmpty()
        ? NO_CHANGE
        : changes.entrySet().stream()
            .map(each -> each.getKey().word() + suffix(each.getValue()))
            .collect(Collectors.joining(","));
  }

  private static String suffix(String value) {
    return value.equals(Change.HORIZONTAL) ? "" : "=" + value;
  }
}
