/**
 * Layers that shift and scale, by what a batch, an example or the whole data look like. May depend
 * on {@code nn}, {@code nn.layer.core}, {@code kernel} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.normalization;

import org.jspecify.annotations.NullMarked;
