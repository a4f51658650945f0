package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.jspecify.annotations.Nullable;

/** {@code y = f(x w + b)}, {@code x: [batch x in]}, {@code w: [in x units]}, {@code b: [units]}. */
public record Dense(String name, int units, Function activation) implements Layer {
  public Dense {
    Sizes.requireAtLeastOne(name, "units", units);
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
    return KernelAndBias.variables(input.size(), units);
  }

  @Override
  public long multiplications(Shape input) {
    return (long) input.size() * units;
  }

  @Override
  public boolean endsInSoftmax() {
    return activation == Function.SOFTMAX;
  }

  @Override
  public Optional<Layer> withOutputs(int outputs) {
    return Optional.of(new Dense(name, outputs, activation));
  }

  @Override
  public Optional<Layer> fused(Layer next) {
    return KernelAndBias.takesOver(activation, next)
        ? Optional.of(new Dense(name, units, Function.RELU))
        : Optional.empty();
  }

  @Override
  public List<Operation> bind(int index, Shape input, List<Variable> variables) {
    Shape output = output(input);
    Bound sums = new Bound(input, output, variables, activation);
    return KernelAndBias.bind(sums, activation, output);
  }

  @Override
  public void write(ObjectNode config) {
    config.put("units", units);
    KernelAndBias.write(config, activation);
  }

  public static Dense read(JsonObject config) throws ModelFormatException {
    Function function = KernelAndBias.read(config);
    return new Dense(config.text("name"), config.integer("units"), function);
  }

  /** Steps its variables itself, with each gradient as soon as it is there. */
  private static final class Bound extends KernelAndBias.Sums {
    private final List<Variable> variables;

    Bound(Shape input, Shape output, List<Variable> variables, Function function) {
      super(input, output, variables, function);
      this.variables = variables;
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsForDense(x.numRows);
      pass.kernels().dense(x, pass.w(), at, relu, y);
      pass.wroteDense(x.numRows);
      return y;
    }

    @Override
    protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
      pass.readsForDense(dy.numRows);
      pass.kernels().denseInputGradient(dy, pass.w(), at, dx);
      pass.wroteDense(dy.numRows);
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      @Nullable Update update = pass.update();
      if (update == null) {
        pass.kernels().denseGradient(x, dy, pass.gradient(), at);
      } else {
        pass.kernels().denseUpdate(x, dy, pass.w(), pass.gradient(), at, update);
      }
    }

    @Override
    public List<Variable> steps() {
      return variables;
    }
  }
}
