/**
 * The arithmetic of training as an interface, {@link org.epochflow.model.kernel.Kernels}, and its
 * implementations. Depends on EJML and, where the JVM has it, {@code jdk.incubator.vector}.
 */
@NullMarked
package org.epochflow.model.kernel;

import org.jspecify.annotations.NullMarked;
