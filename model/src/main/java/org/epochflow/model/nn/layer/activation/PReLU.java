package org.epochflow.model.nn.layer.activation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * {@code y = x} where {@code x > 0}, else {@code y = alpha x}, with alpha learnt: one for each
 * value of an example, {@code alpha: [the input's dimensions]}, but one for all along the axes that
 * share it, whose dimensions are 1.
 *
 * @param sharedAxes as Keras counts them: 1 and 2 are an image's height and width
 * @param regularizer what alpha adds to the loss
 */
public record PReLU(
    String name, Initializer alpha, List<Integer> sharedAxes, Regularizer regularizer)
    implements Layer {
  private static final String ALPHA_INITIALIZER = "alpha_initializer";
  private static final String ALPHA_REGULARIZER = "alpha_regularizer";
  private static final String ALPHA_CONSTRAINT = "alpha_constraint";
  private static final String SHARED_AXES = "shared_axes";

  public PReLU {
    sharedAxes = List.copyOf(sharedAxes);
  }

  /** One whose alpha adds nothing to the loss. */
  public PReLU(String name, Initializer alpha, List<Integer> sharedAxes) {
    this(name, alpha, sharedAxes, Regularizer.NONE);
  }

  @Override
  public Shape output(Shape input) {
    int rank = input.dimensions().size();
    for (int axis : sharedAxes) {
      if (axis < 1 || axis > rank) {
        throw new ArchitectureException(
            "Layer %s: expected shared_axes from 1 to %s, found %s"
                .formatted(name, rank, sharedAxes));
      }
    }
    return input;
  }

  @Override
  public List<Variable> variables(Shape input) {
    List<Integer> dimensions = new ArrayList<>(output(input).dimensions());
    for (int axis : sharedAxes) {
      dimensions.set(axis - 1, 1);
    }
    return List.of(new Variable("alpha", dimensions, alpha, regularizer));
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    return List.of(new Bound(input, variables.get(0)));
  }

  @Override
  public void write(ObjectNode config) {
    config.set(ALPHA_INITIALIZER, alpha.json());
    regularizer.write(config, ALPHA_REGULARIZER);
    config.putNull(ALPHA_CONSTRAINT);
    if (sharedAxes.isEmpty()) {
      config.putNull(SHARED_AXES);
    } else {
      ArrayNode axes = config.putArray(SHARED_AXES);
      sharedAxes.forEach(axes::add);
    }
  }

  public static PReLU read(JsonObject config) throws ModelFormatException {
    config.expect(ALPHA_CONSTRAINT, "null");
    List<Integer> axes = new ArrayList<>();
    if (config.has(SHARED_AXES)) {
      for (JsonNode axis : config.list(SHARED_AXES)) {
        axes.add(axis.isInt() ? axis.intValue() : 0);
      }
    }
    Initializer alpha = Initializer.read(config, ALPHA_INITIALIZER, Initializer.ZEROS);
    return new PReLU(config.text("name"), alpha, axes, Regularizer.read(config, ALPHA_REGULARIZER));
  }

  private static final class Bound extends Operation {
    private final Variable alpha;

    /** Each value's alpha, from the first of them. */
    private final int[] places;

    /** The gradient of each value's alpha, by example. */
    private float[] slopes = {};

    Bound(Shape shape, Variable alpha) {
      super(shape, shape);
      this.alpha = alpha;
      places = places(shape.dimensions(), alpha.dimensions());
    }

    private static int[] places(List<Integer> dimensions, List<Integer> shared) {
      int[] places = {0};
      for (int axis = 0; axis < dimensions.size(); axis++) {
        int size = dimensions.get(axis);
        int own = shared.get(axis);
        int[] next = new int[places.length * size];
        for (int i = 0; i < next.length; i++) {
          next[i] = places[i / size] * own + (own == 1 ? 0 : i % size);
        }
        places = next;
      }
      return places;
    }

    @Override
    public void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      int size = examples * alpha.size();
      if (slopes.length < size) {
        slopes = new float[size];
      }
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      float[] w = pass.w();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        int from = row * x.numCols;
        for (int i = 0; i < x.numCols; i++) {
          float value = x.data[from + i];
          float slope = w[alpha.offset() + places[i]];
          y.data[from + i] = Math.max(value, 0) + slope * Math.min(value, 0);
        }
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      pass.readsExamples();
      int to = pass.share().to(x.numRows);
      for (int row = pass.share().from(x.numRows); row < to; row++) {
        slopes(x, dy, row);
        if (inputGradient) {
          inputGradient(pass.w(), x, dy, row);
        }
      }
      pass.wroteExamples();
      return inputGradient ? dx : dy;
    }

    private void slopes(FMatrixRMaj x, FMatrixRMaj dy, int row) {
      int first = row * alpha.size();
      Arrays.fill(slopes, first, first + alpha.size(), 0f);
      for (int i = 0; i < x.numCols; i++) {
        int at = row * x.numCols + i;
        slopes[first + places[i]] += dy.data[at] * Math.min(x.data[at], 0);
      }
    }

    private void inputGradient(float[] w, FMatrixRMaj x, FMatrixRMaj dy, int row) {
      for (int i = 0; i < x.numCols; i++) {
        int at = row * x.numCols + i;
        float slope = x.data[at] > 0 ? 1 : w[alpha.offset() + places[i]];
        dx.data[at] = dy.data[at] * slope;
      }
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      float[] gradient = pass.gradient();
      int size = alpha.size();
      int from = pass.share().from(size);
      int to = pass.share().to(size);
      Arrays.fill(gradient, alpha.offset() + from, alpha.offset() + to, 0f);
      for (int row = 0; row < x.numRows; row++) {
        for (int i = from; i < to; i++) {
          gradient[alpha.offset() + i] += slopes[row * size + i];
        }
      }
    }
  }
}
