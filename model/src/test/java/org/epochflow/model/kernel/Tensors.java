package org.epochflow.model.kernel;

import java.util.Arrays;
import java.util.Random;
import org.ejml.data.FMatrixRMaj;

/** Matrices as networks hand them over: their arrays are longer than needed, full of old values. */
final class Tensors {
  private static final int SPARE = 5;

  private Tensors() {}

  /** Old values are NaN, so that one that is read or left is seen. */
  static FMatrixRMaj dirty(int rows, int columns) {
    FMatrixRMaj matrix = new FMatrixRMaj(0, 0);
    matrix.data = dirty(rows * columns + SPARE);
    matrix.numRows = rows;
    matrix.numCols = columns;
    return matrix;
  }

  static float[] dirty(int size) {
    float[] values = new float[size];
    Arrays.fill(values, Float.NaN);
    return values;
  }

  /** Values of -1 to 1. */
  static FMatrixRMaj random(int rows, int columns, Random random) {
    FMatrixRMaj matrix = dirty(rows, columns);
    for (int i = 0; i < rows * columns; i++) {
      matrix.data[i] = 2 * random.nextFloat() - 1;
    }
    return matrix;
  }

  /** Values of -1 to 1, with NaN before and after them. */
  static float[] vector(int at, int size, Random random) {
    float[] values = dirty(at + size + SPARE);
    for (int i = at; i < at + size; i++) {
      values[i] = 2 * random.nextFloat() - 1;
    }
    return values;
  }

  /** Values of which many are equal. */
  static FMatrixRMaj ties(int rows, int columns, Random random) {
    FMatrixRMaj matrix = dirty(rows, columns);
    for (int i = 0; i < rows * columns; i++) {
      matrix.data[i] = random.nextInt(3) - 1;
    }
    return matrix;
  }

  static FMatrixRMaj of(int rows, float... values) {
    return new FMatrixRMaj(rows, values.length / rows, true, values);
  }

  /** The values without what is spare. */
  static float[] values(FMatrixRMaj matrix) {
    return Arrays.copyOf(matrix.data, matrix.getNumElements());
  }
}
