package org.epochflow.pipeline.train;

import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.pipeline.execute.RecordCoder;

/** What travels between the steps of an epoch: few and small records. Models travel as files. */
final class Reports {
  static final KvCoder<Integer, Assignment> KEYED_ASSIGNMENT =
      KvCoder.of(VarIntCoder.of(), RecordCoder.of(Assignment.class));
  static final KvCoder<Integer, Trained> KEYED_TRAINED =
      KvCoder.of(VarIntCoder.of(), RecordCoder.of(Trained.class));
  static final RecordCoder<Validated> VALIDATED = RecordCoder.of(Validated.class);
  static final KvCoder<Integer, Validated> KEYED_VALIDATED =
      KvCoder.of(VarIntCoder.of(), VALIDATED);

  private Reports() {}

  /**
   * A piece of work: some replicas, or some chunks of the validation examples.
   *
   * @param from the number of the first
   * @param to the end, exclusive
   * @param before the rounds before
   */
  record Assignment(int from, int to, Rounds before) {}

  /**
   * The result of the first rounds of an epoch.
   *
   * @param count how many are done
   * @param state the path of the averaged model
   * @param training the tally of all minibatches so far
   * @param averagedAt when, in milliseconds of the worker's clock; only shown
   */
  record Rounds(int count, String state, Tally training, long averagedAt) {}

  /**
   * The result of a group of replicas in a round.
   *
   * @param before the rounds before
   * @param from the first replica
   * @param sums the path of the nodes of the averaging tree that cover the group
   * @param nodes how many these are
   */
  record Trained(Rounds before, int from, String sums, int nodes) {}

  /**
   * The result of a model on some chunks of the validation examples.
   *
   * @param from the first chunk
   */
  record Validated(Rounds last, int from, Validation validation) {}
}
