package org.epochflow.runners.verb;

import picocli.CommandLine.Command;

/** The program, and the list of its verbs in the order of help. */
@Command(
    name = "epochflow",
    description =
        "epochflow trains image classifiers on several copies of a network at the same time, as"
            + " Apache Beam pipelines.",
    subcommands = {
      TrainVerb.class,
      EvaluateVerb.class,
      PredictVerb.class,
      ExportVerb.class,
      ServeVerb.class,
      TuneVerb.class,
      CrossvalidateVerb.class,
      ShowVerb.class,
      ConvertVerb.class,
      RetrainVerb.class,
      RegistryVerbs.class,
      CompletionVerb.class
    })
public final class Verbs {}
