package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.nn.Variable;

/**
 * Muon (Jordan, 2024; Liu et al., 2025, arXiv 2502.16982) as Keras steps it. Matrices, the kernels
 * of dense layers, move by a rotation, see {@link Orthogonal}; all other variables by {@link AdamW}
 * at the same rate.
 */
public record Muon(
    @Setting(
            value = "How much of the mean of the gradients each step keeps",
            atLeast = 0,
            below = 1)
        double beta1,
    @Setting(
            value = "How much of the mean of the squared gradients each step keeps",
            atLeast = 0,
            below = 1)
        double beta2,
    @Setting(value = "Added to the divisor, which may be near 0", above = 0) double epsilon,
    @Setting(value = "Weight decay of what is no matrix", atLeast = 0) double adamWeightDecay,
    @Setting(value = "Share of the last step that is added to each step", atLeast = 0, below = 1)
        double momentum,
    @Setting("Take the gradient as if the momentum had already moved the parameters")
        boolean nesterov,
    @Setting(
            value = "Size of a matrix's step, times the root of its larger side; 0 leaves both out",
            atLeast = 0)
        double rmsRate,
    @JsonUnwrapped CommonSettings common)
    implements Optimizer {
  /** With Keras's settings. */
  public Muon() {
    this(
        0.9,
        0.999,
        1e-7,
        AdamW.WEIGHT_DECAY,
        0.95,
        true,
        0.2,
        CommonSettings.decay(AdamW.WEIGHT_DECAY));
  }

  @Override
  public String name() {
    return "muon";
  }

  /** A matrix has no v. */
  @Override
  public List<String> slots() {
    return List.of("m", "v");
  }

  @Override
  public double defaultRate() {
    return 0.001;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    return new Adam(beta1, beta2, epsilon).step(slots, rate, t);
  }

  @Override
  public double decay() {
    return adamWeightDecay;
  }

  @Override
  public boolean stepsWhole(Variable variable) {
    return variable.dimensions().size() == 2;
  }

  @Override
  public Optional<WholeStep> whole(Variable variable, Stepper.Parameters parameters) {
    return stepsWhole(variable)
        ? Optional.of(new Orthogonal(this, variable, parameters))
        : Optional.empty();
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object().put("adam_beta_1", beta1).put("adam_beta_2", beta2);
    settings.put("epsilon", epsilon).putArray("exclude_layers");
    settings.put("muon_a", Orthogonal.A).put("muon_b", Orthogonal.B).put("muon_c", Orthogonal.C);
    settings.put("adam_lr_ratio", 1).put("momentum", momentum).put("ns_steps", Orthogonal.TURNS);
    settings.put("nesterov", nesterov).put("exclude_embeddings", true);
    settings.put("adam_weight_decay", adamWeightDecay);
    if (rmsRate == 0) {
      settings.putNull("rms_rate");
    } else {
      settings.put("rms_rate", rmsRate);
    }
    return new KerasForm("Muon", settings);
  }

  /** Adam's means are called so. */
  @Override
  public String kerasName(String setting) {
    String name = Optimizer.super.kerasName(setting);
    return setting.startsWith("beta") ? "adam_" + name : name;
  }

  @Override
  public int kerasPlace(int variable, int slot, List<Variable> variables) {
    if (slot == 1 && stepsWhole(variables.get(variable))) {
      return -1;
    }
    int matrices = (int) variables.stream().limit(variable).filter(this::stepsWhole).count();
    return 2 * variable - matrices + slot;
  }
}
