package org.epochflow.pipeline.train;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.metric.Tally;

/**
 * Runs the epoch's final model over the validation examples in parallel. An element is a chunk's
 * number with the last round, under a key that spreads them. The reports have one key, so that they
 * arrive at one place.
 */
final class Validate
    extends PTransform<
        PCollection<KV<Integer, Reports.Assignment>>, PCollection<KV<Integer, Reports.Chunk>>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;

  Validate(EpochPlan plan) {
    this.plan = plan;
  }

  @Override
  public PCollection<KV<Integer, Reports.Chunk>> expand(
      PCollection<KV<Integer, Reports.Assignment>> chunks) {
    return chunks
        .apply("Spread", GroupByKey.create())
        .apply("ValidateChunk", ParDo.of(new ValidateFn(plan)))
        .setCoder(Reports.KEYED_CHUNK);
  }

  private static final class ValidateFn
      extends DoFn<KV<Integer, Iterable<Reports.Assignment>>, KV<Integer, Reports.Chunk>> {
    private static final long serialVersionUID = 1L;
    private final EpochPlan.Packed packed;

    ValidateFn(EpochPlan plan) {
      packed = new EpochPlan.Packed(plan);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Reports.Assignment>> element,
        OutputReceiver<KV<Integer, Reports.Chunk>> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Reports.Assignment assignment = element.getValue().iterator().next();
      int chunk = assignment.number();
      Reports.Round last = assignment.from();
      float[] parameters = Worker.read(plan, last.state()).parameters();
      Tally tally = Worker.work(plan).validate(parameters, chunk, plan.threadsHere());
      out.output(KV.of(0, new Reports.Chunk(last, chunk, tally)));
    }
  }
}
