/**
 * The verbs of the command line, one file each: its options, what it does, and what it prints. To
 * add one, write its class and list it in {@link org.epochflow.runners.verb.Verbs}. May depend on
 * every other package of the runners but {@code cli}, which calls it.
 */
@NullMarked
package org.epochflow.runners.verb;

import org.jspecify.annotations.NullMarked;
