/**
 * The command line: one table of commands, their options, help, and what a failure says. The only
 * package that knows Beam's options and the process's streams and exit code. May depend on every
 * other package.
 */
@NullMarked
package org.epochflow.runners.cli;

import org.jspecify.annotations.NullMarked;
