/** Counts and figures of how good a classifier is. Depends on the JDK alone. */
@NullMarked
package org.epochflow.model.metric;

import org.jspecify.annotations.NullMarked;
