/**
 * Layers that act while training alone. May depend on {@code nn}, {@code nn.layer.core}, {@code
 * kernel}, {@code random} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.regularization;

import org.jspecify.annotations.NullMarked;
