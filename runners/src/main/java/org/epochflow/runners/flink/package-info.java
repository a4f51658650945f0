/**
 * Flink: pipelines as jobs of a session cluster, one after another. The driver says clearly why a
 * cluster cannot be used, spreads the work over every slot, and repeats jobs that lost a worker.
 * May depend on the pipelines.
 */
@NullMarked
package org.epochflow.runners.flink;

import org.jspecify.annotations.NullMarked;
