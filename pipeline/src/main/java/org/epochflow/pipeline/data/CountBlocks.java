package org.epochflow.pipeline.data;

import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.epochflow.pipeline.execute.RecordCoder;

/**
 * Summarises a block as a row of the manifest.
 *
 * <pre>{@code
 * Records records = data.train();
 * PCollection<BlockRow> rows =
 *     pipeline.apply(
 *         "CountTrain", IdxIO.read(records).each(new CountBlocks(10), CountBlocks.CODER));
 * }</pre>
 */
public final class CountBlocks implements SerializableFunction<Block, BlockRow> {
  private static final long serialVersionUID = 1L;
  private static final String RECORDS = "records";

  /** How rows travel. */
  public static final RecordCoder<BlockRow> CODER = RecordCoder.of(BlockRow.class);

  private final Counter records = Metrics.counter(CountBlocks.class, RECORDS);
  private final int classes;

  /**
   * @param classes labels are 0 to one less
   */
  public CountBlocks(int classes) {
    this.classes = classes;
  }

  /** What the workers count: records. */
  public static MetricNameFilter recordsMetric() {
    return MetricNameFilter.named(CountBlocks.class, RECORDS);
  }

  @Override
  public BlockRow apply(Block block) {
    records.inc(block.records());
    return BlockRow.of(block, classes);
  }
}
