package org.epochflow.runners.request;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.epochflow.model.format.Compiled.Recipe;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.epochflow.model.optim.Optimizers;
import org.epochflow.model.optim.schedule.OneCycle;
import org.epochflow.model.train.DataParallel;
import org.epochflow.runners.option.ModelOptions;
import org.jspecify.annotations.Nullable;

/** The networks that {@code --model} has a name for. */
public enum Preset {
  SOFTMAX {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      return image -> Presets.softmax(image, classes);
    }
  },
  MLP("dropout") {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      double dropout = dropout(options, Presets.MLP_DROPOUT);
      return image -> Presets.mlp(image, classes, dropout);
    }
  },
  CNN("dropout", "padding", "filterMultiplier") {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      double dropout = dropout(options, Presets.CNN_DROPOUT);
      Padding padding = Padding.valueOf(options.padding.toUpperCase(Locale.ROOT));
      double multiplier = options.filterMultiplier;
      return image -> Presets.cnn(image.withChannels(), classes, dropout, padding, multiplier);
    }
  },
  LENET {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      return image -> Presets.lenet(image.withChannels(), classes);
    }
  },
  RESNET {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      return image -> Presets.resnet(image.withChannels(), classes);
    }

    @Override
    Optional<Recipe> recipe() {
      return Optional.of(ONE_CYCLE);
    }
  },
  FAST {
    @Override
    Function<Shape, Architecture> network(ModelOptions options) {
      int classes = options.classes;
      return image -> Presets.fast(image.withChannels(), classes);
    }

    @Override
    Optional<Recipe> recipe() {
      return Optional.of(ONE_CYCLE);
    }
  };

  /** Adam at a rate that rises to 0.01 in the first fifth of the epochs and falls to almost 0. */
  private static final Recipe ONE_CYCLE =
      new Recipe(
          Optimizers.DEFAULT, 0.01, Optional.of(new OneCycle(0.2, 5, 10_000)), Optional.empty());

  /** As the command line spells them. */
  public static final List<String> NAMES = Arrays.stream(values()).map(Preset::word).toList();

  @SuppressWarnings("ImmutableEnumChecker") // It is Set.of.
  private final Set<String> options;

  Preset(String... options) {
    this.options = Set.of(options);
  }

  /** As the command line spells it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Preset> named(String word) {
    return Arrays.stream(values()).filter(preset -> preset.word().equals(word)).findFirst();
  }

  /** The names of the options that shape it, but for the number of classes. */
  Set<String> options() {
    return options;
  }

  /** The network for images of a shape; what is set now counts. */
  abstract Function<Shape, Architecture> network(ModelOptions options);

  /** How it is trained if nothing else is asked for; empty if as any other network. */
  Optional<Recipe> recipe() {
    return Optional.empty();
  }

  /** How many replicas it has if nothing else is asked for: a recipe of few epochs is for one. */
  int replicas() {
    return recipe().isPresent() ? 1 : DataParallel.DEFAULT_REPLICAS;
  }

  private static double dropout(ModelOptions options, double otherwise) {
    @Nullable Double given = options.dropout;
    return given == null ? otherwise : given;
  }
}
