package org.epochflow.pipeline.experiment;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.epochflow.model.random.CounterRandom;
import org.epochflow.model.random.Purpose;

/** What a tuning tries: the options and their values. A point of it has a value for each option. */
public record Space(List<Dimension> dimensions) {
  private static final int DRAWS_PER_POINT = 1000;

  public Space {
    dimensions = List.copyOf(dimensions);
  }

  /** Every combination, the last option's values changing fastest. */
  public List<Map<String, String>> grid() {
    List<Map<String, String>> points = List.of(Map.of());
    for (Dimension dimension : dimensions) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> point : points) {
        for (String value : dimension.grid()) {
          Map<String, String> next = new LinkedHashMap<>(point);
          next.put(dimension.option(), value);
          longer.add(next);
        }
      }
      points = longer;
    }
    return points;
  }

  /** How many combinations {@link #grid} has. */
  public BigInteger gridSize() {
    return dimensions.stream()
        .map(dimension -> BigInteger.valueOf(dimension.grid().size()))
        .reduce(BigInteger.ONE, BigInteger::multiply);
  }

  /**
   * Different points drawn at random; fewer if the space is smaller. A draw is a function of the
   * seed, its number and the option's name. So a further option does not change the values of the
   * others, and a longer list begins with the same points.
   */
  public List<Map<String, String>> random(int points, long seed) {
    Set<Map<String, String>> drawn = new LinkedHashSet<>();
    for (long draw = 0; drawn.size() < points && draw < (long) points * DRAWS_PER_POINT; draw++) {
      drawn.add(draw(seed, draw));
    }
    return List.copyOf(drawn);
  }

  private Map<String, String> draw(long seed, long draw) {
    Map<String, String> point = new LinkedHashMap<>();
    for (Dimension dimension : dimensions) {
      long name = dimension.option().hashCode();
      long key = CounterRandom.key(seed, Purpose.TUNE, draw, name);
      point.put(dimension.option(), dimension.at(CounterRandom.uniformDouble(key, 0)));
    }
    return point;
  }
}
