/**
 * The layers, one file each, in rooms named as Keras's are: settings, formula, shapes, variables,
 * Keras's JSON, and the operations on a batch. {@link org.epochflow.model.nn.layer.Layers} is the
 * registry, and the one place to add a layer to. May depend on {@code nn}, {@code kernel} and
 * {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer;

import org.jspecify.annotations.NullMarked;
