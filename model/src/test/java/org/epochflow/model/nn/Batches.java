package org.epochflow.model.nn;

import java.util.Random;
import java.util.stream.LongStream;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;

/** Batches and parameters to try networks with. */
final class Batches {
  static final Update SMALL_STEP =
      (kernels, w, from, to, g, at) -> kernels.axpy(-0.01f, g, at, w, from, to);

  private Batches() {}

  /** Random pixels and labels; the examples' indices are 100, 101, ... */
  static Batch random(Architecture architecture, int size, Random random) {
    int inputs = architecture.input().size();
    byte[] pixels = new byte[size * inputs];
    random.nextBytes(pixels);
    byte[] labels = new byte[size];
    for (int i = 0; i < size; i++) {
      labels[i] = (byte) random.nextInt(architecture.classes());
    }
    return of(new Examples(pixels, labels, LongStream.range(100, 100 + size).toArray()), inputs);
  }

  static Batch of(Examples examples, int inputs) {
    Batch batch = new Batch(Math.max(1, examples.size()), inputs);
    for (int i = 0; i < examples.size(); i++) {
      batch.add(examples, i, Preprocessing.STANDARD);
    }
    batch.normalize(Kernels.named("ejml"), Share.ALL);
    return batch;
  }

  /** As training starts, but with biases, so that no relu stands exactly at its kink. */
  static float[] parameters(Architecture architecture, Random random) {
    float[] w = architecture.initialParameters(42);
    for (int i = 0; i < w.length; i++) {
      w[i] = w[i] == 0 ? 0.2f * random.nextFloat() - 0.05f : w[i];
    }
    return w;
  }

  /** The parameters after five small steps. */
  static float[] steps(Architecture network, String kernels, int threads) {
    Random random = new Random(5);
    float[] w = parameters(network, random);
    float[] gradient = new float[w.length];
    try (Team team = new Team(threads)) {
      Network bound = new Network(network, Kernels.named(kernels, team), team, w);
      for (int step = 0; step < 5; step++) {
        bound.step(random(network, 33, random), 0, gradient, SMALL_STEP);
      }
    }
    return w;
  }
}
