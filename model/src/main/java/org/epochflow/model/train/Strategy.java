package org.epochflow.model.train;

/** How replicas step, and what is made of their parameters at the end of a round. */
public enum Strategy {
  /** Replicas take Adam's steps; parameters and moments are averaged. */
  LOCAL_ADAM,
  /**
   * Replicas take plain gradient steps; their mean change is a gradient for one Adam step
   * (FedAdam).
   */
  SERVER_ADAM;
}
