package org.epochflow.model;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.epochflow.model.kernel.Kernels;

/**
 * How much of the core's peak a training step and each of its kernels reach. Slices of some
 * milliseconds take turns: fused multiply-adds in registers alone, whole steps, and steps whose
 * kernels are timed one by one. So a speed and the peak that it is compared with have the same
 * weather on a noisy machine. Prints the medians, and what one slice in ten reaches.
 *
 * <p>Arguments, with their defaults: {@code model=softmax,mlp,cnn batch=128,32,2 seconds=10
 * threads=2}, the last for whole steps that are shared.
 */
public final class SharesOfPeak {
  private static final long SLICE_NANOS = 10_000_000;

  /** The time of this thread alone, without that of the processes which it shares the core with. */
  private static final LongSupplier CPU_TIME =
      ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime;

  private static final double MEDIAN = 0.5;
  private static final double BEST = 0.1;

  private final Peak peak = new Peak();
  private final Work work = new Work();
  private final TimedKernels timed = new TimedKernels(Kernels.named("vector"));
  private final Steps whole;
  private final Steps inParts;
  private final Steps shared;
  private List<Turn> turns = List.of();
  private int steps;

  /** Seconds: of a GFLOP at the peak, of a step, of a shared step, of a step in each kernel. */
  private record Turn(double peak, double step, double shared, List<Double> kernels) {}

  private SharesOfPeak(String model, int batch, int threads) {
    whole = new Steps(model, batch, 1);
    whole.setUp();
    inParts = new Steps(model, batch, 1);
    inParts.setUp(List.of(timed.kernels()));
    shared = new Steps(model, batch, threads);
    shared.setUp();
  }

  public static void main(String[] args) {
    double seconds = Double.parseDouble(argument(args, "seconds", "10"));
    int threads = Integer.parseInt(argument(args, "threads", "2"));
    for (String model : argument(args, "model", "softmax,mlp,cnn").split(",", -1)) {
      for (String batch : argument(args, "batch", "128,32,2").split(",", -1)) {
        SharesOfPeak shares = new SharesOfPeak(model, Integer.parseInt(batch), threads);
        shares.takeTurns(seconds / 2); // until all is compiled
        shares.takeTurns(seconds);
        shares.print();
        shares.whole.tearDown();
        shares.inParts.tearDown();
        shares.shared.tearDown();
      }
    }
  }

  private static String argument(String[] args, String name, String otherwise) {
    return Stream.of(args)
        .filter(arg -> arg.startsWith(name + "="))
        .map(arg -> arg.substring(name.length() + 1))
        .findFirst()
        .orElse(otherwise);
  }

  private void takeTurns(double seconds) {
    turns = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < end) {
      double fma = secondsOf(CPU_TIME, () -> peak.fma(work)) * 1e9 / Peak.FLOPS;
      double step = secondsOf(CPU_TIME, () -> whole.step(work));
      double together = secondsOf(System::nanoTime, () -> shared.step(work));
      timed.clear();
      steps = 0;
      secondsOf(CPU_TIME, this::stepInParts);
      List<Double> kernels = new ArrayList<>();
      timed.spent().forEach(spent -> kernels.add(spent.nanos / 1e9 / steps));
      turns.add(new Turn(fma, step, together, kernels));
    }
  }

  private void stepInParts() {
    inParts.step(work);
    steps++;
  }

  /** Calls a piece of work again and again, and returns the seconds of a call. */
  private static double secondsOf(LongSupplier clock, Runnable piece) {
    long end = System.nanoTime() + SLICE_NANOS;
    long start = clock.getAsLong();
    int calls = 0;
    do {
      piece.run();
      calls++;
    } while (System.nanoTime() < end);
    return (clock.getAsLong() - start) / 1e9 / calls;
  }

  private void print() {
    double gflop = whole.gflop();
    double peak = 1 / seconds(MEDIAN, Turn::peak);
    String title = "%s, batch %d".formatted(whole.model, whole.batch);
    line("%n%-36s %9s %8s %8s %8s %8s", title, "us", "GFLOP/s", "of peak", "at best", "of step");
    line("%-36s %9s %8.0f %16.0f", "peak", "", peak, 1 / seconds(BEST, Turn::peak));
    row("step", gflop, Turn::step);
    row("step of %d threads".formatted(shared.threads), gflop, Turn::shared);
    int number = 0;
    for (TimedKernels.Spent spent : timed.spent()) {
      int kernel = number++;
      row(spent.label, spent.gflop / steps, turn -> turn.kernels.get(kernel));
    }
  }

  private void row(String label, double gflop, ToDoubleFunction<Turn> seconds) {
    double median = seconds(MEDIAN, seconds);
    double ofPeak = gflop * seconds(MEDIAN, Turn::peak) / median;
    double atBest = gflop * seconds(BEST, Turn::peak) / seconds(BEST, seconds);
    double ofStep = median / seconds(MEDIAN, Turn::step);
    line(
        "%-36s %9.1f %8.1f %7.0f%% %7.0f%% %7.1f%%",
        label, median * 1e6, gflop / median, 100 * ofPeak, 100 * atBest, 100 * ofStep);
  }

  /** What at least this part of the slices reached. */
  private double seconds(double part, ToDoubleFunction<Turn> of) {
    double[] sorted = turns.stream().mapToDouble(of).sorted().toArray();
    return sorted[(int) (part * sorted.length)];
  }

  private static void line(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
