package org.epochflow.model.train;

/**
 * A network's parameters and its optimiser's state, each vector as long as the parameters. The
 * arrays are owned by the state and never changed.
 *
 * @param m Adam's first moments (of the replicas' mean, or of the server)
 * @param v Adam's second moments
 * @param step how many steps Adam has taken
 */
public record ModelState(float[] parameters, float[] m, float[] v, long step) {
  /** Parameters from which training starts: moments of zero, no steps. */
  public static ModelState startingFrom(float[] parameters) {
    return new ModelState(
        parameters, new float[parameters.length], new float[parameters.length], 0);
  }
}
