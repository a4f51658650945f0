package org.epochflow.model.format;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.epochflow.model.format.ModelReader.Member;
import org.epochflow.model.format.ModelReader.Read;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Variable;

/**
 * The variables of a model in HDF5, from wherever a version of Keras puts them:
 *
 * <ul>
 *   <li>Keras 3: {@code /layers/dense_1/vars/0}; a model among the layers has {@code layers} of its
 *       own
 *   <li>{@code .keras} files of TensorFlow 2.12 to 2.15: the same in {@code
 *       /_layer_checkpoint_dependencies}, where a class's numbers have gaps
 *   <li>{@code .h5} files: {@code /dense_1/dense_1/kernel:0}, at the root or in {@code
 *       /model_weights}; each layer's group lists them in {@code weight_names}
 * </ul>
 */
final class KerasWeights {
  private static final List<String> CONTAINERS =
      List.of("layers", "_layer_checkpoint_dependencies");
  private static final String VARS = "vars";

  private final Hdf5 file;
  private final List<List<Variable>> variables;
  private final float[] parameters;

  private KerasWeights(Hdf5 file, Read model) {
    this.file = file;
    variables = model.architecture().variables();
    parameters = new float[model.architecture().parameterCount()];
  }

  /** All of a model's variables as one flat vector. */
  static float[] read(Hdf5 file, Read model) throws ModelFormatException {
    KerasWeights weights = new KerasWeights(file, model);
    String old = file.has("/model_weights") ? "/model_weights" : "";
    if (file.texts(old.isEmpty() ? "/" : old, "layer_names").isEmpty()) {
      weights.members("", model.members());
    } else {
      weights.named(old, model.members());
    }
    return weights.parameters;
  }

  /** What Keras calls the group of a class's first layer: {@code conv2d}. */
  static String group(String className) {
    String words = className.replaceAll("(.)([A-Z][a-z]+)", "$1_$2");
    return words.replaceAll("([a-z])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  private void members(String path, List<Member> members) throws ModelFormatException {
    String container = path + "/" + CONTAINERS.get(0);
    for (String other : CONTAINERS) {
      if (file.has(path + "/" + other)) {
        container = path + "/" + other;
        break;
      }
    }
    Map<String, Iterator<String>> groups = new HashMap<>();
    for (Member member : members) {
      if (hasVariables(member)) {
        String first = group(member.className());
        Iterator<String> left = groups.get(first);
        if (left == null) {
          left = groups(container, first).iterator();
          groups.put(first, left);
        }
        String its = container + "/" + (left.hasNext() ? left.next() : first);
        if (member.members().isPresent()) {
          members(its, member.members().get());
        } else {
          List<Variable> own = variables.get(member.layer());
          for (int i = 0; i < own.size(); i++) {
            take(its + "/" + VARS + "/" + i, own.get(i));
          }
        }
      }
    }
  }

  private boolean hasVariables(Member member) {
    return !ordered(member).isEmpty();
  }

  /** The groups of a class that have variables, by their numbers; the first one has none. */
  private List<String> groups(String container, String first) throws ModelFormatException {
    List<String> groups = new ArrayList<>();
    for (String name : file.names(container)) {
      String group = container + "/" + name;
      boolean filled = !file.names(group + "/" + VARS).isEmpty();
      for (String inner : CONTAINERS) {
        filled |= file.has(group + "/" + inner);
      }
      if (filled && number(name, first).isPresent()) {
        groups.add(name);
      }
    }
    groups.sort(Comparator.comparing(name -> number(name, first).orElse(0)));
    return groups;
  }

  private static Optional<Integer> number(String name, String first) {
    if (name.equals(first)) {
      return Optional.of(0);
    }
    String rest = name.startsWith(first + "_") ? name.substring(first.length() + 1) : "";
    return rest.matches("[0-9]{1,6}") ? Optional.of(Integer.parseInt(rest)) : Optional.empty();
  }

  private void named(String base, List<Member> members) throws ModelFormatException {
    for (Member member : members) {
      List<Variable> expected = ordered(member);
      String group = base + "/" + member.name();
      List<String> names = file.texts(group, "weight_names");
      if (names.size() != expected.size()) {
        throw ModelFormatException.expected(
            expected.size() + " weights", names.size(), file.place(group));
      }
      for (int i = 0; i < names.size(); i++) {
        take(group + "/" + names.get(i), expected.get(i));
      }
    }
  }

  /** A layer's variables, or a model's: those that train, and then the others. */
  private List<Variable> ordered(Member member) {
    List<Variable> ordered = new ArrayList<>();
    add(member, true, ordered);
    add(member, false, ordered);
    return ordered;
  }

  private void add(Member member, boolean trained, List<Variable> to) {
    if (member.members().isPresent()) {
      member.members().get().forEach(inner -> add(inner, trained, to));
    } else {
      variables.get(member.layer()).stream()
          .filter(variable -> variable.trains() == trained)
          .forEach(to::add);
    }
  }

  private void take(String path, Variable variable) throws ModelFormatException {
    float[] values = file.float32(path, variable.dimensions());
    System.arraycopy(values, 0, parameters, variable.offset(), values.length);
  }
}
