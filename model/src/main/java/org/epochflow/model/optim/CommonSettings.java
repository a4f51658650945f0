package org.epochflow.model.optim;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.OptBoolean;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What every optimiser of Keras takes besides its own settings; 0 is off. Gradients are clipped
 * first, in one of three ways: {@code clipnorm}, {@code g *= clipnorm / max(|g|, clipnorm)} with
 * the norm of each variable's gradient; {@code globalClipnorm}, the same with the norm of all
 * gradients together; {@code clipvalue}, each value to {@code -clipvalue} to {@code clipvalue}.
 * Then parameters decay, {@code w -= w weightDecay rate}, and then the optimiser steps.
 */
public record CommonSettings(
    @Setting(
            value = "Share of every parameter, times the learning rate, that each step takes away",
            atLeast = 0)
        @JsonInclude(Include.NON_DEFAULT)
        @JsonProperty(isRequired = OptBoolean.FALSE)
        double weightDecay,
    @Setting(
            value = "Largest norm of the gradient of a variable, to which a larger one is scaled",
            atLeast = 0)
        @JsonInclude(Include.NON_DEFAULT)
        @JsonProperty(isRequired = OptBoolean.FALSE)
        double clipnorm,
    @Setting(value = "Largest value of a gradient, to which larger ones are cut", atLeast = 0)
        @JsonInclude(Include.NON_DEFAULT)
        @JsonProperty(isRequired = OptBoolean.FALSE)
        double clipvalue,
    @Setting(
            value = "Largest norm of all gradients together, to which a larger one is scaled",
            atLeast = 0)
        @JsonInclude(Include.NON_DEFAULT)
        @JsonProperty(isRequired = OptBoolean.FALSE)
        double globalClipnorm)
    implements Serializable {
  /** All off. */
  public static final CommonSettings NONE = decay(0);

  /** Weight decay alone. */
  static CommonSettings decay(double weightDecay) {
    return new CommonSettings(weightDecay, 0, 0, 0);
  }

  /** Whether gradients are clipped, for which all of them must be there before a step. */
  boolean clips() {
    return clipnorm > 0 || clipvalue > 0 || globalClipnorm > 0;
  }

  /**
   * Checks that gradients are clipped in one way at most.
   *
   * @throws IllegalArgumentException naming those that were found
   */
  void requireOneClip() {
    List<String> found =
        new TreeMap<>(
                Map.of(
                    "clipnorm", clipnorm, "clipvalue", clipvalue, "globalClipnorm", globalClipnorm))
            .entrySet().stream()
                .filter(clip -> clip.getValue() > 0)
                .map(Map.Entry::getKey)
                .toList();
    if (found.size() > 1) {
      throw new IllegalArgumentException(
          "Expected one of clipnorm, clipvalue and globalClipnorm, found "
              + found.stream().collect(Collectors.joining(" and ")));
    }
  }
}
