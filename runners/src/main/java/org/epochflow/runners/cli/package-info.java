/**
 * The program: how words become a verb and its options, help, and what a failure says. The only
 * package that knows the process's streams and exit code. May depend on every other package.
 */
@NullMarked
package org.epochflow.runners.cli;

import org.jspecify.annotations.NullMarked;
