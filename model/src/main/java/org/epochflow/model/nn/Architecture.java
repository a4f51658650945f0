package org.epochflow.model.nn;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/**
 * A sequential classifier: the shape of its input and its layers, checked against each other.
 *
 * <p>Its parameters lie in one flat vector, layer by layer, a layer's variables in Keras's order,
 * each row-major. The last layer ends in softmax, whose width is the number of classes.
 *
 * @param name Keras's model name
 * @param input the shape of one example: {@code (784,)} or {@code (28, 28, 1)}
 */
public record Architecture(String name, Shape input, List<Layer> layers) implements Serializable {
  /** The float32 values of a model's file, which is read into one array of 2 GB. */
  private static final int MOST_STORED = 500_000_000;

  /** The most values of a layer when examples run only forward: 1 GiB. */
  private static final int MOST_AT_ONCE = 1 << 28;

  public Architecture {
    layers = List.copyOf(layers);
    Set<String> names = new HashSet<>();
    Shape shape = input;
    for (Layer layer : layers) {
      if (!names.add(layer.name())) {
        throw new ArchitectureException("Expected one layer of a name, found two: " + layer.name());
      }
      shape = layer.output(shape);
    }
    requireStorable(parameters(input, layers), 1, name);
    softmaxLast(layers);
    if (shape.dimensions().size() != 1) {
      throw new ArchitectureException(
          "Expected one probability per class as output, found shape " + shape);
    }
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

  private static BigInteger parameters(Shape input, List<Layer> layers) {
    BigInteger parameters = BigInteger.ZERO;
    Shape shape = input;
    for (Layer layer : layers) {
      for (Variable variable : layer.variables(shape)) {
        parameters = parameters.add(Shape.product(variable.dimensions()));
      }
      shape = layer.output(shape);
    }
    return parameters;
  }

  private static void softmaxLast(List<Layer> layers) {
    if (layers.isEmpty()) {
      throw new ArchitectureException("Expected at least one layer");
    }
    if (!layers.get(layers.size() - 1).endsInSoftmax()) {
      throw new ArchitectureException("Expected softmax as the last layer's activation");
    }
  }

  /** What goes into each layer, and last what comes out: one more than there are layers. */
  public List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>(List.of(input));
    for (Layer layer : layers) {
      shapes.add(layer.output(shapes.get(shapes.size() - 1)));
    }
    return shapes;
  }

  /** Each layer's variables, empty for a layer without. */
  public List<List<Variable>> variables() {
    List<List<Variable>> all = new ArrayList<>();
    List<Shape> shapes = shapes();
    int offset = 0;
    for (int i = 0; i < layers.size(); i++) {
      List<Variable> placed = new ArrayList<>();
      for (Variable variable : layers.get(i).variables(shapes.get(i))) {
        placed.add(variable.at(offset));
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
    List<Shape> shapes = shapes();
    return IntStream.range(0, layers.size())
        .mapToLong(i -> layers.get(i).multiplications(shapes.get(i)))
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

  public int classes() {
    return shapes().get(layers.size()).size();
  }
}
