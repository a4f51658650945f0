/**
 * JSON trees, read field by field with messages that name field and place, and written the same on
 * every machine. Depends on Jackson alone.
 */
@NullMarked
package org.epochflow.model.json;

import org.jspecify.annotations.NullMarked;
