package org.epochflow.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import java.util.Set;
import org.epochflow.model.format.ConfigJson;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.RejectionBudget;

/**
 * What may be asked of a run that continues: the settings it began with, or none, and more epochs.
 *
 * @param saved the configuration it began with
 * @param job what is asked for now
 */
record Resumption(TrainingConfig saved, TrainingJob job) {
  private static final String EPOCHS = "epochs";
  private static final String MAX_REJECTED = "maxRejected";
  private static final String PIXELS = "pixels";

  /** Settings that a configuration has only where they are not the usual ones. */
  private static final Set<String> OF_LOSS = Set.of("labelSmoothing", "classWeights");

  /**
   * The configuration to continue with.
   *
   * @throws ResumptionException naming a setting that would make it another run
   * @throws org.epochflow.model.kernel.KernelsUnavailableException if this JVM lacks its kernels
   */
  TrainingConfig config() throws ResumptionException {
    Kernels.named(saved.kernels());
    TrainingConfig asked = job.configLike(saved);
    JsonNode before = ConfigJson.toTree(saved);
    JsonNode now = ConfigJson.toTree(asked);
    for (String name : job.givenInOrder()) {
      if (name.equals(PIXELS)) {
        requireSame(name, saved.preprocessing().scale().word(), pixels());
      } else if (before.has(name) || now.has(name) || OF_LOSS.contains(name)) {
        requireSame(name, text(before.path(name)), text(now.path(name)));
      } else if (!name.equals(MAX_REJECTED)) {
        requireSameNetwork(name);
      }
    }
    if (!job.given().contains(EPOCHS)) {
      return saved;
    } else if (asked.epochs() < saved.epochs()) {
      throw new ResumptionException(
          String.format(
              Locale.ROOT,
              "Expected --epochs of %d or more, as the run has, found %d",
              saved.epochs(),
              asked.epochs()));
    }
    return saved.withEpochs(asked.epochs());
  }

  private String pixels() {
    return job.pixels().map(Preprocessing.Scale::word).orElse("none");
  }

  private static String text(JsonNode setting) {
    return setting.isArray() ? setting.toString() : setting.asText("none");
  }

  private void requireSame(String name, Object before, Object now) throws ResumptionException {
    if (!name.equals(EPOCHS) && !before.equals(now)) {
      throw new ResumptionException(
          "Expected --%s=%s, as in the run, or not at all, found %s; only --epochs may change"
              .formatted(name, before, now));
    }
  }

  /** A setting that is none of the configuration's shapes the network. */
  private void requireSameNetwork(String name) throws ResumptionException {
    if (isSameNetwork()) {
      return;
    } else if (name.equals("model")) {
      requireSame(name, saved.architecture().name(), job.model().name().replace("--model=", ""));
    } else if (name.equals("classes")) {
      requireSame(name, saved.architecture().classes(), job.model().classes());
    } else {
      throw new ResumptionException(
          "Expected --%s as in the run, or not at all; only --epochs may change".formatted(name));
    }
  }

  private boolean isSameNetwork() {
    Shape image = saved.preprocessing().image();
    Shape input = saved.architecture().input();
    try {
      return saved
          .architecture()
          .equals(
              job.model().network().apply(image == null ? input : image, saved.preprocessing()));
    } catch (ArchitectureException tooSmall) {
      return false; // Another preset need not fit the run's images.
    }
  }

  /** Refuses another limit of rejected records than the run has. */
  void requireSameBudget(RejectionBudget maxRejected) throws ResumptionException {
    if (job.given().contains(MAX_REJECTED)) {
      requireSame(MAX_REJECTED, maxRejected, job.maxRejected());
    }
  }
}
