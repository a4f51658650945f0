package org.epochflow.runners.terminal;

import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** A progress bar on the current line of a terminal. Closing it clears the line. */
final class Bar implements AutoCloseable {
  private static final int WIDTH = 78;
  private static final double TOLD_FROM = 0.02;
  private final Line line;
  private final ProgressBar bar;

  Bar(String title, long of, PrintStream out) {
    line = new Line(out);
    bar =
        new ProgressBarBuilder()
            .setTaskName(title)
            .setInitialMax(of)
            .setRenderer(Bar::rendered)
            .setUpdateIntervalMillis(200)
            .setConsumer(line)
            .build();
  }

  /** {@code Epoch 3/20 45% ━━━━━━ 21,600/48,000 10,400 images/s 0:02 left}. */
  private static String rendered(ProgressState state, int width) {
    if (state.getMax() <= 0) {
      return state.getTaskName() + " ...";
    }
    double seconds = state.getElapsedAfterStart().toMillis() / 1e3;
    double speed = seconds > 0 ? state.getCurrent() / seconds : 0;
    long most = Math.max(state.getMax(), state.getCurrent());
    double share = (double) state.getCurrent() / most;
    long left = speed > 0 ? Math.round((most - state.getCurrent()) / speed) : 0;
    String before = String.format(Locale.ROOT, "%s %3.0f%% ", state.getTaskName(), 100 * share);
    String after =
        String.format(Locale.ROOT, " %,d/%,d", state.getCurrent(), most)
            + (speed > 0 ? String.format(Locale.ROOT, "  %,.0f images/s", speed) : "")
            + (share >= TOLD_FROM
                ? String.format(Locale.ROOT, "  %d:%02d left", left / 60, left % 60)
                : "");
    int room = Math.max(0, width - before.length() - after.length());
    int drawn = (int) (share * room);
    String line = before + "━".repeat(drawn) + " ".repeat(room - drawn) + after;
    return line.substring(0, Math.min(line.length(), width));
  }

  void at(long done, long of) {
    bar.maxHint(of);
    bar.stepTo(done);
  }

  @Override
  public void close() {
    bar.close();
    line.erase();
  }

  /** The current line. Once erased it stays empty, even if the bar's own thread still draws. */
  private static final class Line implements ProgressBarConsumer {
    private static final String ERASE = "\r\u001b[K";
    private final PrintStream out;
    private boolean erased;

    Line(PrintStream out) {
      this.out = out;
    }

    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
    }

    @Override
    public synchronized void accept(String text) {
      if (!erased) {
        out.print(ERASE + text);
        out.flush();
      }
    }

    @Override
    public void close() {
      // The bar's thread ends here; Bar.close erases the line.
    }

    synchronized void erase() {
      erased = true;
      out.print(ERASE);
      out.flush();
    }
  }
}
