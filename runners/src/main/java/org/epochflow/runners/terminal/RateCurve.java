package org.epochflow.runners.terminal;

import java.util.Arrays;
import java.util.Locale;
import org.epochflow.model.optim.schedule.Schedule;

/** A schedule of the learning rate as a curve of characters, 80 columns wide at most. */
public final class RateCurve {
  private static final int WIDTH = 70;
  private static final int HEIGHT = 13;
  private static final int POINTS = 20;

  private RateCurve() {}

  /** Returns the curve over all epochs. Each line ends with a line feed. */
  public static String of(Schedule schedule, int epochs) {
    double[] least = new double[WIDTH];
    double[] most = new double[WIDTH];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int point = 0; point < WIDTH * POINTS; point++) {
      double share = schedule.at((double) epochs * point / (WIDTH * POINTS), epochs);
      int column = point / POINTS;
      least[column] = Math.min(least[column], share);
      most[column] = Math.max(most[column], share);
    }
    double top = Arrays.stream(most).max().orElse(0);
    StringBuilder text = new StringBuilder(schedule.text()).append("\n\n");
    for (int row = HEIGHT - 1; row >= 0; row--) {
      text.append(row % 3 == 0 ? label(top * row / (HEIGHT - 1)) : " ".repeat(7)).append(" |");
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < WIDTH; column++) {
        boolean on = row(least[column], top) <= row && row <= row(most[column], top);
        line.append(on ? '*' : ' ');
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    String last = String.format(Locale.ROOT, "%d epochs", epochs);
    return text.append(" ".repeat(8))
        .append('+')
        .append("-".repeat(WIDTH))
        .append("\n         0")
        .append(" ".repeat(WIDTH - 1 - last.length()))
        .append(last)
        .append("\n\nThe rate at the end of an epoch, as a share of its full value\n")
        .append(ends(schedule, epochs))
        .toString();
  }

  private static String label(double share) {
    return String.format(Locale.ROOT, "%7.3f", share);
  }

  private static long row(double share, double top) {
    return top == 0 ? 0 : Math.round(share / top * (HEIGHT - 1));
  }

  /** A line for each epoch, or for about every tenth of many. */
  private static String ends(Schedule schedule, int epochs) {
    StringBuilder text = new StringBuilder();
    int every = (epochs + POINTS - 1) / POINTS;
    for (int epoch = every; epoch <= epochs; epoch += every) {
      text.append(String.format(Locale.ROOT, "%7d  %.6g\n", epoch, schedule.at(epoch, epochs)));
    }
    return text.toString();
  }
}
