/**
 * Experiments: many trainings on one data set, each with a run's folder of its own. A tuning and a
 * cross-validation are one transform, {@link org.epochflow.pipeline.experiment.RunTrials}, under
 * another plan and another summary. May depend on {@code run} and all it depends on.
 */
@NullMarked
package org.epochflow.pipeline.experiment;

import org.jspecify.annotations.NullMarked;
