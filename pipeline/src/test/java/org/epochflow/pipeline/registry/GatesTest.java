package org.epochflow.pipeline.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.epochflow.pipeline.registry.Gates.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tests {@link Gates}. */
class GatesTest {
  private static final Gates NONE = new Gates(null, null, null);
  private static final Score CHAMPION = score(3, 850, 0.9, 0.8);
  private static final List<String> NAMES = List.of("Bag", "Shirt");

  private static Score score(int version, long correct, Double... perClass) {
    List<Score.Count> counts =
        Stream.of(perClass).map(share -> new Score.Count(Math.round(100 * share), 100)).toList();
    return new Score(
        version,
        1000,
        correct,
        correct / 1000.0,
        0.5,
        List.of(perClass),
        counts,
        null,
        correct / 2000.0,
        0.25);
  }

  private static Score figures(int version, double topK, double f1, double ece) {
    return new Score(version, 1000, 850, 0.85, 0.5, List.of(), List.of(), topK, f1, ece);
  }

  private static Gates better(Gates.Figure figure, @Nullable Double minImprovement) {
    return new Gates(null, null, null, null, figure, minImprovement, null);
  }

  @Test
  void aFigureIsComparedInItsDirection() {
    Optional<Score> champion = Optional.of(figures(3, 0.9, 0.5, 0.25));
    Score challenger = figures(4, 0.875, 0.75, 0.125);
    assertEquals(
        new Verdict(true, "test f1 0.7500 is above version 00003's 0.5000"),
        better(Gates.Figure.F1, 0.25).judge(challenger, champion, NAMES));
    assertEquals(
        new Verdict(true, "test calibration error 0.1250 is below version 00003's 0.2500"),
        better(Gates.Figure.ECE, 0.125).judge(challenger, champion, NAMES));
    assertEquals(
        new Verdict(false, "test top-k accuracy 0.8750 is below version 00003's 0.9000"),
        better(Gates.Figure.TOP_K_ACCURACY, null).judge(challenger, champion, NAMES));
    assertEquals(
        new Verdict(
            false,
            "test calibration error 0.1250 is below version 00003's 0.2500, less than"
                + " --minImprovement=0.2"),
        better(Gates.Figure.ECE, 0.2).judge(challenger, champion, NAMES));
  }

  @Test
  void everyFigureHasItsLimit() {
    Score first = figures(1, 0.875, 0.75, 0.125);
    Gates reached = new Gates(0.85, 0.875, 0.75, 0.125, Gates.Figure.ACCURACY, null, null);
    assertEquals(true, reached.judge(first, Optional.empty(), NAMES).passed());
    Gates missed = new Gates(null, 0.88, 0.76, 0.12, Gates.Figure.ACCURACY, null, null);
    assertEquals(
        "test top-k accuracy 0.8750 is below --minTopKAccuracy=0.88; test f1 0.7500 is below"
            + " --minF1=0.76; test calibration error 0.1250 is above --maxEce=0.12",
        missed.judge(first, Optional.empty(), NAMES).why());
  }

  private static Verdict judge(Gates gates, Score challenger) {
    return gates.judge(challenger, Optional.of(CHAMPION), NAMES);
  }

  @Test
  void byDefaultItMustBeStrictlyBetter() {
    assertEquals(
        new Verdict(true, "test accuracy 0.8510 is above version 00003's 0.8500"),
        judge(NONE, score(4, 851, 0.9, 0.8)));
    assertEquals(
        new Verdict(false, "test accuracy 0.8500 is equal to version 00003's 0.8500"),
        judge(NONE, score(4, 850, 1.0, 0.7)));
    assertEquals(
        new Verdict(false, "test accuracy 0.8490 is below version 00003's 0.8500"),
        judge(NONE, score(4, 849, 1.0, 0.7)));
  }

  @Test
  void anImprovementIsEnoughWhenItIsJustAsLargeAsAskedFor() {
    Gates gates = new Gates(null, 0.01, null);
    assertEquals(true, judge(gates, score(4, 860, 0.9, 0.8)).passed());
    assertEquals(
        new Verdict(
            false,
            "test accuracy 0.8590 is above version 00003's 0.8500, less than"
                + " --minImprovement=0.01"),
        judge(gates, score(4, 859, 0.9, 0.8)));
    assertEquals(true, judge(new Gates(null, 0.0, null), score(4, 850, 0.9, 0.8)).passed());
    assertEquals(true, judge(new Gates(null, -0.01, null), score(4, 840, 0.9, 0.8)).passed());
  }

  @Test
  void noClassMayLoseMoreThanAllowed() {
    Gates gates = new Gates(null, null, 0.05);
    assertEquals(true, judge(gates, score(4, 860, 0.95, 0.76)).passed());
    assertEquals(
        new Verdict(false, "class Shirt fell from 0.8000 to 0.7000, more than --maxClassDrop=0.05"),
        judge(gates, score(4, 860, 0.99, 0.7)));
  }

  @Test
  void aLimitThatIsReachedExactlyIsKept() {
    assertEquals(true, judge(new Gates(null, null, 0.1), score(4, 860, 0.9, 0.7)).passed());
    assertEquals(false, judge(new Gates(null, null, 0.1), score(4, 860, 0.9, 0.69)).passed());
    for (int correct = 0; correct <= 1000; correct++) {
      Gates least = new Gates(correct / 1000.0, null, null);
      assertEquals(true, least.judge(score(1, correct), Optional.empty(), NAMES).passed());
      Gates better = new Gates(null, (correct - 850) / 1000.0, null);
      assertEquals(true, judge(better, score(4, correct)).passed(), "correct " + correct);
    }
  }

  @Test
  void theFirstVersionNeedsTheLeastAccuracyAlone() {
    Score first = score(1, 700, 0.9, 0.5);
    assertEquals(
        new Verdict(true, "the first version"),
        new Gates(0.7, 0.5, 0.0).judge(first, Optional.empty(), NAMES));
    assertEquals(
        new Verdict(false, "test accuracy 0.7000 is below --minAccuracy=0.71"),
        new Gates(0.71, null, null).judge(first, Optional.empty(), NAMES));
  }

  @Test
  void everyGateThatFailsIsTold() {
    assertEquals(
        "test accuracy 0.8000 is below --minAccuracy=0.82; test accuracy 0.8000 is below version"
            + " 00003's 0.8500; class Bag fell from 0.9000 to 0.6000, more than --maxClassDrop=0.1",
        judge(new Gates(0.82, null, 0.1), score(4, 800, 0.6, 0.8)).why());
  }
}
