package org.epochflow.model.nn.layer.normalization;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.Variable;

/**
 * What normalised values are multiplied by and what is added then, each learnt for each channel:
 * {@code gamma: [channels]}, {@code beta: [channels]}.
 *
 * @param center whether there is a beta, else 0
 * @param scale whether there is a gamma, else 1
 */
public record GammaAndBeta(
    boolean center,
    boolean scale,
    Initializer beta,
    Initializer gamma,
    Regularizer betaRegularizer,
    Regularizer gammaRegularizer)
    implements Serializable {
  /** Both, 1 and 0 at first. */
  public static final GammaAndBeta DEFAULT =
      new GammaAndBeta(true, true, Initializer.ZEROS, Initializer.ONES);

  private static final String BETA = "beta";
  private static final String GAMMA = "gamma";
  private static final String BETA_REGULARIZER = "beta_regularizer";
  private static final String GAMMA_REGULARIZER = "gamma_regularizer";
  private static final List<String> UNSUPPORTED = List.of("beta_constraint", "gamma_constraint");

  /** Those that add nothing to the loss. */
  public GammaAndBeta(boolean center, boolean scale, Initializer beta, Initializer gamma) {
    this(center, scale, beta, gamma, Regularizer.NONE, Regularizer.NONE);
  }

  /** Those that there are, gamma first. */
  List<Variable> variables(Shape input) {
    List<Integer> channels = List.of(input.last());
    List<Variable> variables = new ArrayList<>();
    if (scale) {
      variables.add(new Variable(GAMMA, channels, gamma, gammaRegularizer));
    }
    if (center) {
      variables.add(new Variable(BETA, channels, beta, betaRegularizer));
    }
    return variables;
  }

  void writeFlags(ObjectNode config) {
    config.put("center", center).put("scale", scale);
  }

  void writeInitializers(ObjectNode config) {
    config.set("beta_initializer", beta.json());
    config.set("gamma_initializer", gamma.json());
  }

  /** Writes their regularizers, and that there are no constraints. */
  void writeRegularizers(ObjectNode config) {
    betaRegularizer.write(config, BETA_REGULARIZER);
    gammaRegularizer.write(config, GAMMA_REGULARIZER);
    UNSUPPORTED.forEach(config::putNull);
  }

  static GammaAndBeta read(JsonObject config) throws ModelFormatException {
    for (String setting : UNSUPPORTED) {
      config.expect(setting, "null");
    }
    return new GammaAndBeta(
        flag(config, "center"),
        flag(config, "scale"),
        Initializer.read(config, "beta_initializer", Initializer.ZEROS),
        Initializer.read(config, "gamma_initializer", Initializer.ONES),
        Regularizer.read(config, BETA_REGULARIZER),
        Regularizer.read(config, GAMMA_REGULARIZER));
  }

  private static boolean flag(JsonObject config, String name) throws ModelFormatException {
    config.expect(name, "true", "false");
    return config.node().path(name).asBoolean(true);
  }

  /** Where they are in the flat vector, and what there is without them. */
  static final class Places {
    private static final int NONE = -1;

    private final int gamma;
    private final int beta;

    /**
     * @param variables those of the layer, with {@link GammaAndBeta#variables} first
     */
    Places(GammaAndBeta of, List<Variable> variables) {
      gamma = of.scale ? variables.get(0).offset() : NONE;
      beta = of.center ? variables.get(of.scale ? 1 : 0).offset() : NONE;
    }

    float gamma(float[] w, int channel) {
      return gamma == NONE ? 1 : w[gamma + channel];
    }

    float beta(float[] w, int channel) {
      return beta == NONE ? 0 : w[beta + channel];
    }

    /** Writes a channel's gradients to their places. */
    void learn(float[] gradient, int channel, float dGamma, float dBeta) {
      if (gamma != NONE) {
        gradient[gamma + channel] = dGamma;
      }
      if (beta != NONE) {
        gradient[beta + channel] = dBeta;
      }
    }
  }
}
