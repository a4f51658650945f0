/** Tracks runs and registered models on an MLflow server. */
@NullMarked
package org.epochflow.runners.mlflow;

import org.jspecify.annotations.NullMarked;
