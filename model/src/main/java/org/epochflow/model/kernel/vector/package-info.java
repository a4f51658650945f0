/**
 * The kernels on {@code jdk.incubator.vector}: {@link
 * org.epochflow.model.kernel.vector.VectorKernels}, and what its tensors are computed with. Depends
 * on that module, on {@code kernel}, which alone creates it, {@code parallel} and {@code random}.
 */
@NullMarked
package org.epochflow.model.kernel.vector;

import org.jspecify.annotations.NullMarked;
