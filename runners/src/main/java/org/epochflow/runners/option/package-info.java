/**
 * The options of the command line, in groups that verbs share, and what each option takes. An
 * options object is filled in once, by the parser, and only read from then on. May depend on the
 * model's and the pipeline's constants and values alone.
 */
@NullMarked
package org.epochflow.runners.option;

import org.jspecify.annotations.NullMarked;
