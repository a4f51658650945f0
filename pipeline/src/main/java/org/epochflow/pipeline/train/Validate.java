package org.epochflow.pipeline.train;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Validation;
import org.epochflow.pipeline.execute.Groups;

/**
 * Runs the epoch's final model over the validation examples in parallel. An element is some chunks
 * with the rounds that gave the model, under a key that spreads them. The reports have one key, so
 * that they arrive at one place.
 */
final class Validate
    extends PTransform<
        PCollection<KV<Integer, Reports.Assignment>>, PCollection<KV<Integer, Reports.Validated>>> {
  private static final long serialVersionUID = 1L;
  private final ValidateFn validate;

  Validate(EpochPlan plan, Groups groups) {
    validate = new ValidateFn(plan, groups.perProcess());
  }

  @Override
  public PCollection<KV<Integer, Reports.Validated>> expand(
      PCollection<KV<Integer, Reports.Assignment>> chunks) {
    return chunks
        .apply("Spread", GroupByKey.create())
        .apply("ValidateChunks", ParDo.of(validate))
        .setCoder(Reports.KEYED_VALIDATED);
  }

  private static final class ValidateFn
      extends DoFn<KV<Integer, Iterable<Reports.Assignment>>, KV<Integer, Reports.Validated>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;
    private final int perProcess;

    ValidateFn(EpochPlan plan, int perProcess) {
      packed = new EpochPlan.Packed(plan);
      this.perProcess = perProcess;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Assignment>> element,
        OutputReceiver<KV<Integer, Reports.Validated>> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Reports.Assignment chunks = element.getValue().iterator().next();
      Reports.Rounds last = chunks.before();
      float[] parameters = Worker.read(plan, last.state()).parameters();
      int threads = ReplicaThreads.processors(perProcess);
      Validation validation =
          Worker.work(plan).validate(parameters, chunks.from(), chunks.to(), threads);
      out.output(KV.of(0, new Reports.Validated(last, chunks.from(), validation)));
    }
  }
}
