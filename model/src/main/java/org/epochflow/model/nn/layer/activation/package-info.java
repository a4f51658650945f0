/**
 * Functions as layers of their own, with settings. May depend on {@code nn}, {@code nn.layer.core},
 * {@code nn.layer.function}, {@code kernel} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.activation;

import org.jspecify.annotations.NullMarked;
