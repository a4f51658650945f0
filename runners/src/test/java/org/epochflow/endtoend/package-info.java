/**
 * The program as its user has it: the launcher, started as a process of its own in an empty folder.
 * Depends on nothing of the program's but its output.
 */
@NullMarked
package org.epochflow.endtoend;

import org.jspecify.annotations.NullMarked;
