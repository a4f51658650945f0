/**
 * The arithmetic of training as an interface, {@link org.epochflow.model.kernel.Kernels}, and its
 * reference implementation. Depends on EJML, {@code parallel} and {@code random}; one class creates
 * the kernels of {@code kernel.vector}.
 */
@NullMarked
package org.epochflow.model.kernel;

import org.jspecify.annotations.NullMarked;
