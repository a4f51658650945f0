package org.epochflow.pipeline.train;

import java.io.IOException;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;

/**
 * Runs the epoch's final model over the validation examples in parallel. An element is a chunk's
 * number with the last round, under a key that spreads them.
 */
final class Validate
    extends PTransform<PCollection<KV<Integer, Assignment>>, PCollection<ChunkReport>> {
  private static final long serialVersionUID = 1L;
  private final EpochPlan plan;

  Validate(EpochPlan plan) {
    this.plan = plan;
  }

  @Override
  public PCollection<ChunkReport> expand(PCollection<KV<Integer, Assignment>> chunks) {
    return chunks
        .apply("Spread", GroupByKey.create())
        .apply("ValidateChunk", ParDo.of(new ValidateFn(plan)))
        .setCoder(Coders.CHUNK_REPORT);
  }

  private static final class ValidateFn
      extends DoFn<KV<Integer, Iterable<Assignment>>, ChunkReport> {
    private static final long serialVersionUID = 1L;
    private final PackedPlan packed;

    ValidateFn(EpochPlan plan) {
      packed = new PackedPlan(plan);
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Assignment>> element, OutputReceiver<ChunkReport> out)
        throws IOException {
      EpochPlan plan = packed.unpacked();
      Assignment assignment = element.getValue().iterator().next();
      int chunk = assignment.number();
      RoundReport last = assignment.from();
      float[] parameters = Worker.start(plan, last.state()).parameters();
      out.output(new ChunkReport(last, chunk, Worker.work(plan).validate(parameters, chunk)));
    }
  }
}
