package org.epochflow.pipeline.train;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.epochflow.model.train.ModelState;

/**
 * What the driver and a worker of an epoch hand to each other where they are one process: the model
 * it starts from, and its result. The driver need not wait for the runner to tidy up.
 *
 * @param start the model
 * @param result completed by the worker
 */
record Handover(ModelState start, CompletableFuture<TrainEpoch.Result> result) {
  private static final Map<String, Handover> OPEN = new ConcurrentHashMap<>();

  /** Opens that of an epoch, before its pipeline runs. */
  static void open(EpochPlan plan, ModelState start) {
    OPEN.put(plan.result(), new Handover(start, new CompletableFuture<>()));
  }

  /** That of an epoch, which is open. */
  static Handover of(EpochPlan plan) {
    return Objects.requireNonNull(OPEN.get(plan.result()), "an epoch of this process");
  }

  /** Forgets that of an epoch. */
  static void close(EpochPlan plan) {
    OPEN.remove(plan.result());
  }
}
