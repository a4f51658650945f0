package org.epochflow.pipeline.train;

import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import org.epochflow.model.train.Split;
import org.epochflow.pipeline.data.BlockRow;
import org.epochflow.pipeline.data.Manifest;

/**
 * Which records of each block train and which validate. The numbers follow from the manifest alone;
 * the records themselves from the labels too, which are asked for once. Thread-safe.
 */
final class BlockSplit {
  private final Manifest manifest;
  private final Split split;
  private final long[] firstRecord;
  private final long[] firstIndex;
  private final long[][] firstRank;
  private final int[] training;
  private final AtomicReferenceArray<BitSet> validating;

  BlockSplit(Manifest manifest, Split split) {
    this.manifest = manifest;
    this.split = split;
    int blocks = manifest.blocks().size();
    firstRecord = new long[blocks];
    firstIndex = new long[blocks];
    firstRank = new long[blocks][];
    validating = new AtomicReferenceArray<>(blocks);
    number();
    training = IntStream.range(0, blocks).parallel().map(this::countTraining).toArray();
  }

  /** Numbers the kept records through, over all and within each class. */
  private void number() {
    long record = 0;
    long index = 0;
    long[] ranks = new long[manifest.classes()];
    for (int b = 0; b < firstIndex.length; b++) {
      BlockRow row = manifest.blocks().get(b);
      firstRecord[b] = record;
      firstIndex[b] = index;
      firstRank[b] = ranks.clone();
      record += row.count();
      index += row.kept();
      for (int c = 0; c < ranks.length; c++) {
        ranks[c] += row.perClass().get(c);
      }
    }
  }

  private int countTraining(int block) {
    BlockRow row = manifest.blocks().get(block);
    return row.kept()
        - split.validating(firstIndex[block], row.kept(), firstRank[block], row.perClass());
  }

  int blocks() {
    return training.length;
  }

  /** How many records validate in all. */
  long validationExamples() {
    return split.validationExamples();
  }

  /** The number of a block's first record in the data set. */
  long firstRecord(int block) {
    return firstRecord[block];
  }

  /** The block that begins with a record of the data set; negative if none does. */
  int blockAt(long record) {
    return Arrays.binarySearch(firstRecord, record);
  }

  /** How many records of each block train; not to be changed. */
  int[] training() {
    return training;
  }

  /** How many records of a block validate. */
  int validating(int block) {
    return manifest.blocks().get(block).kept() - training[block];
  }

  /**
   * The records of a block that validate, or else those that train, counted from its first. Not to
   * be changed.
   *
   * @param labels the block's
   */
  BitSet records(int block, byte[] labels, boolean validate) {
    BitSet validates = validating.get(block);
    if (validates == null) {
      validates = find(block, labels);
      validating.set(block, validates);
    }
    if (validate) {
      return validates;
    }
    BitSet trains = kept(block);
    trains.andNot(validates);
    return trains;
  }

  private BitSet find(int block, byte[] labels) {
    BitSet validates = new BitSet(labels.length);
    BitSet kept = kept(block);
    long index = firstIndex[block];
    long[] rank = firstRank[block].clone();
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      int label = labels[i] & 0xff;
      validates.set(i, split.validates(index++, label, rank[label]++));
    }
    return validates;
  }

  /** The records of a block that are not left out. */
  private BitSet kept(int block) {
    BlockRow row = manifest.blocks().get(block);
    BitSet kept = new BitSet(row.count());
    kept.set(0, row.count());
    row.rejected().forEach(record -> kept.clear(record.offset()));
    return kept;
  }
}
