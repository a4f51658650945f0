package org.epochflow.pipeline.ingest;

/** The manifests of a data set's two parts. */
public record DataSet(Manifest train, Manifest test) {}
