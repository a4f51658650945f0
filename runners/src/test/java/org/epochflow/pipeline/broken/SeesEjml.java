package org.epochflow.pipeline.broken;

import org.ejml.data.FMatrixRMaj;

/** Breaks the rule that EJML stays inside the model. */
record SeesEjml(FMatrixRMaj matrix) {}
