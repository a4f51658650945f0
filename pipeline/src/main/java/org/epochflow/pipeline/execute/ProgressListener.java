package org.epochflow.pipeline.execute;

/** Watches long work: what it is, and how far it is. Listeners only observe. */
public interface ProgressListener {
  /**
   * Before a piece of work other than an epoch.
   *
   * @param task what it is, for instance {@code Reading DIR}
   */
  default void taskBegan(String task) {}

  /** Now and then within a task or an epoch: how many of its images are done. */
  default void progressed(long images, long ofImages) {}

  /** After a task, whether it succeeded or not. */
  default void taskEnded() {}
}
