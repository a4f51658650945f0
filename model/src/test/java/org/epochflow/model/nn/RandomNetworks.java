package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Reshape;

/** Small networks with layers drawn from the whole registry: a new layer is one line more. */
public final class RandomNetworks {
  private static final Map<String, Maker> MAKERS = new TreeMap<>();

  static {
    MAKERS.put("Dense", (name, random) -> new Dense(name, 2 + random.nextInt(6), hidden(random)));
    MAKERS.put(
        "Conv2D",
        (name, random) ->
            new Conv2D(
                name, 2, odd(random), odd(random), one(Padding.values(), random), hidden(random)));
    MAKERS.put(
        "MaxPooling2D",
        (name, random) ->
            new MaxPooling2D(name, few(random), few(random), few(random), few(random)));
    MAKERS.put("Flatten", (name, random) -> new Flatten(name));
    MAKERS.put("Reshape", (name, random) -> new Reshape(name, List.of(-1, few(random), 2)));
    MAKERS.put("Dropout", (name, random) -> new Dropout(name, random.nextInt(3) / 10.0));
    MAKERS.put("Activation", (name, random) -> new Activation(name, hidden(random)));
    MAKERS.put("LeakyReLU", (name, random) -> new LeakyReLU(name, random.nextInt(4) / 8.0));
    MAKERS.put("ReLU", (name, random) -> new Activation(name, Function.RELU));
    MAKERS.put("Softmax", (name, random) -> new Activation(name, Function.SOFTMAX));
    RandomAugmentations.MAKERS.forEach((type, maker) -> MAKERS.put(type, maker::apply));
  }

  private RandomNetworks() {}

  /** A layer of any settings. */
  interface Maker {
    Layer make(String name, Random random);
  }

  private static Function hidden(Random random) {
    return one(
        Stream.of(Function.values()).filter(f -> f != Function.SOFTMAX).toArray(Function[]::new),
        random);
  }

  static <T> T one(T[] values, Random random) {
    return values[random.nextInt(values.length)];
  }

  private static int odd(Random random) {
    return 1 + 2 * random.nextInt(2);
  }

  private static int few(Random random) {
    return 1 + random.nextInt(2);
  }

  /** The variables that the optimiser does not step. */
  public static List<Variable> untrained(Architecture network) {
    return network.variables().stream()
        .flatMap(List::stream)
        .filter(variable -> !variable.trains())
        .toList();
  }

  /** The classes of all layers that may be among them. */
  static Set<String> types() {
    return MAKERS.values().stream()
        .map(maker -> maker.make("any", new Random(0)).type())
        .collect(Collectors.toSet());
  }

  /** As many networks of registered layers as are asked for, always the same. */
  public static List<Architecture> of(int count) {
    return of(count, List.copyOf(MAKERS.values()));
  }

  /** The same, with {@link Affine} among the layers. */
  static List<Architecture> withAffine(int count) {
    List<Maker> makers = new ArrayList<>(MAKERS.values());
    makers.add((name, random) -> new Affine(name));
    return of(count, makers);
  }

  private static List<Architecture> of(int count, List<Maker> makers) {
    if (!MAKERS.keySet().equals(Set.copyOf(Layers.names()))) {
      throw new IllegalStateException("Expected a maker for each of " + Layers.names());
    }
    return IntStream.range(0, count)
        .mapToObj(seed -> network(makers, new Random(seed), "random_" + seed))
        .toList();
  }

  private static Architecture network(List<Maker> makers, Random random, String name) {
    Shape input =
        random.nextInt(3) == 0
            ? Shape.of(5 + random.nextInt(9))
            : Shape.of(6 + random.nextInt(4), 6 + random.nextInt(4), 1 + random.nextInt(3));
    List<Layer> layers = new ArrayList<>();
    Shape shape = input;
    for (int wanted = 1 + random.nextInt(6); wanted > 0; ) {
      Layer layer = makers.get(random.nextInt(makers.size())).make("l" + wanted, random);
      if (!layer.endsInSoftmax() && takes(layer, shape)) {
        layers.add(layer);
        shape = layer.output(shape);
        wanted--;
      }
    }
    if (shape.isImage()) {
      layers.add(new Flatten("flat"));
    }
    boolean alone = random.nextBoolean();
    layers.add(new Dense("last", 4, alone ? Function.LINEAR : Function.SOFTMAX));
    if (alone) {
      layers.add(new Activation("softmax", Function.SOFTMAX));
    }
    return new Architecture(name, input, layers);
  }

  private static boolean takes(Layer layer, Shape shape) {
    try {
      return layer.output(shape).size() > 0;
    } catch (ArchitectureException e) {
      return false;
    }
  }
}
