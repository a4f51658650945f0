package org.epochflow.runners.cli;

/** The options of what a person orders of a registry. */
public interface RegistryOrderOptions extends RegistryOptions, GeneralOptions {}
