package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.StopReason;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.experiment.TrialResult;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.SmallConfig;
import org.epochflow.runners.report.ExperimentPage;
import org.junit.jupiter.api.Test;

/** Trials on a terminal, and the page of the same. */
class TrialTableTest {
  private static final TrainingConfig CONFIG = SmallConfig.of(2, 0, 5);
  private static final Space SPACE =
      new Space(List.of(new Dimension.Choice("dropout", List.of("0.5"))));
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final TrialTable table =
      new TrialTable("trial", 2, new PrintStream(out, true, StandardCharsets.UTF_8));

  private static EpochRow row(int epoch, double loss) {
    return new EpochRow(epoch, 0.5, loss, 0.25, loss, 0.001, 1, 1);
  }

  private static TrialResult result(int number, StopReason stop, double... losses) {
    List<EpochRow> rows =
        IntStream.range(0, losses.length).mapToObj(epoch -> row(epoch, losses[epoch])).toList();
    return new TrialResult(
        new Trial(number, Map.of("dropout", "0.5"), new RunFolder("x")),
        CONFIG,
        rows,
        Optional.of(stop),
        "abc");
  }

  @Test
  void anEpochIsALine() {
    table.began(List.of(), 2);
    table.epochEnded(result(1, StopReason.EPOCHS, 1).trial(), row(1, 0.75));
    assertEquals(
        """

        trial  epoch    loss  accuracy  val_loss  val_accuracy
          1/2      2  0.7500    0.5000    0.7500        0.2500
        """,
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void theTableHasARowForEachEvenWithoutFigures() {
    table.print(
        List.of(
            result(2, StopReason.EPOCHS, 1, 0.5), result(1, StopReason.NOT_FINITE, Double.NaN)));
    assertEquals(
        """

        trial  dropout  epochs  best  val_loss  val_accuracy    status
            2      0.5       2     2    0.5000        0.2500  finished
            1      0.5       1     -         -             -  diverged
        """,
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsMonitoredHasAColumn() throws IOException {
    TrainingConfig config =
        new TrainingConfig(
            CONFIG.architecture(),
            CONFIG.preprocessing(),
            CONFIG.kernels(),
            CONFIG.seed(),
            CONFIG.epochs(),
            CONFIG.batchSize(),
            CONFIG.parallel(),
            CONFIG.learningRate(),
            new EarlyStopping(true, EarlyStopping.Monitor.VAL_ECE, 0, 5),
            CONFIG.split(),
            CONFIG.classNames());
    List<TrialResult> results =
        IntStream.of(1, 2)
            .mapToObj(
                number ->
                    TrialResult.of(
                        new Trial(number, Map.of("dropout", "0.5"), new RunFolder("x")),
                        config,
                        List.of(
                            new EpochRow(
                                0, 0.5, 1, 0.25, 1, 0.001, 1, 1, null, 0.5, 0.5 / number))))
            .sorted(TrialResult.after(1))
            .toList();
    table.print(results);
    assertEquals(
        """

        trial  dropout  epochs  best  val_loss  val_accuracy  val_ece   status
            2      0.5       1     1    1.0000        0.2500   0.2500  dropped
            1      0.5       1     1    1.0000        0.2500   0.5000  dropped
        """,
        out.toString(StandardCharsets.UTF_8));
    assertTrue(table.means(results).endsWith("  val_ece: 0.3750 +- 0.1768"), table.means(results));
    String html =
        new ExperimentPage("t", Optional.of(SPACE)).ended(results, Optional.empty()).html();
    assertTrue(html.contains("\"monitor\":\"val_ece\",\"lower_is_better\":true"), "direction");
    assertTrue(html.contains("\"val_ece\":[0.25]"), "history");
  }

  @Test
  void theMeanHasTheSamplesDeviation() {
    assertEquals(
        "Mean of 2  val_loss: 0.7500 +- 0.3536  val_accuracy: 0.2500 +- 0.0000",
        table.means(List.of(result(1, StopReason.EPOCHS, 1), result(2, StopReason.EPOCHS, 0.5))));
  }

  @Test
  void thePageHoldsEveryTrialAndOnlyNumbersThatAreSome() throws IOException {
    String html =
        new ExperimentPage("t", Optional.of(SPACE))
            .ended(
                List.of(
                    result(2, StopReason.EPOCHS, 1, 0.5),
                    result(1, StopReason.NOT_FINITE, Double.NaN)),
                Optional.of(Tally.of(0.5f, true)))
            .html();
    assertTrue(html.contains("\"best_epoch\":2,\"val_loss\":0.5,\"val_accuracy\":0.25"), "best");
    assertTrue(html.contains("\"history\":{\"loss\":[\"NaN\"]"), "text for what is no number");
    assertFalse(html.contains("[NaN]"), "no JSON");
  }
}
