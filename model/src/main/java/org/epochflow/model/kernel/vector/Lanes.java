package org.epochflow.model.kernel.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors in use: the widest of the machine, or {@code -Depochflow.vectorBits=128|256|512}. One
 * constant for the whole JVM, because C2 compiles vectors of a species that is no constant to calls
 * and boxes.
 */
final class Lanes {
  static final VectorSpecies<Float> SPECIES =
      species(Integer.getInteger("epochflow.vectorBits", 0));

  /** As many whole numbers as there are floats. */
  static final VectorSpecies<Integer> INTS = SPECIES.withLanes(int.class);

  /** As many short numbers as floats, or more if no vector is that short. */
  static final VectorSpecies<Short> SHORTS = VectorSpecies.of(short.class, shape(Short.SIZE));

  /** Bytes likewise. */
  static final VectorSpecies<Byte> BYTES = VectorSpecies.of(byte.class, shape(Byte.SIZE));

  /** The floats of a vector. */
  static final int LENGTH = SPECIES.length();

  private Lanes() {}

  private static VectorShape shape(int bits) {
    return VectorShape.forBitSize(Math.max(64, SPECIES.length() * bits));
  }

  private static VectorSpecies<Float> species(int bits) {
    return switch (bits) {
      case 0 -> atMost512(FloatVector.SPECIES_PREFERRED);
      case 128 -> FloatVector.SPECIES_128;
      case 256 -> FloatVector.SPECIES_256;
      case 512 -> FloatVector.SPECIES_512;
      default ->
          throw new IllegalArgumentException(
              "Expected -Depochflow.vectorBits of 128, 256 or 512, found " + bits);
    };
  }

  private static VectorSpecies<Float> atMost512(VectorSpecies<Float> preferred) {
    return preferred.vectorBitSize() > 512 ? FloatVector.SPECIES_512 : preferred;
  }

  static FloatVector load(float[] values, int at) {
    return FloatVector.fromArray(SPECIES, values, at);
  }

  static FloatVector all(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }
}
