/**
 * Networks: an {@link org.epochflow.model.nn.Architecture} is an immutable list of layers, a {@link
 * org.epochflow.model.nn.Network} runs one over a flat vector of parameters. Knows no layer by its
 * class. May depend on {@code kernel}, {@code random}, {@code parallel}, {@code metric} and {@code
 * json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn;

import org.jspecify.annotations.NullMarked;
