package org.epochflow.pipeline.experiment;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.ReplicaThreads;

/**
 * An experiment that is asked for: trainings over the same data.
 *
 * @param request the text that its folder keeps, by which the experiment can be asked for again
 * @param candidates in the order of their trials' numbers
 */
public record ExperimentJob(String request, List<Candidate> candidates) {
  public ExperimentJob {
    candidates = List.copyOf(candidates);
  }

  /**
   * A training to be tried.
   *
   * @param options those in which it differs from the others, by name, in order
   * @param again a text by which it can be trained again alone
   */
  public record Candidate(Map<String, String> options, TrainingJob training, String again) {
    public Candidate {
      options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }
  }

  /** An experiment whose trials are runs. */
  record Begun(PreparedData data, List<Trial> trials) {}

  /**
   * Reads the data, and makes every candidate a run that is not one yet. On a failure before the
   * first is one, nothing is left.
   *
   * @param notices receives what the user should know of the data
   */
  Begun begin(ExperimentFolder folder, Execution execution, Consumer<String> notices)
      throws IOException {
    if (folder.asked().isEmpty()) {
      folder.begin(request);
    }
    folder.deleteUnfinished();
    try {
      PreparedData data = prepare(folder, execution, notices);
      for (Candidate candidate : candidates) {
        requireSound(candidate.training(), data);
      }
      List<Trial> trials = new ArrayList<>();
      for (int i = 0; i < candidates.size(); i++) {
        Candidate candidate = candidates.get(i);
        RunFolder run = folder.run(i + 1);
        if (!run.isRun()) {
          run.claim();
          new TrainingRun(run, execution, ReplicaThreads.EVEN, Listeners.none())
              .begin(data, candidate.training());
        }
        trials.add(new Trial(i + 1, candidate.options(), run));
      }
      return new Begun(data, trials);
    } catch (IOException | RuntimeException e) {
      folder.discard();
      throw e;
    }
  }

  /** Reads the data, which must be what the first trial began with, if that is a run. */
  private PreparedData prepare(
      ExperimentFolder folder, Execution execution, Consumer<String> notices) throws IOException {
    TrainingJob any = candidates.get(0).training();
    DataFiles files = any.files().orElseThrow();
    RunFolder first = folder.run(1);
    PrepareData preparation =
        new PrepareData(files, any.model().classes(), any.model().knownNames(), folder.data());
    preparation.notices().forEach(notices);
    for (Candidate candidate : candidates) {
      candidate.training().config(preparation.image()); // refuses what is too large to train
    }
    return preparation.read(
        execution,
        any.maxRejected(),
        first.isRun() ? RunConfig.of(first)::requireSame : data -> {});
  }

  private static void requireSound(TrainingJob training, PreparedData data) throws IOException {
    int classes = data.dataSet().train().classes();
    if (training.model().classes() != classes) {
      throw new BadDataException(
          String.format(
              Locale.ROOT,
              "Expected models of %d classes, found %s of %d",
              classes,
              training.model().name(),
              training.model().classes()));
    }
    TrainingConfig config = training.config(data.image());
    data.requireExamples(config);
  }
}
