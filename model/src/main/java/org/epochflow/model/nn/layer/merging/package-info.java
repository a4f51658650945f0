/**
 * Layers of several inputs. May depend on {@code nn}, {@code nn.layer.core} and {@code json}, and
 * on EJML.
 */
@NullMarked
package org.epochflow.model.nn.layer.merging;

import org.jspecify.annotations.NullMarked;
