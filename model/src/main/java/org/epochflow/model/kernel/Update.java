package org.epochflow.model.kernel;

/**
 * One step of an optimiser, applied to one range of the parameters after another.
 *
 * <p>What becomes of a parameter depends on its own gradient and state alone. So the ranges may be
 * cut anywhere, and threads may apply it to different ranges at once: the bits are the same.
 */
@FunctionalInterface
public interface Update {
  /**
   * Steps the parameters {@code from} to {@code to}, exclusive, and the state that belongs to them.
   *
   * @param kernels the calling thread's, for arithmetic that it does faster than a plain loop: the
   *     JVM makes no vectors of a loop whose arrays have different indexes, as {@code w} and {@code
   *     g} have
   * @param g the gradient, from {@code at} on; it is not changed
   */
  void apply(Kernels kernels, float[] w, int from, int to, float[] g, int at);
}
