package org.epochflow.model.nn.layer.reshaping;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * The same values with their dimensions in another order: {@code (2, 1)} transposes a matrix.
 *
 * @param order the numbers of the input's dimensions, from 1, in the order of the output's
 */
public record Permute(String name, List<Integer> order) implements Layer {
  public Permute {
    order = List.copyOf(order);
    if (order.isEmpty() || !order.stream().sorted().toList().equals(first(order.size()))) {
      throw new ArchitectureException(
          "Layer %s: expected dims of each number from 1 on once, found %s".formatted(name, order));
    }
  }

  private static List<Integer> first(int count) {
    return IntStream.rangeClosed(1, count).boxed().toList();
  }

  @Override
  public Shape output(Shape input) {
    List<Integer> dimensions = input.dimensions();
    if (dimensions.size() != order.size()) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected an input of %d dimensions, found %s",
              name,
              order.size(),
              input));
    }
    return new Shape(order.stream().map(d -> dimensions.get(d - 1)).toList());
  }

  @Override
  public boolean isIdentity() {
    return order.equals(first(order.size()));
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return isIdentity() ? List.of() : List.of(new Bound(input, output(input), places(input)));
  }

  /** For each value of the output, where it stands in the input. */
  private int[] places(Shape input) {
    int[] places = {0};
    for (int d : order) {
      int size = input.dimensions().get(d - 1);
      int step = input.dimensions().stream().skip(d).reduce(1, (a, b) -> a * b);
      int[] outer = places;
      places = new int[outer.length * size];
      for (int i = 0; i < places.length; i++) {
        places[i] = outer[i / size] + i % size * step;
      }
    }
    return places;
  }

  @Override
  public void write(ObjectNode config) {
    ArrayNode dims = config.putArray("dims");
    order.forEach(dims::add);
  }

  public static Permute read(JsonObject config) throws ModelFormatException {
    return new Permute(config.text("name"), config.integers("dims"));
  }

  private static final class Bound extends Operation {
    private final int[] places;

    Bound(Shape input, Shape output, int[] places) {
      super(input, output);
      this.places = places;
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        int at = row * places.length;
        for (int i = 0; i < places.length; i++) {
          y.data[at + i] = x.data[at + places[i]];
        }
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      int to = pass.share().to(dy.numRows);
      for (int row = pass.share().from(dy.numRows); row < to; row++) {
        int at = row * places.length;
        for (int i = 0; i < places.length; i++) {
          dx.data[at + places[i]] = dy.data[at + i];
        }
      }
      pass.wroteExamples();
      return dx;
    }
  }
}
