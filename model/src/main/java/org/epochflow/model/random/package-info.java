/**
 * Counter-based random numbers: each is a pure function of its purpose, so none needs to be saved.
 * Depends on the JDK alone.
 */
@NullMarked
package org.epochflow.model.random;

import org.jspecify.annotations.NullMarked;
