package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.util.Optional;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.evaluate.Evaluation;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.registry.LedgerEntry.Comparison;
import org.epochflow.pipeline.registry.LedgerEntry.Figures;
import org.epochflow.pipeline.registry.Retraining.Night;
import org.epochflow.pipeline.registry.Retraining.Order;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.jspecify.annotations.Nullable;

/** A night's work, up to its decision. */
final class Attempt {
  private final Retraining retraining;
  private final Registry registry;
  private final Order order;
  private final OpenLedger decisions;

  Attempt(Retraining retraining, Order order, OpenLedger decisions) {
    this.retraining = retraining;
    this.registry = retraining.registry();
    this.order = order;
    this.decisions = decisions;
  }

  Night run() throws IOException {
    RetrainingRequest request = RetrainingRequest.of(order.files(), order.identity());
    Optional<Integer> unfinished = unfinished(request);
    Optional<LedgerEntry> same =
        decisions.ledger().lastAttempt().filter(last -> request.equals(last.request()));
    if (unfinished.isEmpty() && same.isPresent() && !order.force()) {
      return new Night(same.get(), true);
    }
    Optional<Champion> champion = Champion.of(registry, decisions.ledger());
    if (champion.isPresent()) {
      champion.get().requireFit(order.training().model().classes());
    }
    int version = unfinished.isPresent() ? unfinished.get() : registry.next(decisions.ledger());
    registry.open(version, request);
    return new Night(decisions.record(train(version, request, champion)), false);
  }

  /**
   * The version to resume; a version that cannot be resumed is abandoned.
   *
   * @throws RegistryException if it may be one that a lost ledger had decided on
   */
  private Optional<Integer> unfinished(RetrainingRequest request) throws IOException {
    Optional<Integer> version = registry.unfinished(decisions.ledger());
    Optional<String> obstacle =
        version.isPresent() ? obstacle(version.get(), request) : Optional.empty();
    if (obstacle.isEmpty()) {
      return version;
    }
    if (decisions.ledger().entries().isEmpty() && registry.run(version.get()).isFinished()) {
      throw registry.lost("a ledger with the decision on version " + Registry.name(version.get()));
    }
    decisions.record(LedgerEntry.of(Decision.ABANDONED, version.get(), obstacle.get()));
    registry.remove(version.get());
    return Optional.empty();
  }

  private Optional<String> obstacle(int version, RetrainingRequest request) throws IOException {
    if (!registry.request(version).equals(Optional.of(request))) {
      return Optional.of("data or configuration changed before it was done");
    }
    RunFolder folder = registry.run(version);
    try {
      if (folder.isRun()) {
        RunConfig.of(folder);
        folder.latest();
      }
      return Optional.empty();
    } catch (ModelFormatException damaged) {
      return Optional.of("damaged before it was done: " + damaged.getMessage());
    }
  }

  private LedgerEntry train(int version, RetrainingRequest request, Optional<Champion> champion)
      throws IOException {
    RunFolder folder = registry.run(version);
    Execution execution = order.runner().connect();
    TrainingRun run =
        new TrainingRun(folder, execution, ReplicaThreads.EVEN, retraining.listeners());
    boolean begun = folder.isRun();
    PreparedData data = begun ? prepareAgain(folder, run) : run.prepare(order.training());
    Optional<Drift> drift = Optional.empty();
    if (champion.isPresent()) {
      champion.get().requireFit(data.train());
      drift = Optional.of(champion.get().driftTo(data));
    }
    Subject subject = Subject.of(version, request, data, drift);
    if (!begun && drift.isPresent() && isTooFar(drift.get())) {
      registry.remove(version);
      return subject.untrained(Decision.DRIFTED, tooFar(drift.get()));
    }
    TrainingState state = begun ? folder.latest() : begin(run, data, champion);
    TrainingState stopped = run.train(state, data, decisions.lease());
    Optional<Evaluation> challenger = run.finish(stopped, data);
    if (stopped.stopReason().equals(Optional.of(StopReason.NOT_FINITE)) || challenger.isEmpty()) {
      String why = "the loss was no longer finite in epoch " + stopped.epoch();
      return subject.trained(Decision.DIVERGED, why, null);
    }
    String sha256 = folder.metrics().required("parameters_sha256").asText();
    Challenge.requireSame(folder.bestModel(), sha256, data, challenger.get());
    @Nullable Integer topK = stopped.config().stopping().topK();
    Score score = Score.of(version, challenger.get(), topK);
    Figures figures = new Figures(score, null, null, sha256);
    if (champion.isPresent()) {
      Evaluation other = champion.get().evaluate(execution, data, folder.work());
      Storage.deleteAll(folder.work());
      figures =
          new Figures(
              score,
              Score.of(champion.get().version(), other, topK),
              Comparison.of(Challenge.compare(other, challenger.get())),
              sha256);
    }
    Gates.Verdict verdict =
        order
            .gates()
            .judge(score, Optional.ofNullable(figures.champion()), stopped.config().classNames());
    return subject.trained(
        verdict.passed() ? Decision.PROMOTED : Decision.REFUSED, verdict.why(), figures);
  }

  /** What a decision is about. */
  private record Subject(
      int version, RetrainingRequest request, LedgerEntry.Data data, @Nullable Drift drift) {
    static Subject of(
        int version, RetrainingRequest request, PreparedData data, Optional<Drift> drift) {
      return new Subject(
          version,
          request,
          new LedgerEntry.Data(
              data.train().parts().size(),
              data.dataSet().train().examples(),
              data.test().parts().size(),
              data.dataSet().test().examples()),
          drift.orElse(null));
    }

    LedgerEntry untrained(Decision decision, String why) {
      return new LedgerEntry(0, "", decision, null, why, request, data, drift, null);
    }

    LedgerEntry trained(Decision decision, String why, @Nullable Figures figures) {
      return new LedgerEntry(0, "", decision, version, why, request, data, drift, figures);
    }
  }

  private PreparedData prepareAgain(RunFolder folder, TrainingRun run) throws IOException {
    RunConfig saved = RunConfig.of(folder);
    PreparedData data = run.prepareAgain(saved, order.files());
    folder.configure(saved.movedTo(saved.training(), order.files()).toJson());
    return data;
  }

  private boolean isTooFar(Drift drift) {
    @Nullable Double limit = order.maxDrift();
    return limit != null && drift.largest() > limit;
  }

  private String tooFar(Drift drift) {
    return "the training data are %s from the champion's, above --maxDrift=%s"
        .formatted(Gates.figure(drift.largest()), order.maxDrift());
  }

  private TrainingState begin(TrainingRun run, PreparedData data, Optional<Champion> champion)
      throws IOException {
    TrainingJob training = order.training();
    if (!order.warmStart() || champion.isEmpty()) {
      return run.begin(data, training);
    }
    champion.get().requireNetwork(training.config(data.image()).architecture());
    return run.begin(data, training.from(champion.get().model()));
  }
}
