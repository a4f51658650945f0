package org.epochflow.runners.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.metric.Quality;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.metric.Validation;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.ClassNames;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.EpochResult;
import org.epochflow.model.train.LearningRate;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is printed of a training, literally. */
class TerminalListenerTest {
  private static final DataSummary DATA =
      new DataSummary(
          Shape.of(28, 28),
          48_000,
          12_000,
          10_000,
          Collections.nCopies(10, 4_800L),
          Collections.nCopies(10, 1_200L),
          Collections.nCopies(10, 1_000L),
          0.28604,
          0.35302,
          0);
  private static final TrainingConfig CONFIG =
      new TrainingConfig(
          Presets.softmax(Shape.of(28, 28), 10),
          Preprocessing.STANDARD,
          "ejml",
          42,
          3,
          128,
          new DataParallel(Strategy.LOCAL, 2, 4),
          new LearningRate(0.001, LearningRate.Scaling.LINEAR, 1, 0.01),
          new EarlyStopping(true, EarlyStopping.Monitor.VAL_LOSS, 0, 1),
          new SplitRule(0.2, false),
          ClassNames.numbers(10));

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private final TrainingState begin = TrainingState.begin(CONFIG, new float[0]);

  @Test
  void shapesAndSummaryComeFirst() {
    new TerminalListener(out, false).began(begin, DATA);
    assertEquals(
        """
        X_train: (48000, 28, 28)  y_train: (48000, 10)
        X_validation: (12000, 28, 28)  y_validation: (12000, 10)
        X_test: (10000, 28, 28)  y_test: (10000, 10)
        Pixels / 255: mean 0.2860, deviation 0.3530

        """
            + ModelSummary.of(CONFIG.architecture())
            + "\nepoch  seconds    loss  accuracy  val_loss  val_accuracy\n",
        printed());
  }

  @Test
  void anEpochIsALineAndTheEndSaysWhy() {
    TerminalListener terminal = new TerminalListener(out, false);
    TrainingState state = epoch(terminal, begin, 0.25f, 2.04);
    epoch(terminal, state, 0.5f, 12.3);
    assertEquals(
        """
          1/3      2.0  0.5000    1.0000    0.2500        0.0000  saved as best
          2/3     12.3  0.5000    1.0000    0.5000        0.0000
        Stopped early: val_loss did not improve for 1 epoch (--patience); the best model
        is from epoch 1
        """,
        printed());
  }

  @Test
  void aLossThatIsNotFiniteIsLeftToBeToldAsAFailure() {
    TrainingState state = epoch(new TerminalListener(out, false), begin, Float.NaN, 1);
    assertEquals(
        """
          1/3      1.0  0.5000    1.0000       NaN        0.0000
        """,
        printed());
    assertEquals(
        "Stopped: the loss is no longer finite; try a lower --learningRate; there is no best model",
        TerminalListener.explained(state));
  }

  @Test
  void aResumedRunSaysWhereItGoesOn() {
    TerminalListener terminal = new TerminalListener(out, false);
    TrainingState state = epoch(terminal, begin, 0.25f, 2);
    bytes.reset();
    terminal.began(state, DATA);
    assertTrue(printed().contains("\nResuming after epoch 1/3\n\nepoch  seconds "), printed());
  }

  @Test
  void recordsLeftOutAreCounted() {
    DataSummary some =
        new DataSummary(
            Shape.of(8, 8, 3), 1, 1, 1, List.of(1L), List.of(1L), List.of(1L), 0, 0, 1234);
    new TerminalListener(out, false).began(begin, some);
    assertTrue(printed().contains("X_train: (1, 8, 8, 3)  y_train: (1, 1)"), printed());
    assertTrue(printed().contains("1,234 records were left out"), printed());
  }

