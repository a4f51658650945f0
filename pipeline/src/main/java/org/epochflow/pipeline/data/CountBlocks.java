package org.epochflow.pipeline.data;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.SimpleFunction;
import org.apache.beam.sdk.values.PCollection;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Summarises every block as a row of the manifest.
 *
 * <pre>{@code
 * PCollection<BlockRow> rows = blocks.apply("CountTrain", new CountBlocks(10));
 * }</pre>
 */
public final class CountBlocks extends PTransform<PCollection<Block>, PCollection<BlockRow>> {
  private static final long serialVersionUID = 1L;
  static final RecordCoder<BlockRow> CODER = RecordCoder.of(BlockRow.class);
  private static final String RECORDS = "records";
  private final int classes;

  /**
   * @param classes labels are 0 to one less
   */
  public CountBlocks(int classes) {
    this.classes = classes;
  }

  @Override
  public PCollection<BlockRow> expand(PCollection<Block> blocks) {
    return blocks.apply("CountBlock", MapElements.via(new CountFn(classes))).setCoder(CODER);
  }

  /** What the workers count: records. */
  public static MetricNameFilter recordsMetric() {
    return MetricNameFilter.named(CountBlocks.class, RECORDS);
  }

  private static final class CountFn extends SimpleFunction<Block, BlockRow> {
    private static final long serialVersionUID = 1L;
    private final Counter records = Metrics.counter(CountBlocks.class, RECORDS);
    private final int classes;

    CountFn(int classes) {
      this.classes = classes;
    }

    @Override
    public BlockRow apply(Block block) {
      records.inc(block.records());
      return BlockRow.of(block, classes);
    }
  }
}
