/**
 * Layers that change images at random while training, and {@code --augment}, which puts some of
 * them in front of a network. May depend on {@code nn}, {@code nn.layer.core}, {@code
 * nn.layer.reshaping}, {@code random} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.augmentation;

import org.jspecify.annotations.NullMarked;
