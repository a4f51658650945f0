package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.runners.SmallConfig;
import org.epochflow.runners.report.RunComparison.Run;
import org.junit.jupiter.api.Test;

/** The text of runs that are compared. */
class RunComparisonTest {
  private static final TrainingConfig CONFIG = SmallConfig.of(4, 0, 2);

  private static Run run(int number) {
    return new Run(
        "run" + number,
        TrainingState.begin(CONFIG, new float[10]),
        Map.of("data.fingerprint.0.imagesBytes", number + "7840016", "same", "1"),
        Map.of("test_loss", "0." + number));
  }

  @Test
  void columnsStandUnderTheirRunsAndFitATerminal() {
    for (int runs : new int[] {2, 3}) {
      String text =
          new RunComparison(IntStream.rangeClosed(1, runs).mapToObj(n -> run(n)).toList()).text();
      List<String> lines = text.lines().toList();
      lines.forEach(line -> assertTrue(line.length() <= 80, line));
      for (int n = 1; n <= runs; n++) {
        int column = lines.get(0).indexOf("run" + n);
        assertTrue(lines.get(3).startsWith(n + "7840016", column), text);
        assertTrue(lines.get(6).startsWith("0." + n, column), text);
      }
    }
  }

  @Test
  void aLongPathIsToldByItsEndAndALongValueByItsBeginning() {
    Run run =
        new Run(
            "a/folder/of/some/name/run1",
            TrainingState.begin(CONFIG, new float[10]),
            Map.of("data", "/a/folder/of/some/other/name"),
            Map.of());
    String text = new RunComparison(List.of(run(1), run, run(3), run(4))).text();
    assertTrue(text.contains("  ...e/name/run1  "), text);
    assertTrue(text.contains("  /a/folder/o...  "), text);
  }
}
