/** Images and feature maps drawn as PNG files. May depend on no other package of the pipeline. */
@NullMarked
package org.epochflow.pipeline.picture;

import org.jspecify.annotations.NullMarked;
