/** Files of records and how a pipeline reads them. May depend on the model and on Beam's core. */
@NullMarked
package org.epochflow.pipeline.io;

import org.jspecify.annotations.NullMarked;
