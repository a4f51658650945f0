/**
 * IDX, the file format of MNIST: headers, range reads, writing, and unpacking gzip.
 *
 * <p>Works on channels and names, never on file systems: whoever calls opens, knows the length and
 * closes. Whatever is wrong with a file is an {@link org.epochflow.model.idx.IdxFormatException},
 * which says in which file, at which byte, what was expected there and what was found. What an
 * image or a label means to a network is not known here.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package org.epochflow.model.idx;

import org.jspecify.annotations.NullMarked;
