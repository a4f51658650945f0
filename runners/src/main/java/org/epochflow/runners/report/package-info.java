/**
 * Pages, each a self-contained HTML file. {@link org.epochflow.runners.report.Page} assembles a
 * page. Each kind of page has a script, which shows its data with the functions of {@code
 * charts.js}. May depend on the model, on the pipeline's runs and on how {@code terminal} writes a
 * command.
 */
@NullMarked
package org.epochflow.runners.report;

import org.jspecify.annotations.NullMarked;
