package org.epochflow.model.nn.layer.merging;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Junction;
import org.epochflow.model.nn.Merge;
import org.epochflow.model.nn.Shape;

/**
 * The inputs one after the other along a dimension, such as the channels of an inception block.
 *
 * @param axis the dimension: 1 is the first after the batch, -1 the last
 */
public record Concatenate(String name, int axis) implements Merge {
  /** Its place among the dimensions of an example. */
  private int dimension(Shape input) {
    int rank = input.dimensions().size();
    int dimension = axis < 0 ? rank + axis : axis - 1;
    if (dimension < 0 || dimension >= rank) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected an axis of %s, found %d", name, input, axis));
    }
    return dimension;
  }

  @Override
  public Shape output(List<Shape> inputs) {
    if (inputs.size() < 2) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT, "Layer %s: expected two or more inputs, found %d", name, inputs.size()));
    }
    int dimension = dimension(inputs.get(0));
    List<Integer> dimensions = new ArrayList<>(inputs.get(0).dimensions());
    for (Shape input : inputs.subList(1, inputs.size())) {
      List<Integer> others = new ArrayList<>(input.dimensions());
      int its = dimension < others.size() ? others.set(dimension, dimensions.get(dimension)) : 0;
      if (!others.equals(dimensions)) {
        throw new ArchitectureException(
            String.format(
                Locale.ROOT,
                "Layer %s: expected inputs that differ in axis %d alone, found %s and %s",
                name,
                axis,
                inputs.get(0),
                input));
      }
      dimensions.set(dimension, Math.addExact(dimensions.get(dimension), its));
    }
    return new Shape(dimensions);
  }

  @Override
  public Junction join(List<Shape> inputs) {
    return new Bound(inputs, output(inputs), dimension(inputs.get(0)));
  }

  @Override
  public void write(ObjectNode config) {
    config.put("axis", axis);
  }

  public static Concatenate read(JsonObject config) throws ModelFormatException {
    int axis = config.has("axis") ? config.integer("axis") : -1;
    return new Concatenate(config.text("name"), axis);
  }

  private static final class Bound extends Junction {
    /** The values of each input that lie side by side, and their sum. */
    private final int[] runs;

    private final int period;

    Bound(List<Shape> inputs, Shape output, int dimension) {
      super(inputs, output);
      runs = inputs.stream().mapToInt(input -> run(input, dimension)).toArray();
      period = run(output, dimension);
    }

    private static int run(Shape shape, int dimension) {
      List<Integer> dimensions = shape.dimensions();
      return dimensions.subList(dimension, dimensions.size()).stream().reduce(1, (a, b) -> a * b);
    }

    @Override
    public void forward(List<FMatrixRMaj> xs, int from, int to) {
      int begin = 0;
      for (int input = 0; input < runs.length; input++) {
        FMatrixRMaj x = xs.get(input);
        int run = runs[input];
        int place = from * y.numCols + begin;
        for (int i = from * x.numCols; i < to * x.numCols; i += run, place += period) {
          System.arraycopy(x.data, i, y.data, place, run);
        }
        begin += run;
      }
    }

    @Override
    public FMatrixRMaj backward(List<FMatrixRMaj> xs, FMatrixRMaj dy, int input, int from, int to) {
      FMatrixRMaj dx = dx(input);
      int run = runs[input];
      int place = from * dy.numCols;
      for (int other = 0; other < input; other++) {
        place += runs[other];
      }
      for (int i = from * dx.numCols; i < to * dx.numCols; i += run, place += period) {
        System.arraycopy(dy.data, place, dx.data, i, run);
      }
      return dx;
    }
  }
}
