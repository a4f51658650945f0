package org.epochflow.runners.option;

import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.train.Strategy;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.IGetter;
import picocli.CommandLine.Model.ISetter;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The optimizer, and an option for each setting that any of the optimizers has. */
public final class OptimizerOptions {
  @Option(
      names = "--optimizer",
      completionCandidates = Names.class,
      description = "How a replica steps its parameters along their gradient")
  @Takes(fallback = "adam, or sgd with server-adam; what a .keras file of Keras was compiled with")
  public @Nullable String optimizer;

  /** The settings that are given, by their names. */
  public final Map<String, Object> settings = new TreeMap<>();

  /** The names of all optimizers. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Optimizers.ALL.stream().map(Optimizer::name).iterator();
    }
  }

  /** Where picocli keeps the value of a setting. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // As picocli declares them.
  private record Value(String name, Map<String, Object> settings) implements IGetter, ISetter {
    @Override
    public <T> @Nullable T get() {
      return (T) settings.get(name);
    }

    @Override
    public <T> @Nullable T set(@Nullable T value) {
      return (T) (value == null ? settings.remove(name) : settings.put(name, value));
    }
  }

  /** Adds the settings' options to those that are fields. */
  @Spec
  void add(CommandSpec spec) {
    for (Optimizers.Option setting : Optimizers.options()) {
      Value value = new Value(setting.name(), settings);
      boolean flag = setting.type() == boolean.class;
      spec.addOption(
          OptionSpec.builder("--" + setting.name())
              .type(setting.type())
              .paramLabel("<value>")
              .arity(flag ? "0..1" : "1")
              .fallbackValue(flag ? "true" : "")
              .description(
                  "%s; for %s"
                      .formatted(
                          setting.setting().value(),
                          String.join(", ", setting.defaults().keySet())))
              .getter(value)
              .setter(value)
              .userObject(setting)
              .build());
    }
  }

  /**
   * The optimizer with its settings.
   *
   * @param strategy the word of {@code --strategy}
   * @param compiled what the model brings, if no other is chosen
   * @throws UsageException if they do not go together
   */
  public Optimizer chosen(String strategy, Optional<Optimizer> compiled) {
    Strategy named = Strategy.named(strategy);
    Optimizer any =
        optimizer == null
            ? compiled.orElseGet(named::defaultOptimizer)
            : Optimizers.named(optimizer);
    try {
      Optimizer chosen = Optimizers.with(any, settings);
      Optimizers.requireSound(chosen);
      named.requireFit(strategy, chosen);
      return chosen;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
