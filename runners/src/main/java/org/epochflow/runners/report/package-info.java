/**
 * Pages that are one self-contained HTML file each. {@link org.epochflow.runners.report.Page} puts
 * one together; a kind of page is a script that appends what {@code charts.js} makes of its data.
 * May depend on the model and on the pipeline's runs.
 */
@NullMarked
package org.epochflow.runners.report;

import org.jspecify.annotations.NullMarked;
