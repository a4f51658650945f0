package org.epochflow.pipeline.execute;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Those who watch the same work. They only observe: whatever one of them throws, even an error such
 * as want of memory, is said once, and the work goes on. Thread safe.
 *
 * @param <T> the kind of listener
 */
public final class Listeners<T> {
  private final List<T> all;
  private final Consumer<String> warnings;
  private final Set<T> failed = ConcurrentHashMap.newKeySet();

  /**
   * Tells these, in their order.
   *
   * @param warnings receives one line for each listener that fails, and those of {@link #warn}
   */
  public Listeners(List<? extends T> all, Consumer<String> warnings) {
    this.all = List.copyOf(all);
    this.warnings = warnings;
  }

  /** Tells these, in their order; null stands for one that is not there. */
  public static <T> Listeners<T> ofThose(
      List<? extends @Nullable T> all, Consumer<String> warnings) {
    List<T> there = new ArrayList<>();
    for (@Nullable T listener : all) {
      if (listener != null) {
        there.add(listener);
      }
    }
    return new Listeners<>(there, warnings);
  }

  /** Nobody listens. */
  public static <T> Listeners<T> none() {
    return new Listeners<>(List.of(), warning -> {});
  }

  /** Says what a user should know of the work, in a line. */
  public void warn(String line) {
    warnings.accept(line);
  }

  /** Tells all of an event. */
  public void tell(Consumer<? super T> event) {
    for (T listener : all) {
      try {
        event.accept(listener);
      } catch (RuntimeException | Error e) {
        if (failed.add(listener)) {
          warnings.accept(
              "%s failed, and the work goes on: %s"
                  .formatted(listener.getClass().getSimpleName(), e));
        }
      }
    }
  }
}
