package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Computation;
import org.epochflow.model.nn.Ending;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = f(x w + b)}, {@code x: [batch x ... x in]}, {@code w: [in x units]}, {@code b:
 * [units]}: the values along the last dimension become {@code units} others, with the same weights
 * at every place.
 */
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
    return input.withLast(units);
  }

  @Override
  public List<Variable> variables(Shape input) {
    return weights.variables(units, weights.kernel(0, KERNEL, input.last(), units));
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
  public Optional<Computation> fused(Layer next) {
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

    /** The vectors of an example. */
    private final int vectors;

    Bound(Shape input, Shape output, List<Variable> variables, Dense layer) {
      super(input, output, variables.get(0), layer.activation);
      this.variables = variables;
      biased = layer.weights.useBias();
      steps = !layer.weights.penalties().ofVariables();
      vectors = input.size() / input.last();
    }

    @Override
    public FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      reads(pass, x);
      pass.kernels().dense(vectors(x), pass.w(), at, biased, relu, vectors(y));
      wrote(pass, x);
      return y;
    }

    @Override
    protected FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy) {
      reads(pass, dy);
      pass.kernels().denseInputGradient(vectors(dy), pass.w(), at, biased, vectors(dx));
      wrote(pass, dy);
      return dx;
    }

    @Override
    public void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      @Nullable Update update = pass.update();
      FMatrixRMaj from = vectors(x);
      FMatrixRMaj to = vectors(dy);
      if (update == null || !steps) {
        pass.kernels().denseGradient(from, to, pass.gradient(), at, biased);
      } else {
        pass.kernels().denseUpdate(from, to, pass.w(), pass.gradient(), at, biased, update);
      }
    }

    /** The same values, one vector a row. */
    private FMatrixRMaj vectors(FMatrixRMaj m) {
      return vectors == 1 ? m : FMatrixRMaj.wrap(m.numRows * vectors, m.numCols / vectors, m.data);
    }

    /** A thread's share of the vectors may begin or end within an example. */
    private void reads(Pass pass, FMatrixRMaj examples) {
      if (vectors == 1) {
        pass.readsForDense(examples.numRows);
      } else {
        pass.readsAll();
      }
    }

    private void wrote(Pass pass, FMatrixRMaj examples) {
      if (vectors == 1) {
        pass.wroteDense(examples.numRows);
      } else {
        pass.wroteValues();
      }
    }

    @Override
    public List<Variable> steps() {
      return steps ? variables : List.of();
    }
  }
}
