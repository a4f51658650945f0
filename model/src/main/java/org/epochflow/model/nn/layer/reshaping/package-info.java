/**
 * Layers that move values and compute none. May depend on {@code nn}, {@code nn.layer.core}, {@code
 * kernel} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.reshaping;

import org.jspecify.annotations.NullMarked;
