/**
 * A registry of versions of one model: a retraining is a training plus gates, a ledger records each
 * decision with its reason, and the champion follows from it. May depend on every other package of
 * pipelines and on the model.
 */
@NullMarked
package org.epochflow.pipeline.registry;

import org.jspecify.annotations.NullMarked;
