package org.epochflow.runners.verb;

import picocli.CommandLine.Command;

/** The program, and the list of its verbs in the order of help. */
@Command(
    name = "epochflow",
    description =
        "epochflow trains image classifiers on several copies of a network at the same time, as"
            + " Apache Beam pipelines.",
    subcommands = {
      Train.class,
      Evaluate.class,
      Predict.class,
      Tune.class,
      Crossvalidate.class,
      Show.class,
      Retrain.class,
      RegistryVerbs.class,
      Completion.class
    })
public final class Verbs {}
