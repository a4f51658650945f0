package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.time.Clock;
import java.util.function.Consumer;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.TrainingJob;
import org.epochflow.pipeline.run.TrainingListener;
import org.epochflow.pipeline.store.Lease;
import org.jspecify.annotations.Nullable;

/**
 * One night: a training of the next version, and the gates between it and the champion.
 *
 * @param clock dates the ledger's lines; nothing else follows from it
 * @param told receives every line of the ledger after it is written
 */
public record Retraining(
    Registry registry,
    Clock clock,
    Listeners<TrainingListener> listeners,
    Consumer<LedgerEntry> told) {
  /**
   * The request.
   *
   * @param warmStart whether to start from the champion's parameters, if there is a champion
   * @param force whether to train although nothing is new
   * @param maxDrift how far the training data may be from the champion's; any distance if null
   */
  public record Order(
      TrainingJob training,
      boolean warmStart,
      boolean force,
      Gates gates,
      @Nullable Double maxDrift,
      Runner runner) {
    DataFiles files() {
      return training.files().orElseThrow();
    }

    /** A text that differs if another training is asked for, whatever the data. */
    String identity() {
      return "%s\nwarmStart=%s\nmaxRejected=%s"
          .formatted(training.identity(), warmStart, training.maxRejected());
    }
  }

  /** Finds where pipelines run, once there is something to do. */
  @FunctionalInterface
  public interface Runner {
    Execution connect() throws IOException;
  }

  /**
   * What came of it.
   *
   * @param decision of this night; where nothing was new, of the last attempt
   */
  public record Night(LedgerEntry decision, boolean nothingNew) {}

  /** Determines the request; no other process may use the registry then. */
  @FunctionalInterface
  public interface Orders {
    Order order() throws IOException;
  }

  /**
   * Trains and decides. A failure is a line of the ledger too.
   *
   * @throws org.epochflow.pipeline.store.LeaseHeldException if another is at work here
   */
  public Night run(Orders orders) throws IOException {
    try (Lease lease = registry.lease(clock)) {
      OpenLedger decisions = new OpenLedger(this, lease);
      try {
        return new Attempt(this, orders.order(), decisions).run();
      } catch (IOException | RuntimeException e) {
        decisions.recordFailure(e);
        registry.removeIfEmpty();
        throw e;
      }
    }
  }
}
