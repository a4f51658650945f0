/**
 * Flink: pipelines as jobs of a session cluster, one after another, with what a driver far from the
 * work needs: a clear word on a cluster that cannot be used, work on every slot, another attempt
 * where a worker was lost. May depend on the pipelines.
 */
@NullMarked
package org.epochflow.runners.flink;

import org.jspecify.annotations.NullMarked;
