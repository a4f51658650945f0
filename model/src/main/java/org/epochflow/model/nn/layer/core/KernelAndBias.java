package org.epochflow.model.nn.layer.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Operation;
import org.epochflow.model.nn.Pass;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * What layers have in common that apply a function to {@code x * kernel + bias}: their variables,
 * the settings of those in Keras's JSON, and the function, a relu at once with the sums.
 *
 * @param useBias whether there is a bias
 * @param kernels what each kernel starts from: all layers have one but SeparableConv2D, which has
 *     two
 * @param bias what the bias starts from
 * @param penalties what they and the layer's outputs add to the loss
 */
public record KernelAndBias(
    boolean useBias, List<Initializer> kernels, Initializer bias, Penalties penalties)
    implements Serializable {
  private static final String REGULARIZER = "_regularizer";
  private static final String BIAS_REGULARIZER = "bias_regularizer";

  /** Keras's defaults for one kernel. */
  public static final KernelAndBias STANDARD =
      new KernelAndBias(true, List.of(Initializer.GLOROT_UNIFORM), Initializer.ZEROS);

  public KernelAndBias {
    kernels = List.copyOf(kernels);
  }

  /** Those that add nothing to the loss. */
  public KernelAndBias(boolean useBias, List<Initializer> kernels, Initializer bias) {
    this(useBias, kernels, bias, Penalties.NONE);
  }

  /** The same without a bias. */
  public KernelAndBias withoutBias() {
    return new KernelAndBias(false, kernels, bias, penalties);
  }

  /** The same, but for what they add to the loss. */
  public KernelAndBias with(Penalties other) {
    return new KernelAndBias(useBias, kernels, bias, other);
  }

  /** The same with this factor of the squares of all kernels. */
  public KernelAndBias withKernelL2(double l2) {
    List<Regularizer> regularizers =
        IntStream.range(0, kernels.size()).mapToObj(i -> penalties.kernel(i).withL2(l2)).toList();
    return with(new Penalties(regularizers, penalties.bias(), penalties.activity()));
  }

  /**
   * Refuses initializers that do not fit.
   *
   * @param count the layer's kernels; {@code rank} is the number of their dimensions
   */
  public void requireFit(String layer, int count, int rank) {
    Sizes.requireEqual(layer, "kernels", count, kernels.size());
    if (!penalties.kernels().isEmpty()) {
      Sizes.requireEqual(layer, "regularizers of kernels", count, penalties.kernels().size());
    }
    kernels.forEach(kernel -> kernel.requireRank(layer, rank));
    bias.requireRank(layer, 1);
  }

  /** A kernel of these dimensions. */
  public Variable kernel(int index, String name, Integer... dimensions) {
    return new Variable(name, List.of(dimensions), kernels.get(index), penalties.kernel(index));
  }

  /** The kernels, and a bias for each output if there is one. */
  public List<Variable> variables(int outputs, Variable... kernel) {
    List<Variable> variables = new ArrayList<>(List.of(kernel));
    if (useBias) {
      variables.add(new Variable("bias", List.of(outputs), bias, penalties.bias()));
    }
    return variables;
  }

  /**
   * Writes the settings.
   *
   * @param activity whether Keras writes an activity_regularizer also where there is none
   * @param names what the settings of each kernel begin with
   */
  public void write(ObjectNode config, Function function, boolean activity, String... names) {
    config.put("activation", function.kerasName()).put("use_bias", useBias);
    for (int i = 0; i < names.length; i++) {
      config.set(names[i] + "_initializer", kernels.get(i).json());
    }
    config.set("bias_initializer", bias.json());
    for (int i = 0; i < names.length; i++) {
      penalties.kernel(i).write(config, names[i] + REGULARIZER);
    }
    penalties.bias().write(config, BIAS_REGULARIZER);
    if (activity || !penalties.activity().isNone()) {
      penalties.activity().write(config, Penalties.ACTIVITY);
    }
    for (String name : names) {
      config.putNull(name + "_constraint");
    }
    config.putNull("bias_constraint");
  }

  /**
   * Reads what {@link #write} writes, and the names that Keras 1 had for it; refuses constraints,
   * and kernels of another form.
   */
  public static KernelAndBias read(JsonObject config, String... names) throws ModelFormatException {
    List<String> unsupported =
        new ArrayList<>(List.of("bias_constraint", "quantization_config", "lora_rank"));
    List<Initializer> kernels = new ArrayList<>();
    List<Regularizer> regularizers = new ArrayList<>();
    for (String name : names) {
      unsupported.add(name + "_constraint");
      kernels.add(Initializer.read(config, name + "_initializer", Initializer.GLOROT_UNIFORM));
      regularizers.add(Regularizer.read(config, name + REGULARIZER));
    }
    for (String name : unsupported) {
      config.expect(name, "null");
    }
    return new KernelAndBias(
        !config.has("use_bias") || config.truth("use_bias"),
        kernels,
        Initializer.read(config, "bias_initializer", Initializer.ZEROS),
        new Penalties(
            regularizers,
            Regularizer.read(config, BIAS_REGULARIZER),
            Regularizer.read(config, Penalties.ACTIVITY)));
  }

  /** Whether {@code next} is a relu that a layer without a function can take over. */
  public boolean takesOver(Function function, Layer next) {
    return function == Function.LINEAR
        && penalties.activity().isNone()
        && next instanceof Activation activation
        && activation.function() == Function.RELU;
  }

  /** The sums, which apply a relu themselves, and any other function after them. */
  public static List<Operation> bind(Sums sums, Function function, Shape output) {
    List<Operation> operations = new ArrayList<>(List.of(sums));
    if (function != Function.RELU) {
      operations.addAll(function.bind(output));
    }
    return operations;
  }

  /** The sums of a layer, its kernel at {@link #at} and its bias, if any, after it. */
  public abstract static class Sums extends Operation {
    protected final int at;
    protected final boolean relu;

    protected Sums(Shape input, Shape output, Variable kernel, Function function) {
      super(input, output);
      at = kernel.offset();
      relu = function == Function.RELU;
    }

    /** {@link #dx} for the gradient of the sums. */
    protected abstract FMatrixRMaj inputGradient(Pass pass, FMatrixRMaj dy);

    @Override
    public FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (relu) {
        pass.readsExamples();
        pass.kernels().reluGradient(y, dy);
        pass.wroteExamples();
      }
      return inputGradient ? inputGradient(pass, dy) : dy;
    }
  }
}
