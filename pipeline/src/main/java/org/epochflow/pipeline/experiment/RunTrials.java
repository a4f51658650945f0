package org.epochflow.pipeline.experiment;

import java.io.IOException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.model.train.Lanes;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.InProcessEpochs;
import org.epochflow.pipeline.run.Training;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.train.TrainingData;

/**
 * Trains every run whose folder is an element, in parallel, each by the plain loop. The grouping by
 * keys that were chosen for it spreads them over the workers. The output is the folders.
 *
 * <p>A run continues from its newest checkpoint: its first one, that of an earlier rung, or that of
 * an attempt that died. Its state is in files, never in an element.
 */
public final class RunTrials
    extends PTransform<PCollection<KV<Integer, String>>, PCollection<String>> {
  private static final long serialVersionUID = 1L;

  /** How elements travel. */
  static final KvCoder<Integer, String> CODER = KvCoder.of(VarIntCoder.of(), StringUtf8Coder.of());

  /** A trial has one thread: others train beside it. */
  private static final Lanes ALONE = new Lanes(1, 1);

  private final RunFn run;

  /**
   * @param until how many epochs a run may have before it pauses
   */
  public RunTrials(PreparedData data, int until) {
    run = new RunFn(data.manifest(), data.train(), until);
  }

  @Override
  public PCollection<String> expand(PCollection<KV<Integer, String>> folders) {
    return folders
        .apply("Spread", GroupByKey.create())
        .apply("RunTrial", ParDo.of(run))
        .setCoder(StringUtf8Coder.of());
  }

  private static final class RunFn extends DoFn<KV<Integer, Iterable<String>>, String> {
    private static final long serialVersionUID = 1L;
    private final String manifest;
    private final Records records;
    private final int until;

    RunFn(String manifest, Records records, int until) {
      this.manifest = manifest;
      this.records = records;
      this.until = until;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Iterable<String>> element, OutputReceiver<String> out)
        throws IOException {
      for (String path : element.getValue()) {
        RunFolder folder = new RunFolder(path);
        TrainingState state = folder.latest();
        folder.restore(state);
        TrainingData data = TrainingData.read(manifest, records, state.config());
        Training.run(state, until, folder, new InProcessEpochs(data, ALONE), Listeners.none());
        out.output(path);
      }
    }
  }
}
