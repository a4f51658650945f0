package org.epochflow.model.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.epochflow.model.nn.Variable;

/** All optimisers, for laws that each of them keeps. */
public final class EveryOptimizer {
  private EveryOptimizer() {}

  /** Each as it is, and with each of its settings changed alone and all of them together. */
  public static List<Optimizer> variants() {
    List<Optimizer> variants = new ArrayList<>(Optimizers.ALL);
    for (Optimizer optimizer : Optimizers.ALL) {
      Optimizer all = optimizer;
      for (Optimizers.Option option : Optimizers.options()) {
        Object value = option.defaults().get(optimizer.name());
        if (value != null) {
          Map<String, Object> changed =
              Map.of(option.name(), value instanceof Boolean on ? (Object) !on : (Object) 0.625);
          variants.add(Optimizers.with(optimizer, changed));
          // Gradients are clipped in one way at most.
          all = option.name().startsWith("clip") ? all : Optimizers.with(all, changed);
        }
      }
      variants.add(all);
    }
    return variants.stream().distinct().toList();
  }

  /** Whether an optimiser keeps a slot of a parameter. */
  public static boolean keeps(
      Optimizer optimizer, int slot, int parameter, List<Variable> trained) {
    return IntStream.range(0, trained.size())
        .filter(i -> trained.get(i).offset() <= parameter && parameter < trained.get(i).end())
        .anyMatch(i -> optimizer.kerasPlace(i, slot, trained) >= 0);
  }
}
