package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * The same values in another shape, in row-major order.
 *
 * @param target the dimensions, of which one may be -1: it follows from the others and the input
 */
public record Reshape(String name, List<Integer> target) implements Layer {
  private static final int FROM_THE_INPUT = -1;

  public Reshape {
    target = List.copyOf(target);
    long open = target.stream().filter(d -> d == FROM_THE_INPUT).count();
    if (target.isEmpty()
        || open > 1
        || target.stream().anyMatch(d -> d < 1 && d != FROM_THE_INPUT)) {
      throw new ArchitectureException(
          "Layer %s: expected a target_shape of dimensions of 1 or more and at most one -1, found %s"
              .formatted(name, target));
    }
  }

  @Override
  public Shape output(Shape input) {
    List<Integer> known = target.stream().filter(d -> d != FROM_THE_INPUT).toList();
    BigInteger[] left = BigInteger.valueOf(input.size()).divideAndRemainder(Shape.product(known));
    boolean open = known.size() < target.size();
    if (left[1].signum() != 0 || left[0].signum() == 0 || !(open || left[0].bitLength() == 1)) {
      throw new ArchitectureException(
          "Layer %s: expected an input that fills target_shape %s, found %s"
              .formatted(name, target, input));
    }
    List<Integer> dimensions = new ArrayList<>(target);
    dimensions.replaceAll(d -> d == FROM_THE_INPUT ? left[0].intValue() : d);
    return new Shape(dimensions);
  }

  @Override
  public boolean isIdentity() {
    return true;
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of();
  }

  @Override
  public void write(ObjectNode config) {
    ArrayNode dimensions = config.putArray("target_shape");
    target.forEach(dimensions::add);
  }

  public static Reshape read(JsonObject config) throws ModelFormatException {
    List<Integer> target = new ArrayList<>();
    for (JsonNode dimension : config.list("target_shape")) {
      if (!dimension.isInt()) {
        throw config.fault("target_shape", "whole numbers");
      }
      target.add(dimension.intValue());
    }
    return new Reshape(config.text("name"), target);
  }
}
