package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.nn.Initializer.Fan;
import org.epochflow.model.nn.Initializer.Law;
import org.epochflow.model.nn.layer.Layers;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.convolution.Window;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Function;
import org.epochflow.model.nn.layer.core.KernelAndBias;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.merging.Average;
import org.epochflow.model.nn.layer.merging.Concatenate;
import org.epochflow.model.nn.layer.merging.Maximum;
import org.epochflow.model.nn.layer.merging.Minimum;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.merging.Subtract;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.ChannelValues;
import org.epochflow.model.nn.layer.normalization.GammaAndBeta;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.pooling.Windows;
import org.epochflow.model.nn.layer.regularization.ActivityRegularization;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Borders;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D.Interpolation;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;

/** Small networks with layers drawn from the whole registry: a new layer is one line more. */
public final class RandomNetworks {
  private static final List<List<Integer>> TARGETS =
      List.of(List.of(-1), List.of(-1, 2), List.of(2, -1, 3), List.of(2, 1, -1, 2));
  private static final List<List<Integer>> ORDERS =
      List.of(List.of(1), List.of(2, 1), List.of(2, 3, 1), List.of(2, 1, 3), List.of(1, 4, 2, 3));
  private static final Map<String, Maker> MAKERS = new TreeMap<>();

  /** Of the size that keeps signals as large as they are. */
  private static final Initializer[] INITIALIZERS = {
    Initializer.GLOROT_UNIFORM,
    new Initializer("HeNormal", Law.TRUNCATED_NORMAL, Fan.IN, 2, 0),
    new Initializer("LecunUniform", Law.UNIFORM, Fan.IN, 1, 0),
    new Initializer("VarianceScaling", Law.NORMAL, Fan.OUT, 1.5, 0),
    new Initializer("RandomNormal", Law.NORMAL, null, 0.1, 0.4),
    new Initializer("Orthogonal", Law.ORTHOGONAL, null, 1.25, 0)
  };

  private static final Initializer[] INITIALIZERS_OF_BIAS = {
    Initializer.ZEROS,
    new Initializer("Constant", Law.CONSTANT, null, 0.125, 0),
    new Initializer("RandomUniform", Law.UNIFORM, null, -0.1, 0.2)
  };

