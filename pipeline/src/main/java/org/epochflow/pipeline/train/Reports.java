package org.epochflow.pipeline.train;

import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.epochflow.model.metric.Tally;
import org.epochflow.pipeline.execute.RecordCoder;

/** What travels between the steps of an epoch: few and small records. Models travel as files. */
final class Reports {
  static final KvCoder<Integer, Assignment> KEYED_ASSIGNMENT =
      KvCoder.of(VarIntCoder.of(), RecordCoder.of(Assignment.class));
  static final KvCoder<Integer, Replica> KEYED_REPLICA =
      KvCoder.of(VarIntCoder.of(), RecordCoder.of(Replica.class));
  static final RecordCoder<Chunk> CHUNK = RecordCoder.of(Chunk.class);
  static final KvCoder<Integer, Chunk> KEYED_CHUNK = KvCoder.of(VarIntCoder.of(), CHUNK);

  private Reports() {}

  /**
   * A piece of work.
   *
   * @param number of the replica, or of the chunk of validation examples
   * @param from the round before
   */
  record Assignment(int number, Round from) {}

  /**
   * The result of the first rounds of an epoch.
   *
   * @param rounds how many are done
   * @param state the path of the averaged model
   * @param training the tally of all minibatches so far
   * @param averagedAt when, in milliseconds of the worker's clock; only shown
   */
  record Round(int rounds, String state, Tally training, long averagedAt) {}

  /**
   * The result of a replica in a round.
   *
   * @param from the round before
   * @param state the path of its model
   * @param tally of its minibatches
   */
  record Replica(Round from, int replica, String state, Tally tally) {}

  /** The result of a model on one chunk of the validation examples. */
  record Chunk(Round last, int chunk, Tally tally) {}
}
