/**
 * How pipelines are run, watched and spread over workers. The only package that sees Beam's
 * options, which it passes on unread. May depend on no other package of the pipeline.
 */
@NullMarked
package org.epochflow.pipeline.execute;

import org.jspecify.annotations.NullMarked;
