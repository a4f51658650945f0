/**
 * The {@code .keras} file, which is also the checkpoint. May depend on every other package of this
 * module, on jHDF and on Jackson.
 */
@NullMarked
package org.epochflow.model.format;

import org.jspecify.annotations.NullMarked;
