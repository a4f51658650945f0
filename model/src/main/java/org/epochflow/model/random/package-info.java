/**
 * Counter-based random numbers: each is a pure function of what it is for, so none needs saving.
 * Depends on the JDK alone.
 */
@NullMarked
package org.epochflow.model.random;

import org.jspecify.annotations.NullMarked;
