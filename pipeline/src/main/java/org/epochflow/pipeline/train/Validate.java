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
 * number with the last round, under a key that spreads them. The reports have one key, as they are
 * to meet at one place.
 */
final class Validate
    extends PTransform<
        PCollection<KV<Integer, Assignment>>, PCollection<KV<Integer, ChunkReport>>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;

  Validate(EpochPlan plan) {
    this.plan = plan;
  }

  @Override
  public PCollection<KV<Integer, ChunkReport>> expand(PCollection<KV<Integer, Assignment>> chunks) {
    return chunks
        .apply("Spread", GroupByKey.create())
        .apply("ValidateChunk", ParDo.of(new ValidateFn(plan)))
        .setCoder(Coders.KEYED_CHUNK_REPORT);
  }

  private static final class ValidateFn
      extends DoFn<KV<Integer, Iterable<Assignment>>, KV<Integer, ChunkReport>> {
    private static final long serialVersionUID = 1L;
    private final PackedPlan packed;

    ValidateFn(EpochPlan plan) {
      packed = new PackedPlan(plan);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Assignment>> element,
        OutputReceiver<KV<Integer, ChunkReport>> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Assignment assignment = element.getValue().iterator().next();
      int chunk = assignment.number();
      RoundReport last = assignment.from();
      float[] parameters = Worker.read(plan, last.state()).parameters();
      Tally tally = Worker.work(plan).validate(parameters, chunk, plan.threadsHere());
      out.output(KV.of(0, new ChunkReport(last, chunk, tally)));
    }
  }
}
