/** The DirectRunner: pipelines in this process. May depend on the pipelines. */
@NullMarked
package org.epochflow.runners.direct;

import org.jspecify.annotations.NullMarked;
