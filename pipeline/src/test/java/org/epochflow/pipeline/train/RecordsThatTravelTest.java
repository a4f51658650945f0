package org.epochflow.pipeline.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.apache.beam.sdk.testing.CoderProperties;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.KV;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.Strategy;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.Records;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each small record of an epoch comes through a pipeline as it was. */
final class RecordsThatTravelTest {
  private static final Tally TALLY = new Tally(9, 8, Long.MIN_VALUE, 7);
  private static final Reports.Rounds ROUNDS = new Reports.Rounds(3, "a/round", TALLY, 1L << 40);

  private static final Records RECORDS =
      new Records(
          List.of(
              new Records.Part(
                  new Records.IdxFile("a", "a.gz", IdxHeader.images(3, 8, 6)),
                  new Records.IdxFile("b", "b.gz", IdxHeader.labels(3))),
              new Records.Part(new Records.IdxFile("c", "c", IdxHeader.images(1, 8, 6)), null)));

  @Test
  void reportsAreDecodedAsTheyWereEncoded() throws Exception {
    CoderProperties.coderDecodeEncodeEqual(
        Reports.KEYED_ASSIGNMENT, KV.of(2, new Reports.Assignment(1, 3, ROUNDS)));
    CoderProperties.coderDecodeEncodeEqual(
        Reports.KEYED_TRAINED.getValueCoder(), new Reports.Trained(ROUNDS, 2, "a/sums", 2));
    CoderProperties.coderDecodeEncodeEqual(
        Reports.VALIDATED, new Reports.Validated(ROUNDS, 15, Validation.of(TALLY)));
    Quality.Counts counts = new Quality.Counts(3);
    counts.add(2, 1, new float[] {0.25f, 0.5f, 0.25f}, 0);
    Validation more = new Validation(TALLY, List.of(counts.quality()));
    CoderProperties.coderDecodeEncodeEqual(
        Reports.VALIDATED, new Reports.Validated(ROUNDS, 0, more));
  }

  @ParameterizedTest
  @ValueSource(strings = {"softmax", "mlp", "cnn"})
  void aPlanIsDecodedAsItWasEncoded(String network) {
    EpochPlan plan =
        new EpochPlan(
            SmallNetworks.config(
                SmallNetworks.named(network), new DataParallel(Strategy.SERVER_ADAM, 3, 4)),
            new ReplicaThreads(0, 2),
            5,
            RECORDS,
            "manifest",
            -1,
            "folder",
            "hash",
            false);
    SerializableUtils.ensureSerializable(plan);
    assertEquals(plan, SerializableUtils.clone(plan));
  }
}