  static {
    MAKERS.put(
        "Dense",
        (name, random) ->
            new Dense(name, 2 + random.nextInt(6), hidden(random), weights(1, random)));
    MAKERS.put(
        "Conv2D",
        (name, random) ->
            new Conv2D(name, 2 + few(random), window(random), hidden(random), weights(1, random)));
    MAKERS.put(
        "DepthwiseConv2D",
        (name, random) ->
            new DepthwiseConv2D(
                name, few(random), window(random), hidden(random), weights(1, random)));
    MAKERS.put(
        "SeparableConv2D",
        (name, random) ->
            new SeparableConv2D(
                name,
                2 + few(random),
                few(random),
                window(random),
                hidden(random),
                weights(2, random)));
    MAKERS.put("MaxPooling2D", (name, random) -> new MaxPooling2D(name, windows(random)));
    MAKERS.put("AveragePooling2D", (name, random) -> new AveragePooling2D(name, windows(random)));
    MAKERS.put(
        "GlobalMaxPooling2D", (name, random) -> new GlobalMaxPooling2D(name, random.nextBoolean()));
    MAKERS.put(
        "GlobalAveragePooling2D",
        (name, random) -> new GlobalAveragePooling2D(name, random.nextBoolean()));
    MAKERS.put("Flatten", (name, random) -> new Flatten(name));
    MAKERS.put("Reshape", (name, random) -> new Reshape(name, one(TARGETS, random)));
    MAKERS.put("Permute", (name, random) -> new Permute(name, one(ORDERS, random)));
    MAKERS.put("ZeroPadding2D", (name, random) -> new ZeroPadding2D(name, borders(random)));
    MAKERS.put("Cropping2D", (name, random) -> new Cropping2D(name, borders(random)));
    MAKERS.put(
        "UpSampling2D",
        (name, random) ->
            new UpSampling2D(
                name, few(random), 1 + few(random), one(Interpolation.values(), random)));
    MAKERS.put("Dropout", (name, random) -> new Dropout(name, random.nextInt(3) / 10.0));
    MAKERS.put("Activation", (name, random) -> new Activation(name, hidden(random)));
    MAKERS.put("LeakyReLU", (name, random) -> new LeakyReLU(name, random.nextInt(4) / 8.0));
    MAKERS.put("Add", (name, random) -> new Add(name));
    MAKERS.put("Subtract", (name, random) -> new Subtract(name));
    MAKERS.put("Multiply", (name, random) -> new Multiply(name));
    MAKERS.put("Average", (name, random) -> new Average(name));
    MAKERS.put("Maximum", (name, random) -> new Maximum(name));
    MAKERS.put("Minimum", (name, random) -> new Minimum(name));
    MAKERS.put(
        "Concatenate",
        (name, random) -> new Concatenate(name, random.nextBoolean() ? -1 : 1 + random.nextInt(3)));
    MAKERS.put(
        "ReLU",
        (name, random) ->
            new ReLU(
                name, 1 + random.nextInt(3), random.nextInt(3) / 8.0, random.nextInt(2) / 4.0));
    MAKERS.put("ELU", (name, random) -> new ELU(name, (1 + random.nextInt(3)) / 2.0));
    MAKERS.put(
        "PReLU",
        (name, random) ->
            new PReLU(
                name,
                Initializer.ZEROS,
                one(List.of(List.of(), List.of(1), List.of(1, 2), List.of(3)), random),
                Penalized.regularizer(random)));
    MAKERS.put(
        "BatchNormalization",
        (name, random) ->
            new BatchNormalization(
                name,
                -1,
                0.01,
                gammaAndBeta(random),
                new BatchNormalization.Moving(0.5, Initializer.ZEROS, Initializer.ONES)));
    MAKERS.put(
        "LayerNormalization",
        (name, random) -> new LayerNormalization(name, -1, 0.1, gammaAndBeta(random)));
    MAKERS.put(
        "Rescaling",
        (name, random) ->
            new Rescaling(name, ChannelValues.of(1.25), ChannelValues.of(random.nextInt(2) - 0.5)));
    MAKERS.put("Normalization", RandomNetworks::normalization);
    MAKERS.put(
        "ActivityRegularization",
        (name, random) ->
            new ActivityRegularization(name, new Regularizer(random.nextInt(2) / 32.0, 0.125)));
    MAKERS.put("SpatialDropout2D", (name, random) -> new SpatialDropout2D(name, 0.4));
    MAKERS.put(
        "GaussianNoise", (name, random) -> new GaussianNoise(name, random.nextInt(3) / 10.0));
    MAKERS.put(
        "GaussianDropout", (name, random) -> new GaussianDropout(name, random.nextInt(3) / 10.0));
    MAKERS.put("Softmax", (name, random) -> new Activation(name, Function.SOFTMAX));
    RandomAugmentations.MAKERS.forEach((type, maker) -> MAKERS.put(type, maker::apply));
  }

  private RandomNetworks() {}

  /** A layer of any settings. */
  interface Maker {
    Layer make(String name, Random random);
  }

  private static GammaAndBeta gammaAndBeta(Random random) {
    return new GammaAndBeta(
        random.nextInt(4) > 0,
        random.nextInt(4) > 0,
        Initializer.ZEROS,
        Initializer.ONES,
        Penalized.regularizer(random),
        Penalized.regularizer(random));
  }

  private static Layer normalization(String name, Random random) {
    Normalization.Given given =
        new Normalization.Given(ChannelValues.of(0.25), ChannelValues.of(0.5));
    return new Normalization(
        name,
        random.nextBoolean() ? -1 : null,
        random.nextBoolean(),
        random.nextBoolean() ? given : null);
  }

  private static Function hidden(Random random) {
    return one(Function.values(), random);
  }

  static <T> T one(T[] values, Random random) {
    return one(List.of(values), random);
  }

  private static <T> T one(List<T> values, Random random) {
    return values.get(random.nextInt(values.size()));
  }

  /** Of any kernel, with strides or with dilation or with neither. */
  private static Window window(Random random) {
    int kind = random.nextInt(3);
    int[] strides = kind == 1 ? pair(random) : new int[] {1, 1};
    int[] dilation = kind == 2 ? pair(random) : new int[] {1, 1};
    return new Window(
        1 + random.nextInt(3),
        1 + random.nextInt(3),
        strides[0],
        strides[1],
        dilation[0],
        dilation[1],
        one(Padding.values(), random));
  }

