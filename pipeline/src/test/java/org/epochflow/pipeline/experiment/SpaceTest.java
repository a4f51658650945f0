package org.epochflow.pipeline.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Grids are every combination; draws are functions of the seed, their number and the option. */
final class SpaceTest {
  private static final Dimension RATE =
      new Dimension.Range("learningRate", number("0.0001"), number("0.01"), true, false, 3);
  private static final Dimension BATCH =
      new Dimension.Range("batchSize", number("16"), number("19"), false, true, 3);
  private static final Dimension DROPOUT = new Dimension.Choice("dropout", List.of("0", "0.25"));

  private static BigDecimal number(String text) {
    return new BigDecimal(text);
  }

  @Test
  void aGridOfAnySizeIsCounted() {
    Dimension wide = new Dimension.Range("x", number("0"), number("1"), false, false, 10_000);
    BigInteger size = new Space(Collections.nCopies(5, wide)).gridSize();
    assertEquals(BigInteger.valueOf(wide.grid().size()).pow(5), size);
    assertTrue(size.bitLength() > Long.SIZE);
  }

  @Test
  void aGridIsEveryCombinationTheLastOptionFastest() {
    Space space = new Space(List.of(RATE, DROPOUT));
    assertEquals(BigInteger.valueOf(6), space.gridSize());
    assertEquals(
        List.of(
            Map.of("learningRate", "0.0001", "dropout", "0"),
            Map.of("learningRate", "0.0001", "dropout", "0.25"),
            Map.of("learningRate", "0.001", "dropout", "0"),
            Map.of("learningRate", "0.001", "dropout", "0.25"),
            Map.of("learningRate", "0.01", "dropout", "0"),
            Map.of("learningRate", "0.01", "dropout", "0.25")),
        space.grid());
  }

  @Test
  void aGridOfWholeNumbersHasEachOnce() {
    assertEquals(List.of("16", "18", "19"), BATCH.grid());
    assertEquals(
        List.of("1", "2"),
        new Dimension.Range("epochs", number("1"), number("2"), true, true, 7).grid());
  }

  @Test
  void drawsStayInTheirRangesAndReachAllOfThem() {
    HashSet<String> batches = new HashSet<>();
    int low = 0;
    for (Map<String, String> point : new Space(List.of(RATE, BATCH, DROPOUT)).random(1000, 7)) {
      double rate = Double.parseDouble(point.getOrDefault("learningRate", "none"));
      assertTrue(rate >= 0.0001 && rate <= 0.01, point.toString());
      low += rate < 0.001 ? 1 : 0;
      batches.add(point.getOrDefault("batchSize", "none"));
    }
    assertEquals(new HashSet<>(List.of("16", "17", "18", "19")), batches);
    assertEquals(500, low, 80, "half of the draws are below the logarithms' middle");
  }

  @Test
  void moreDrawsBeginWithTheSameAndAnotherOptionChangesNone() {
    List<Map<String, String>> draws = new Space(List.of(RATE, DROPOUT)).random(20, 3);
    assertEquals(draws.subList(0, 5), new Space(List.of(RATE, DROPOUT)).random(5, 3));
    List<Map<String, String>> with = new Space(List.of(BATCH, DROPOUT, RATE)).random(20, 3);
    assertEquals(column(draws, "learningRate"), column(with, "learningRate"));
    assertTrue(!draws.equals(new Space(List.of(RATE, DROPOUT)).random(20, 4)));
  }

  private static List<String> column(List<Map<String, String>> points, String name) {
    return points.stream().map(point -> point.getOrDefault(name, "none")).toList();
  }

  @Test
  void everyDrawIsAnotherAndASmallSpaceIsDrawnWhole() {
    Space space = new Space(List.of(BATCH, DROPOUT));
    List<Map<String, String>> all = space.random(8, 1);
    assertEquals(8, new HashSet<>(all).size());
    assertEquals(8, space.random(9, 1).size());
    assertTrue(Collections.disjoint(all.subList(0, 4), all.subList(4, 8)));
  }

  @Test
  void wholeNumbersAreAsLikelyAsEachOther() {
    int[] counts = new int[4];
    for (int i = 0; i < 4000; i++) {
      counts[Integer.parseInt(BATCH.at((i + 0.5) / 4000)) - 16]++;
    }
    IntStream.of(counts).forEach(count -> assertEquals(1000, count));
  }
}
