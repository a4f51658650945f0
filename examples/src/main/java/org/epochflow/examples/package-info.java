/**
 * Programs to copy: training and classification in pipelines of one's own. Each depends on Beam and
 * on what the libraries offer to users, not on the command line.
 */
@NullMarked
package org.epochflow.examples;

import org.jspecify.annotations.NullMarked;
