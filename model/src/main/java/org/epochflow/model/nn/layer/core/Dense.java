package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x w + b)}, {@code x: [batch x in]}, {@code w: [in x units]}, {@code b: [units]}. */
public record Dense(String name, int units, Function activation, KernelAndBias weights)
    implements Layer {
  private static final String KERNEL = "kernel";

  public Dense {
    Sizes.requireAtLeastOne(name, "units", units);
    weights.requireFit(name, 1, 2);
  }

  /** One with all else as Keras has it by default. */
  public Dense(String name, int units, Function activation) {
    this(name, units, activation, KernelAndBias.STANDARD);
  }

  @Override
  public Shape output(Shape input) {
    if (input.dimensions().size() != 1) {
      throw new ArchitectureException(
          "Layer %s: expected a vector, found %s; put a Flatten before it".formatted(name, input));
    }
    return Shape.of(units);
  }

  @Override
  public List<Variable> variables(Shape input) {
    return weights.variables(units, weights.kernel(0, KERNEL, input.size(), units));
  }

  @Override
  public long multiplications(Shape input) {
    return (long) input.size() * units;
  }

  @Override
  public Ending ending() {
    return activation.ending();
  }

  @Override
  public Optional<Layer> withOutputs(int outputs) {
    return Optional.of(new Dense(name, outputs, activation, weights));
  }

  @Override
  public Regularizer activityRegularizer() {
    return weights.penalties().activity();
  }

  @Override
  public Layer withKernelL2(double l2) {
    return new Dense(name, units, activation, weights.withKernelL2(l2));
  }

  @Override
  public Optional<Layer> fused(Layer next) {
    return weights.takesOver(activation, next)
        ? Optional.of(new Dense(name, units, Function.RELU, weights))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    Bound sums = new Bound(input, output, variables, this);
    return KernelAndBias.bind(sums, activation, output);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("units", units);
    weights.write(config, activation, false, KERNEL);
  }

  /** Keras 1 calls the units {@code output_dim}. */
  public static Dense read(JsonObject config) throws ModelFormatException {
    return new Dense(
        config.text("name"),
        config.integer("units"),
        Function.read(config),
        KernelAndBias.read(config, KERNEL));
  }

  /**
   * Steps its variables itself, with each gradient as soon as it is there, unless regularizers add
   * to the gradients.
   */
  private static final class Bound extends KernelAndBias.Sums {
    private final List<Variable> variables;
    private final boolean biased;
    private final boolean steps;

    Bound(Shape input, Shape output, List<Variable> variables, Dense layer) {
      super(input, output, variables.get(0), layer.activation);
      this.variables = variables;
      biased = layer.weights.useBias();
      steps = !layer.weights.penalties().ofVariables();
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsForDense(x.numRows);
      pass.kernels().dense(x, pass.w(), at, biased, relu, y);
      pass.wroteDense(x.numRows);
      return y;
    }

    @Override
    protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
      pass.readsForDense(dy.numRows);
      pass.kernels().denseInputGradient(dy, pass.w(), at, biased, dx);
      pass.wroteDense(dy.numRows);
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      @Nullable Update update = pass.update();
      if (update == null || !steps) {
        pass.kernels().denseGradient(x, dy, pass.gradient(), at, biased);
      } else {
        pass.kernels().denseUpdate(x, dy, pass.w(), pass.gradient(), at, biased, update);
      }
    }

    @Override
    public List<Variable> steps() {
      return steps ? variables : List.of();
    }
  }
}
