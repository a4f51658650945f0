/**
 * Convolutions of images, over all channels and depthwise. May depend on {@code nn}, {@code
 * nn.layer.core}, {@code kernel} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.convolution;

import org.jspecify.annotations.NullMarked;
