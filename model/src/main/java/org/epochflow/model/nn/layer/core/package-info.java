/**
 * What other layers are made of too: Dense, Activation, the functions, and the rules that layers
 * share. May depend on {@code nn}, {@code kernel} and {@code json}, and on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.core;

import org.jspecify.annotations.NullMarked;
