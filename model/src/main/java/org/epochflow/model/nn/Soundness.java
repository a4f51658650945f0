package org.epochflow.model.nn;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What holds of every {@link Architecture}. */
final class Soundness {
  private Soundness() {}

  static void requireNames(List<Layer> layers, Set<String> frozen) {
    Set<String> names = new HashSet<>();
    for (Layer layer : layers) {
      if (!names.add(layer.name())) {
        throw new ArchitectureException("Expected one layer of a name, found two: " + layer.name());
      }
    }
    for (String name : frozen) {
      if (!names.contains(name)) {
        throw new ArchitectureException("Expected a layer to freeze, found none named " + name);
      }
    }
  }

  /** Each layer takes what comes before it, and each output but the last is taken. */
  static void requireGraph(List<Layer> layers, List<List<Integer>> inputs) {
    if (inputs.size() != layers.size()) {
      throw new IllegalArgumentException("Expected inputs of each layer, found " + inputs);
    }
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < layers.size(); i++) {
      int last = i;
      Layer layer = layers.get(i);
      List<Integer> its = inputs.get(i);
      if (its.isEmpty() || its.stream().anyMatch(from -> from < 0 || from > last)) {
        throw new IllegalArgumentException(
            String.format(Locale.ROOT, "Expected inputs before layer %d: %s", i, its));
      }
      if (its.size() > 1 && !(layer instanceof Merge)) {
        throw new ArchitectureException(
            String.format(
                Locale.ROOT, "Layer %s: expected one input, found %d", layer.name(), its.size()));
      }
      taken.addAll(its);
    }
    for (int i = 0; i < layers.size() - 1; i++) {
      if (!taken.contains(i + 1)) {
        throw new ArchitectureException(
            "Expected one output, found two: of layers %s and %s"
                .formatted(layers.get(i).name(), layers.get(layers.size() - 1).name()));
      }
    }
  }

  static void requireClasses(List<Layer> layers, Shape output) {
    if (output.dimensions().size() != 1) {
      throw new ArchitectureException(
          "Expected one probability per class as output, found shape %s; put a Flatten before the last layer with weights"
              .formatted(output));
    }
    Ending ending = layers.get(layers.size() - 1).ending();
    boolean one = output.size() == 1;
    if (ending == Ending.SOFTMAX && one) {
      throw new ArchitectureException(
          "Expected softmax of two outputs or more, found one; use sigmoid for two classes");
    } else if (ending == Ending.SIGMOID && !one) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Expected sigmoid of one output, for two classes, found %d; use softmax",
              output.size()));
    }
  }
}
