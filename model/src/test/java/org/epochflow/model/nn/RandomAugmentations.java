package org.epochflow.model.nn;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.epochflow.model.nn.layer.augmentation.Augmentation;
import org.epochflow.model.nn.layer.augmentation.Interval;
import org.epochflow.model.nn.layer.augmentation.RandomBrightness;
import org.epochflow.model.nn.layer.augmentation.RandomContrast;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.augmentation.RandomErasing;
import org.epochflow.model.nn.layer.augmentation.RandomFlip;
import org.epochflow.model.nn.layer.augmentation.RandomRotation;
import org.epochflow.model.nn.layer.augmentation.RandomTranslation;
import org.epochflow.model.nn.layer.augmentation.RandomZoom;
import org.epochflow.model.nn.layer.augmentation.Sampling;

/** Augmentations of any settings, for {@link RandomNetworks}. */
final class RandomAugmentations {
  static final Map<String, BiFunction<String, Random, Augmentation>> MAKERS = new TreeMap<>();

  static {
    MAKERS.put(
        "RandomFlip",
        (name, random) ->
            new RandomFlip(name, RandomNetworks.one(RandomFlip.Mode.values(), random)));
    MAKERS.put(
        "RandomTranslation",
        (name, random) ->
            new RandomTranslation(
                name, interval(random, -1), interval(random, -1), sampling(random)));
    MAKERS.put(
        "RandomRotation",
        (name, random) -> new RandomRotation(name, interval(random, -1), sampling(random)));
    MAKERS.put(
        "RandomZoom",
        (name, random) ->
            new RandomZoom(
                name,
                interval(random, -0.5),
                random.nextBoolean() ? null : interval(random, -0.5),
                sampling(random)));
    MAKERS.put(
        "RandomCrop",
        (name, random) -> new RandomCrop(name, 3 + random.nextInt(7), 3 + random.nextInt(7)));
    MAKERS.put(
        "RandomContrast",
        (name, random) -> new RandomContrast(name, interval(random, 0), range(random)));
    MAKERS.put(
        "RandomBrightness",
        (name, random) -> new RandomBrightness(name, interval(random, -1), range(random)));
    MAKERS.put(
        "RandomErasing",
        (name, random) ->
            new RandomErasing(
                name,
                interval(random, 0),
                interval(random, 0),
                random.nextBoolean() ? List.of() : List.of(random.nextInt(5) / 4.0),
                range(random)));
  }

  private RandomAugmentations() {}

  /** Within this and 1. */
  private static Interval interval(Random random, double least) {
    double lower = least + random.nextInt(8) / 8.0 * (1 - least);
    return new Interval(lower, lower + random.nextInt(8) / 8.0 * (1 - lower));
  }

  /** No wider: the networks' losses stay below their clip. */
  private static Interval range(Random random) {
    return random.nextBoolean() ? new Interval(0, 1) : new Interval(-1, 1.5);
  }

  private static Sampling sampling(Random random) {
    return new Sampling(
        RandomNetworks.one(Sampling.FillMode.values(), random),
        RandomNetworks.one(Sampling.Interpolation.values(), random),
        random.nextInt(3) / 2.0);
  }
}
