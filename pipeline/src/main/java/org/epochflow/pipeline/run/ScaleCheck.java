package org.epochflow.pipeline.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.metric.McNemar;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.predict.Classification;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.data.ChannelSums;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.Sample;

/**
 * Whether a model from outside, whose file does not say how pixels become inputs, seems to be given
 * them in another way than it was trained with: a sample of the data is classified in every way.
 *
 * @param name what the message calls the model
 * @param used how its pixels become inputs
 */
record ScaleCheck(String name, SavedModel model, Preprocessing used) {
  /** By how much another accuracy must at least be higher. */
  private static final double CLEARLY = 0.1;

  /** How probable a difference by chance may at most be. */
  private static final double CHANCE = 0.01;

  /** The examples of a sample that a model gets right, in one way. */
  private record Right(Preprocessing.Scale scale, boolean[] examples) {
    long count() {
      return IntStream.range(0, examples.length).filter(i -> examples[i]).count();
    }

    /** Whether it is better than another by more than chance explains. */
    boolean clearlyAbove(Right other) {
      long alone = only(this, other);
      long without = only(other, this);
      return alone - without >= CLEARLY * examples.length
          && new McNemar(without, alone).pValue() < CHANCE;
    }

    private static long only(Right one, Right other) {
      return IntStream.range(0, one.examples.length)
          .filter(i -> one.examples[i] && !other.examples[i])
          .count();
    }
  }

  /**
   * What to tell the user; empty where the model is ours, which says how it was trained, or where
   * no other way is clearly better.
   *
   * @param counted the data, of which the manifest has samples
   */
  Optional<String> warning(Manifest counted) {
    if (model.state().isPresent() || counted.samples().isEmpty()) {
      return Optional.empty();
    }
    byte[] pixels = pixels(counted.samples());
    Right here = right(used, pixels, counted.samples());
    List<Right> better = new ArrayList<>();
    for (Preprocessing other : others(counted, pixels)) {
      Right there = right(other, pixels, counted.samples());
      if (there.clearlyAbove(better.isEmpty() ? here : better.get(0))) {
        better.add(0, there);
      }
    }
    return better.stream().findFirst().map(best -> text(here, best));
  }

  private static byte[] pixels(List<Sample> samples) {
    byte[] first = samples.get(0).pixels();
    byte[] all = new byte[samples.size() * first.length];
    for (int i = 0; i < samples.size(); i++) {
      System.arraycopy(samples.get(i).pixels(), 0, all, i * first.length, first.length);
    }
    return all;
  }

  /** The other ways; standardised by the sample's own mean and deviation. */
  private List<Preprocessing> others(Manifest counted, byte[] pixels) {
    List<Integer> image = counted.image();
    ChannelSums sums = new ChannelSums(image.size() == 3 ? image.get(2) : 1);
    sums.add(pixels);
    return Stream.of(Preprocessing.STANDARD, Preprocessing.BYTES, sums.standardized())
        .filter(other -> other.scale() != used.scale())
        .toList();
  }

  private Right right(Preprocessing by, byte[] pixels, List<Sample> samples) {
    List<Classification> answers =
        Classifier.of(model.with(by.withImage(null))).classify(pixels, samples.size());
    boolean[] right = new boolean[samples.size()];
    for (int i = 0; i < right.length; i++) {
      right[i] = answers.get(i).label() == samples.get(i).label();
    }
    return new Right(by.scale(), right);
  }

  private String text(Right here, Right best) {
    int examples = here.examples().length;
    return String.format(
        Locale.ROOT,
        "%s has an accuracy of %.2f on a sample of %d examples with pixels %s, and of %.2f with"
            + " pixels %s; --pixels says which it was trained with",
        name,
        (double) here.count() / examples,
        examples,
        here.scale().word(),
        (double) best.count() / examples,
        best.scale().word());
  }
}