  private static int[] pair(Random random) {
    return new int[] {few(random), few(random)};
  }

  /** With or without a bias. */
  private static KernelAndBias weights(int kernels, Random random) {
    KernelAndBias plain =
        new KernelAndBias(
            random.nextInt(3) > 0,
            Stream.generate(() -> one(INITIALIZERS, random)).limit(kernels).toList(),
            one(INITIALIZERS_OF_BIAS, random));
    return Penalized.some(plain, random);
  }

  private static int few(Random random) {
    return 1 + random.nextInt(2);
  }

  private static Windows windows(Random random) {
    return new Windows(
        1 + random.nextInt(3),
        few(random),
        few(random),
        1 + random.nextInt(3),
        one(Padding.values(), random));
  }

  private static Borders borders(Random random) {
    return new Borders(random.nextInt(3), random.nextInt(2), random.nextInt(2), random.nextInt(3));
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

  /**
   * The same, with {@link Affine} among the layers, and without those that may take all of a
   * variable's gradient away.
   */
  static List<Architecture> withAffine(int count) {
    Map<String, Maker> some = new TreeMap<>(MAKERS);
    some.keySet().removeAll(Set.of("Maximum", "Minimum", "Subtract"));
    List<Maker> makers = new ArrayList<>(some.values());
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
    List<List<Integer>> inputs = new ArrayList<>();
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (int wanted = 1 + random.nextInt(6); wanted > 0; ) {
      Layer layer = makers.get(random.nextInt(makers.size())).make("l" + wanted, random);
      List<Integer> from = from(layer, shapes, random);
      if (takes(layer, from.stream().map(shapes::get).toList())) {
        layers.add(layer);
        inputs.add(from);
        shapes.add(output(layer, from.stream().map(shapes::get).toList()));
        wanted--;
      }
    }
    if (shapes.get(layers.size()).dimensions().size() > 1) {
      inputs.add(List.of(layers.size()));
      layers.add(new Flatten("flat"));
    }
    boolean alone = random.nextBoolean();
    inputs.add(List.of(layers.size()));
    boolean binary = random.nextInt(5) == 0;
    Function ending = binary ? Function.SIGMOID : Function.SOFTMAX;
    layers.add(
        new Dense(
            "last",
            binary ? 1 : 4,
            alone ? Function.LINEAR : ending,
            Penalized.some(KernelAndBias.STANDARD, random)));
    if (alone && random.nextInt(3) > 0) {
      inputs.add(List.of(layers.size()));
      layers.add(new Activation("ending", ending));
    }
    return new Architecture(name, input, layers, inputs, frozen(layers, random));
  }

  /** In a few networks some layers are frozen, but not the last one with variables. */
  private static NavigableSet<String> frozen(List<Layer> layers, Random random) {
    NavigableSet<String> frozen = new TreeSet<>();
    if (random.nextInt(4) == 0) {
      layers.stream()
          .filter(layer -> !(layer instanceof SpatialDropout2D)) // whose JSON has no place for it
          .map(Layer::name)
          .filter(name -> name.startsWith("l") && !name.equals("last") && random.nextBoolean())
          .forEach(frozen::add);
    }
    return frozen;
  }

  /** The last output; a merge takes any others of those before it too. */
  private static List<Integer> from(Layer layer, List<Shape> shapes, Random random) {
    List<Integer> from = new ArrayList<>(List.of(shapes.size() - 1));
    if (layer instanceof Merge) {
      for (int more = few(random); more > 0; more--) {
        from.add(random.nextInt(from.size() + 1), random.nextInt(shapes.size()));
      }
    }
    return from;
  }

  private static Shape output(Layer layer, List<Shape> inputs) {
    return layer instanceof Merge merge ? merge.output(inputs) : layer.output(inputs.get(0));
  }

  private static boolean takes(Layer layer, List<Shape> inputs) {
    try {
      return output(layer, inputs).size() > 0;
    } catch (ArchitectureException e) {
      return false;
    }
  }
}
