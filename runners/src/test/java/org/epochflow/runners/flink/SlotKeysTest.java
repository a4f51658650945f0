package org.epochflow.runners.flink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests {@link SlotKeys}. */
final class SlotKeysTest {
  @ParameterizedTest
  @CsvSource({"1, 1", "1, 7", "2, 2", "4, 2", "3, 16", "4, 16", "32, 64", "1000, 1024"})
  void piecesGoToTheSubtasksInTurnUnderKeysOfTheirOwn(int parallelism, int pieces) {
    SlotKeys keys = new SlotKeys(parallelism);
    List<Integer> chosen = keys.of(pieces);
    assertEquals(pieces, new HashSet<>(chosen).size());
    assertEquals(
        IntStream.range(0, pieces).mapToObj(piece -> piece % parallelism).toList(),
        chosen.stream().map(keys::subtask).toList());
  }

  /** Seen on a cluster of four slots: the numbers themselves leave one of them idle. */
  @Test
  void fourKeysMeetFourSlotsWhereFourNumbersMeetThree() {
    SlotKeys keys = new SlotKeys(4);
    assertEquals(4, IntStream.of(0, 1, 2, 4).map(keys::subtask).distinct().count());
    assertEquals(3, IntStream.of(0, 1, 2, 3).map(keys::subtask).distinct().count());
  }
}
