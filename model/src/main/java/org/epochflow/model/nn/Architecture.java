package org.epochflow.model.nn;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * A classifier: the shape of its input, and layers that are checked against each other. The layers
 * are a chain, or a graph with one input and one output, such as a residual network.
 *
 * <p>Its parameters lie in one flat vector, layer by layer, a layer's variables in Keras's order,
 * each row-major. The last layer has a value for each class: its probability if the layer ends in
 * softmax, else its logit.
 *
 * @param name Keras's model name
 * @param input the shape of one example: {@code (784,)} or {@code (28, 28, 1)}
 * @param layers each after those whose outputs it takes; the last one's output is the network's
 * @param inputs what each layer takes: 0 is the network's input, {@code i + 1} the output of layer
 *     {@code i}
 * @param frozen the names of the layers that do not train
 */
public record Architecture(
    String name,
    Shape input,
    List<Layer> layers,
    List<List<Integer>> inputs,
    NavigableSet<String> frozen)
    implements Serializable {
  /** The float32 values of a model's file, which is read into one array of 2 GB. */
  private static final int MOST_STORED = 500_000_000;

  /** The most values of a layer when examples run only forward: 1 GiB. */
  private static final int MOST_AT_ONCE = 1 << 28;

  public Architecture {
    layers = List.copyOf(layers);
    inputs = inputs.stream().map(List::copyOf).toList();
    frozen = Collections.unmodifiableNavigableSet(new TreeSet<>(frozen));
    if (layers.isEmpty()) {
      throw new ArchitectureException("Expected at least one layer");
    }
    Soundness.requireNames(layers, frozen);
    Soundness.requireGraph(layers, inputs);
    List<Shape> shapes = shapes(input, layers, inputs);
    BigInteger parameters = parameters(shapes, layers, inputs);
    requireStorable(parameters, 1, name);
    Soundness.requireClasses(layers, shapes.get(layers.size()));
    if (parameters.signum() == 0) {
      throw new ArchitectureException("Expected a layer with parameters, found none");
    }
  }

  /** A chain of layers that all train. */
  public Architecture(String name, Shape input, List<Layer> layers) {
    this(name, input, layers, chain(layers.size()), new TreeSet<>());
  }

  /** What the layers of a chain take. */
  public static List<List<Integer>> chain(int layers) {
    return IntStream.range(0, layers).mapToObj(List::of).toList();
  }

  /** The same layers, of which those of these names do not train. */
  public Architecture withFrozen(NavigableSet<String> names) {
    return new Architecture(name, input, layers, inputs, names);
  }

  /**
   * The same layers, but all kernels of dense layers and convolutions have this L2 regularizer in
   * place of what they have.
   *
   * @param l2 0 or more
   */
  public Architecture withKernelL2(double l2) {
    List<Layer> changed = layers.stream().map(layer -> layer.withKernelL2(l2)).toList();
    return new Architecture(name, input, changed, inputs, frozen);
  }

  /**
   * The same network for another number of classes: the last layer that has variables is another
   * one, with as many outputs.
   *
   * @throws ArchitectureException if that layer's number of outputs is not free
   */
  public Architecture withHead(int classes) {
    int head = head();
    List<Layer> changed = new ArrayList<>(layers);
    changed.set(
        head,
        layers
            .get(head)
            .withOutputs(classes)
            .orElseThrow(
                () ->
                    new ArchitectureException(
                        "Expected a Dense layer as the last one with variables, found layer "
                            + layers.get(head).name())));
    return new Architecture(name, input, changed, inputs, frozen);
  }

  /** Where the variables of the last layer that has some begin, in the flat vector. */
  public int headOffset() {
    return variables().get(head()).get(0).offset();
  }

  private int head() {
    List<List<Variable>> variables = variables();
    int head = layers.size() - 1;
    while (head > 0 && variables.get(head).isEmpty()) {
      head--;
    }
    return head;
  }

  /** Whether each layer takes what the one before it gives. */
  public boolean isChain() {
    return inputs.equals(chain(layers.size()));
  }

  /**
   * Refuses more parameters than a model's file holds.
   *
   * @param vectors how many there are as long as the parameters: they and an optimiser's state
   * @param holder what messages call the network and its optimiser
   */
  public static void requireStorable(BigInteger parameters, int vectors, String holder) {
    int most = MOST_STORED / vectors;
    if (parameters.compareTo(BigInteger.valueOf(most)) > 0) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Expected at most %d parameters in %s, found %d",
              most,
              holder,
              parameters));
    }
  }

  private static BigInteger parameters(
      List<Shape> shapes, List<Layer> layers, List<List<Integer>> inputs) {
    BigInteger parameters = BigInteger.ZERO;
    for (int i = 0; i < layers.size(); i++) {
      for (Variable variable : layers.get(i).variables(shapes.get(inputs.get(i).get(0)))) {
        parameters = parameters.add(Shape.product(variable.dimensions()));
      }
    }
    return parameters;
  }

  private static List<Shape> shapes(Shape input, List<Layer> layers, List<List<Integer>> inputs) {
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (int i = 0; i < layers.size(); i++) {
      List<Shape> its = inputs.get(i).stream().map(shapes::get).toList();
      Layer layer = layers.get(i);
      shapes.add(layer instanceof Merge merge ? merge.output(its) : layer.output(its.get(0)));
    }
    return shapes;
  }

  /** The network's input, and then what comes out of each layer. */
  public List<Shape> shapes() {
    return shapes(input, layers, inputs);
  }

  /** The shapes of what goes into each layer. */
  public List<List<Shape>> inputShapes() {
    List<Shape> shapes = shapes();
    return inputs.stream().map(its -> its.stream().map(shapes::get).toList()).toList();
  }

  /** Each layer's variables, empty for a layer without. */
  public List<List<Variable>> variables() {
    List<List<Variable>> all = new ArrayList<>();
    List<List<Shape>> shapes = inputShapes();
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      List<Variable> placed = new ArrayList<>();
      boolean trains = !frozen.contains(layers.get(i).name());
      for (Variable variable : layers.get(i).variables(shapes.get(i).get(0))) {
        placed.add(variable.at(offset, trains));
        offset += variable.size();
      }
      all.add(placed);
    }
    return all;
  }

  /** The variables that the optimiser steps, in their order. */
  public List<Variable> trained() {
    return variables().stream().flatMap(List::stream).filter(Variable::trains).toList();
  }

  /** The length of the flat vector of parameters. */
  public int parameterCount() {
    return variables().stream().flatMap(List::stream).mapToInt(Variable::size).sum();
  }

  /** The parameters that training starts from, by each variable's initializer and the seed. */
  public float[] initialParameters(long seed) {
    float[] parameters = new float[parameterCount()];
    int random = 0;
    for (Variable variable : variables().stream().flatMap(List::stream).toList()) {
      long key = CounterRandom.key(seed, Purpose.INITIALIZE, random);
      variable.initializer().fill(parameters, variable, key);
      random += variable.initializer().isRandom() ? 1 : 0;
    }
    return parameters;
  }

  /** The multiplications of one example's forward pass. */
  public long multiplications() {
    List<List<Shape>> shapes = inputShapes();
    return IntStream.range(0, layers.size())
        .mapToLong(i -> layers.get(i).multiplications(shapes.get(i).get(0)))
        .sum();
  }

  /** The most examples of a batch: those whose values in the largest layer an array can hold. */
  public int largestBatch() {
    return Integer.MAX_VALUE / largestShape();
  }

  /** How many of some examples to classify at once, so that their values take little memory. */
  public int atOnce(int examples) {
    return Math.max(1, Math.min(examples, MOST_AT_ONCE / largestShape()));
  }

  private int largestShape() {
    return shapes().stream().mapToInt(Shape::size).max().orElseThrow();
  }

  /** What its outputs are. */
  public Ending ending() {
    return layers.get(layers.size() - 1).ending();
  }

  /** The values of its output for an example. */
  public int outputs() {
    return shapes().get(layers.size()).size();
  }

  /** One output is the probability of the second of two classes, or its logit. */
  public int classes() {
    return Math.max(2, outputs());
  }
}
