package org.epochflow.model.nn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.random.CounterRandom;
import org.jspecify.annotations.Nullable;

/**
 * What a variable starts from, by Keras's names and formulas. A value is a function of the seed,
 * the variable and its index in it.
 *
 * <p>With a {@link Fan}, {@code n} is the number of inputs or outputs of a unit, or their mean: of
 * dimensions {@code [... x in x out]} they are {@code in} and {@code out}, each times the product
 * of the dimensions before, which are a kernel's height and width; of a vector both are its length.
 * Then U is within {@code sqrt(3 scale / n)} of 0, and the deviation of N is {@code sqrt(scale /
 * n)}: a truncated N is drawn from one wider by {@code 1 / 0.8796...}, so that this is what is
 * left.
 *
 * <p>Example: {@code new Initializer("HeNormal", Law.TRUNCATED_NORMAL, Fan.IN, 2, 0)}.
 *
 * @param type Keras's class
 * @param fan which {@code n}, if the law depends on it
 * @param first the value, the gain, the least value or the mean, by the law; the scale with a fan
 * @param second the greatest value, or the standard deviation; 0 where there is none
 */
public record Initializer(String type, Law law, @Nullable Fan fan, double first, double second)
    implements Serializable {
  public static final Initializer ZEROS = new Initializer("Zeros", Law.CONSTANT, null, 0, 0);
  public static final Initializer ONES = new Initializer("Ones", Law.CONSTANT, null, 1, 0);
  public static final Initializer GLOROT_UNIFORM =
      new Initializer("GlorotUniform", Law.UNIFORM, Fan.AVG, 1, 0);

  /** The standard deviation of a normal variable that is cut off at two of its own. */
  private static final double DEVIATION_OF_TRUNCATED = 0.8796256610342398;

  /** Where a truncated normal variable is cut off, in standard deviations. */
  private static final double CUT = 2;

  /** How values are drawn. */
  public enum Law {
    /** All are {@code first}. */
    CONSTANT,
    /** U({@code first}, {@code second}). */
    UNIFORM,
    /** N({@code first}, {@code second}<sup>2</sup>). */
    NORMAL,
    /** The same, drawn again while it is more than two standard deviations off. */
    TRUNCATED_NORMAL,
    /**
     * {@code first} times a matrix {@code [all but the last dimension x last]} with orthonormal
     * rows or columns, whichever are fewer: Q of a matrix of normal variables, R's diagonal
     * positive.
     */
    ORTHOGONAL,
    /** {@code first} on a matrix's diagonal, else 0. */
    IDENTITY
  }

  /** What the variance is scaled by. */
  public enum Fan {
    IN,
    OUT,
    AVG;

    /** Keras's name for it. */
    String kerasName() {
      return "fan_" + name().toLowerCase(Locale.ROOT);
    }

    /** The inputs or outputs of a unit, 1 at least. */
    double of(List<Integer> dimensions) {
      int rank = dimensions.size();
      double area = 1;
      for (int i = 0; i < rank - 2; i++) {
        area *= dimensions.get(i);
      }
      double in = area * dimensions.get(Math.max(0, rank - 2));
      double out = area * dimensions.get(rank - 1);
      return Math.max(1, this == IN ? in : this == OUT ? out : (in + out) / 2);
    }
  }

  /**
   * Reads a layer's setting: Keras's object, or its name as a class or as in Keras 1, {@code
   * he_normal}. A seed is not read: numbers are drawn by the training's.
   *
   * @param otherwise what a layer without that setting has
   */
  public static Initializer read(JsonObject config, String field, Initializer otherwise)
      throws ModelFormatException {
    return config.has(field) ? InitializerJson.read(config, field) : otherwise;
  }

  /** As Keras writes it in a layer's settings. */
  public ObjectNode json() {
    return InitializerJson.write(this);
  }

  /** Refuses a variable of a layer that it makes no values for, by its number of dimensions. */
  public void requireRank(String layer, int rank) {
    boolean fits = law == Law.IDENTITY ? rank == 2 : law != Law.ORTHOGONAL || rank > 1;
    if (!fits) {
      throw new ArchitectureException(
          String.format(
              Locale.ROOT,
              "Layer %s: expected an initializer for variables of rank %d, found %s",
              layer,
              rank,
              type));
    }
  }

  /** Whether it draws numbers, by a key of its own for each variable. */
  boolean isRandom() {
    return law != Law.CONSTANT && law != Law.IDENTITY;
  }

  /** Writes the variable's first values to its place in {@code w}, which is zero there. */
  void fill(float[] w, Variable variable, long key) {
    List<Integer> dimensions = variable.dimensions();
    if (law == Law.ORTHOGONAL) {
      orthogonal(w, variable, key);
    } else if (law == Law.IDENTITY) {
      int columns = dimensions.get(1);
      for (int i = 0; i < Math.min(dimensions.get(0), columns); i++) {
        w[variable.offset() + i * columns + i] = (float) first;
      }
    } else {
      double mean = fan == null ? mean() : 0;
      double spread = fan == null ? spread() : spread(fan.of(dimensions));
      for (int p = 0; p < variable.size(); p++) {
        w[variable.offset() + p] = (float) (mean + spread * draw(key, p));
      }
    }
  }

  private double mean() {
    return law == Law.UNIFORM ? (first + second) / 2 : first;
  }

  private double spread() {
    return switch (law) {
      case UNIFORM -> (second - first) / 2;
      case NORMAL, TRUNCATED_NORMAL -> second;
      default -> 0;
    };
  }

  /** The bound or the standard deviation for {@code n} inputs or outputs. */
  double spread(double n) {
    return switch (law) {
      case UNIFORM -> Math.sqrt(3 * first / n);
      case TRUNCATED_NORMAL -> Math.sqrt(first / n) / DEVIATION_OF_TRUNCATED;
      default -> Math.sqrt(first / n);
    };
  }

  /** A number of mean 0: within 1 if it is uniform, else of variance 1 before it is cut. */
  private double draw(long key, int p) {
    return switch (law) {
      case UNIFORM -> 2.0 * CounterRandom.uniform(key, p) - 1;
      case NORMAL -> normal(key, p);
      case TRUNCATED_NORMAL -> truncated(CounterRandom.at(key, p));
      default -> 0;
    };
  }

  private static double truncated(long stream) {
    int tries = 0;
    double drawn = normal(stream, tries);
    while (Math.abs(drawn) > CUT) {
      drawn = normal(stream, ++tries);
    }
    return drawn;
  }

  /** By Box and Muller's transform of two uniform numbers. */
  private static double normal(long key, long index) {
    double radius = 1 - CounterRandom.uniformDouble(key, 2 * index);
    double angle = 2 * Math.PI * CounterRandom.uniformDouble(key, 2 * index + 1);
    return Math.sqrt(-2 * StrictMath.log(radius)) * StrictMath.cos(angle);
  }

  /** By Gram and Schmidt's method, a vector at a time from all after it, in double precision. */
  private void orthogonal(float[] w, Variable variable, long key) {
    int columns = variable.dimensions().get(variable.dimensions().size() - 1);
    int rows = variable.size() / columns;
    double[][] vectors = new double[Math.min(rows, columns)][Math.max(rows, columns)];
    for (int v = 0; v < vectors.length; v++) {
      for (int i = 0; i < vectors[v].length; i++) {
        vectors[v][i] = normal(key, (long) i * vectors.length + v);
      }
    }
    for (int v = 0; v < vectors.length; v++) {
      scale(vectors[v], 1 / Math.sqrt(product(vectors[v], vectors[v])));
      for (int later = v + 1; later < vectors.length; later++) {
        double along = product(vectors[v], vectors[later]);
        for (int i = 0; i < vectors[v].length; i++) {
          vectors[later][i] -= along * vectors[v][i];
        }
      }
    }
    for (int p = 0; p < variable.size(); p++) {
      int row = p / columns;
      int column = p % columns;
      double value = rows < columns ? vectors[row][column] : vectors[column][row];
      w[variable.offset() + p] = (float) (first * value);
    }
  }

  private static void scale(double[] vector, double factor) {
    for (int i = 0; i < vector.length; i++) {
      vector[i] *= factor;
    }
  }

  private static double product(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
