/**
 * What was typed, made into values: arguments, files, models, networks, configurations, plans. May
 * depend on {@code option}, on the pipeline and on the runners' names.
 */
@NullMarked
package org.epochflow.runners.request;

import org.jspecify.annotations.NullMarked;
