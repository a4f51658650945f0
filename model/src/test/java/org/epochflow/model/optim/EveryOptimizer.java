package org.epochflow.model.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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
          all = Optimizers.with(all, changed);
        }
      }
      variants.add(all);
    }
    return variants.stream().distinct().toList();
  }
}
