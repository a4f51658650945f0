package org.epochflow.model.kernel.vector;

import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.S2I;
import static jdk.incubator.vector.VectorOperators.XOR;
import static org.epochflow.model.kernel.vector.Lanes.INTS;
import static org.epochflow.model.kernel.vector.Lanes.LENGTH;
import static org.epochflow.model.kernel.vector.Lanes.SHORTS;
import static org.epochflow.model.kernel.vector.Lanes.all;
import static org.epochflow.model.kernel.vector.Lanes.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;
import org.epochflow.model.kernel.KeptValues;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.random.CounterRandom;

/** Dropout with vectors. */
final class VectorDropout {
  private static final VectorSpecies<Long> NUMBERS = LongVector.SPECIES_512;
  private static final VectorSpecies<Short> DECIDED = ShortVector.SPECIES_512;

  /** Products of longs are fast where vectors have 512 bits, and nowhere else. */
  private static final boolean WIDE = LENGTH == FloatVector.SPECIES_512.length();

  private VectorDropout() {}

  /** See {@link Kernels#keep}. */
  static void keep(long stream, int threshold, short[] kept, int from, int to, int room) {
    int vectors = 0;
    if (WIDE && threshold < 1 << Short.SIZE) {
      int wanted = (to - from + DECIDED.length() - 1) / DECIDED.length();
      vectors = Math.min(wanted, (room - from) / DECIDED.length());
      keepWide(stream, threshold, kept, from, vectors);
    }
    int left = Math.min(to, from + vectors * DECIDED.length());
    KeptValues.draw(stream, (long) vectors * NUMBERS.length(), threshold, kept, left, to);
  }

  /** Draws this many vectors of values. */
  private static void keepWide(long stream, int threshold, short[] kept, int from, int vectors) {
    LongVector numbers = LongVector.broadcast(NUMBERS, 1).addIndex(1);
    LongVector z = numbers.mul(CounterRandom.GOLDEN).add(stream);
    short least = (short) (threshold + Short.MIN_VALUE);
    for (int vector = 0; vector < vectors; vector++) {
      // See CounterRandom.at.
      LongVector a = z.lanewise(XOR, z.lanewise(LSHR, 30)).mul(CounterRandom.FIRST_FACTOR);
      LongVector b = a.lanewise(XOR, a.lanewise(LSHR, 27)).mul(CounterRandom.SECOND_FACTOR);
      ShortVector bits = b.lanewise(XOR, b.lanewise(LSHR, 31)).reinterpretAsShorts();
      // Signed comparison with both sides shifted down is unsigned comparison.
      bits.lanewise(XOR, Short.MIN_VALUE)
          .compare(GE, least)
          .toVector()
          .reinterpretAsShorts()
          .intoArray(kept, from + vector * DECIDED.length());
      z = z.add(NUMBERS.length() * CounterRandom.GOLDEN);
    }
  }

  /** See {@link Kernels#dropout}. */
  static void apply(short[] kept, float scale, float[] x, float[] y, int from, int to) {
    int i = from;
    FloatVector factor = all(scale);
    for (; i <= to - SHORTS.length(); i += LENGTH) {
      IntVector bits = load(x, i).mul(factor).reinterpretAsInts();
      IntVector mask =
          (IntVector) ShortVector.fromArray(SHORTS, kept, i).convertShape(S2I, INTS, 0);
      bits.and(mask).reinterpretAsFloats().intoArray(y, i);
    }
    for (; i < to; i++) {
      y[i] = Float.intBitsToFloat(Float.floatToRawIntBits(x[i] * scale) & kept[i]);
    }
  }
}
