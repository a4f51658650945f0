/**
 * IDX, the file format of MNIST: headers, range reads, writing, and unpacking gzip.
 *
 * <p>Works on channels and names, never on file systems: the caller opens the file, knows its
 * length and closes it. Every fault of a file is an {@link
 * org.epochflow.model.idx.IdxFormatException}, which names the file and the byte, and says what was
 * expected and what was found. This package does not know what an image or a label means to a
 * network.
 *
 * <p>May depend on the JDK only.
 */
@NullMarked
package org.epochflow.model.idx;

import org.jspecify.annotations.NullMarked;