  @Test
  void controlCharactersAreForLiveTerminalsAlone() {
    epoch(new TerminalListener(out, false), begin, 1, 1);
    assertFalse(printed().contains("\r") || printed().contains("\u001b"), printed());
    bytes.reset();
    epoch(new TerminalListener(out, true), begin, 1, 1);
    String live = printed();
    assertTrue(live.contains("Epoch 1/3  50% ━"), live);
    String last = live.substring(live.lastIndexOf("\r\u001b[K") + 4);
    assertTrue(last.startsWith("  1/3      1.0  0.5000"), live);
  }

  @Test
  void noLineIsWiderThanATerminal() {
    TrainingState state = TrainingState.begin(CONFIG.withEpochs(1000), new float[0]);
    TerminalListener terminal = new TerminalListener(out, false);
    terminal.began(state, DATA);
    epoch(terminal, epoch(terminal, state, 16.118f, 1234.5), 16.2f, 1);
    assertTrue(printed().contains("\n   1/1000   1234.5  0.5000    1.0000   16.1180  "), printed());
    printed().lines().forEach(line -> assertTrue(line.length() <= 80, line));
  }

  @ParameterizedTest
  @CsvSource({
    "VAL_LOSS, 10, '  val_top10', '     0.5000'",
    "VAL_TOP_K_ACCURACY, 5, '  val_top5', '    0.5000'",
    "VAL_F1, 5, '  val_f1', '  0.3333'",
    "VAL_ECE, , '  val_ece', '   0.2500'",
  })
  void aFurtherFigureHasAColumnAndNoLineGetsTooWide(
      EarlyStopping.Monitor monitor, @Nullable Integer topK, String name, String figure) {
    TrainingConfig config = monitored(new EarlyStopping(true, monitor, 0, 1, topK));
    TrainingState state = TrainingState.begin(config.withEpochs(1000), new float[0]);
    TerminalListener terminal = new TerminalListener(out, false);
    terminal.began(state, DATA);
    assertTrue(printed().endsWith("  val_accuracy" + name + "\n"), printed());
    Quality.Counts counts = new Quality.Counts(10);
    counts.add(0, 0, new float[] {0.75f, 0.25f, 0, 0, 0, 0, 0, 0, 0, 0}, 0);
    float[] missed = {0.75f, 0, 0, 0, 0, 0, 0, 0, 0, Float.NaN};
    counts.add(9, 0, missed, 0);
    TrainingState next =
        state.next(
            new EpochResult(
                ModelState.startingFrom(new float[0], 0),
                Tally.of(0.5f, true),
                new Validation(Tally.of(16.2f, false), List.of(counts.quality())),
                1234.5,
                1234.5));
    terminal.epochEnded(next);
    assertTrue(printed().endsWith("        0.0000" + figure + "  best\n"), printed());
    printed().lines().forEach(line -> assertTrue(line.length() <= 80, line));
    String table = RunTable.of("run", next, Optional.empty());
    assertTrue(table.contains(name + "  learning_rate  seconds\n"), table);
    assertTrue(table.contains("0.0000" + figure + "  "), table);
  }

  private static TrainingConfig monitored(EarlyStopping stopping) {
    return new TrainingConfig(
        CONFIG.architecture(),
        CONFIG.preprocessing(),
        CONFIG.kernels(),
        CONFIG.seed(),
        CONFIG.epochs(),
        CONFIG.batchSize(),
        CONFIG.parallel(),
        CONFIG.learningRate(),
        stopping,
        CONFIG.split(),
        CONFIG.classNames());
  }

  @Test
  void nothingIsDrawnOnceItIsClosed() {
    TerminalListener terminal = new TerminalListener(out, true);
    terminal.close();
    terminal.epochBegan(begin);
    terminal.progressed(1, 2);
    assertEquals("", printed());
  }

  private static TrainingState epoch(
      TerminalListener terminal, TrainingState state, float validationLoss, double seconds) {
    terminal.epochBegan(state);
    terminal.progressed(24_000, 48_000);
    TrainingState next =
        state.next(
            new EpochResult(
                ModelState.startingFrom(new float[0], 0),
                Tally.of(0.5f, true),
                Tally.of(validationLoss, false),
                seconds,
                seconds));
    terminal.epochEnded(next);
    return next;
  }

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
