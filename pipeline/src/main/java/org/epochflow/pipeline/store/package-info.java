/**
 * What is kept in files: whole files on any of Beam's file systems, a run's folder, leases, tables
 * and figures. May depend on no other package of the pipeline.
 */
@NullMarked
package org.epochflow.pipeline.store;

import org.jspecify.annotations.NullMarked;
