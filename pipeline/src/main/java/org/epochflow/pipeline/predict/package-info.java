/**
 * A saved model at work in what others build: their pipelines and servers. Images in, classes with
 * their probabilities out, by the newest champion where the model is a registry's. May depend on
 * {@code data.format}, {@code execute}, {@code registry} and {@code store}, and on the model.
 */
@NullMarked
package org.epochflow.pipeline.predict;

import org.jspecify.annotations.NullMarked;
