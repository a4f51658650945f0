package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataSet;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.run.EvaluationRun;
import org.epochflow.pipeline.store.RunFolder;

/** The version that a challenger is held against. */
record Champion(int version, RunFolder run, SavedModel model) {
  /**
   * The champion, if there is one.
   *
   * @throws ModelFormatException if it is damaged: there is then nothing to compare with
   */
  static Optional<Champion> of(Registry registry, Ledger ledger) throws IOException {
    Optional<Integer> version = ledger.champion();
    if (version.isEmpty()) {
      return Optional.empty();
    }
    try {
      SavedModel model = registry.sound(version.get(), ledger);
      return Optional.of(new Champion(version.get(), registry.run(version.get()), model));
    } catch (ModelFormatException e) {
      throw new ModelFormatException(
          "The champion, version %s, is damaged; registry rollback or registry promote names"
                  .formatted(Registry.name(version.get()))
              + " another. "
              + e.getMessage(),
          e);
    }
  }

  /**
   * Refuses data of another kind, on which it could not be compared.
   *
   * @throws BadDataException naming what differs
   */
  void requireFit(int classes) throws BadDataException {
    if (classes != model.architecture().classes()) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected %d classes, as the champion, version %s, has, found %d",
              model.architecture().classes(),
              Registry.name(version),
              classes));
    }
  }

  /** The same for images. */
  void requireFit(Records images) throws BadDataException {
    Fit.require(
        "the champion, version " + Registry.name(version),
        model.preprocessing(),
        model.architecture().input(),
        images);
  }

  /**
   * Refuses a warm start of another network. How its images are augmented and the L2 regularizers
   * of its kernels may differ.
   *
   * @throws RegistryException naming both
   */
  void requireNetwork(Architecture architecture) throws RegistryException {
    if (!bare(architecture).equals(bare(model.architecture()))) {
      throw new RegistryException(
          "Expected --model=%s, shaped as the champion, version %s, for --warmStart, found %s"
              .formatted(model.architecture().name(), Registry.name(version), architecture.name()));
    }
  }

  private static Architecture bare(Architecture architecture) {
    return Augment.removedFrom(architecture).withKernelL2(0);
  }

  /** How far a night's training data are from those it was trained on. */
  Drift driftTo(PreparedData data) throws IOException {
    return Drift.between(DataSet.read(run.manifest()).train(), data.dataSet().train());
  }

  /** How it does on a night's test data. */
  Evaluation evaluate(Execution execution, PreparedData data, String work) throws IOException {
    return new EvaluationRun(execution, run.bestModel(), model, model.classNames())
        .test(data, work);
  }
}
