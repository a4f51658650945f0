/**
 * A saved model at work in a JVM program: images in, classes with their probabilities out. May
 * depend on {@code nn}, {@code kernel} and {@code format}.
 */
@NullMarked
package org.epochflow.model.predict;

import org.jspecify.annotations.NullMarked;
