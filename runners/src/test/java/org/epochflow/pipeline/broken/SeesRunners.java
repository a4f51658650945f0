package org.epochflow.pipeline.broken;

import org.epochflow.runners.terminal.TerminalListener;

/** Breaks the direction of dependencies. */
record SeesRunners(TerminalListener listener) {}
