package org.epochflow;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.util.SerializableUtils;
import org.epochflow.runners.cli.Main;
import org.junit.jupiter.api.Test;

/**
 * The house's rules, over the classes of all modules. Each is also seen to fail: the packages
 * {@code broken} hold one class for each way to break one.
 */
class ArchitectureTest {
  private static final JavaClasses MAIN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.epochflow");
  private static final JavaClasses TESTS =
      new ClassFileImporter()
          .withImportOption(new ImportOption.OnlyIncludeTests())
          .importPackages("org.epochflow");

  private static final DescribedPredicate<JavaClass> OPTIONS =
      describe(
          "Beam's options",
          type ->
              type.isAssignableTo(PipelineOptions.class)
                  || type.isEquivalentTo(PipelineOptionsFactory.class));
  private static final DescribedPredicate<JavaClass> OPTIONS_BUT_THE_TYPE =
      describe(
          "Beam's options but for their type",
          type -> OPTIONS.test(type) && !type.isEquivalentTo(PipelineOptions.class));

  @Test
  void modelSeesNoBeam() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.model..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.beam.."),
        "org.epochflow.model.broken.SeesBeam");
  }

  @Test
  void ejmlStaysInsideTheModel() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackage("org.epochflow.model..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.ejml.."),
        "org.epochflow.pipeline.broken.SeesEjml");
  }

  @Test
  void beamsOptionsStayInsideTheRunners() {
    holds(
        noClasses()
            .that()
            .resideOutsideOfPackages("org.epochflow.runners..", "org.epochflow.pipeline.execute")
            .should()
            .dependOnClassesThat(OPTIONS),
        "org.epochflow.pipeline.broken.SeesOptions");
  }

  /** Where a pipeline is made and run, Beam asks for them; what they say is not read there. */
  @Test
  void anExecutionPassesBeamsOptionsOnUnread() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.pipeline.execute")
            .should()
            .dependOnClassesThat(OPTIONS_BUT_THE_TYPE),
        "org.epochflow.pipeline.execute.ReadsOptions");
  }

  @Test
  void dependenciesPointFromRunnersToPipelineToModel() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.model..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.epochflow.export..", "org.epochflow.pipeline..", "org.epochflow.runners.."),
        "org.epochflow.model.broken.SeesPipeline");
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.pipeline..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.epochflow.runners.."),
        "org.epochflow.pipeline.broken.SeesRunners");
  }

  @Test
  void anExportDependsOnTheModelAlone() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.export..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "org.apache.beam..", "org.epochflow.pipeline..", "org.epochflow.runners.."),
        "org.epochflow.export.broken.SeesPipeline");
  }

  @Test
  void packagesHaveNoCycles() {
    ArchRule rule = slices().matching("org.epochflow.(*).(*)..").should().beFreeOfCycles();
    rule.check(MAIN);
    assertTrue(rule.evaluate(TESTS).hasViolation(), "broken.InCycle is not found");
  }

  /** The rule of cycles takes a package and those below it for one. */
  @Test
  void networksNameNoLayer() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.model.nn")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.epochflow.model.nn.layer.."),
        "org.epochflow.model.nn.SeesALayer");
  }

  /** So a JVM without the vectors' module loads none of them. */
  @Test
  void oneClassAloneCreatesTheVectorKernels() {
    holds(
        noClasses()
            .that()
            .resideInAPackage("org.epochflow.model..")
            .and()
            .resideOutsideOfPackage("org.epochflow.model.kernel.vector")
            .and()
            .doNotHaveFullyQualifiedName("org.epochflow.model.kernel.VectorModule")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.epochflow.model.kernel.vector"),
        "org.epochflow.model.kernel.SeesVectors");
  }

  @Test
  void onlyMainPrintsToTheProcessesStreams() {
    holds(
        noClasses()
            .that()
            .doNotBelongToAnyOf(Main.class)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err"),
        "org.epochflow.runners.broken.Prints");
  }

  @Test
  void onlyMainExits() {
    holds(
        noClasses()
            .that()
            .doNotBelongToAnyOf(Main.class)
            .should()
            .callMethod(System.class, "exit", int.class),
        "org.epochflow.runners.broken.Exits");
  }

  /** The one exception packs a part of a function, and Beam serialises functions anyway. */
  @Test
  void noDataIsDecodedByJavasSerialisation() {
    holds(
        noClasses()
            .that()
            .doNotHaveFullyQualifiedName("org.epochflow.pipeline.train.EpochPlan$Packed")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(
                ObjectInputStream.class,
                ObjectOutputStream.class,
                SerializableCoder.class,
                SerializableUtils.class)
            .because("such bytes choose the classes that they become; RecordCoder's do not"),
        "org.epochflow.pipeline.broken.ReadsObjects",
        "org.epochflow.pipeline.broken.TravelsAsAnObject",
        "org.epochflow.pipeline.broken.CopiesObjects");
  }

  @Test
  void noTextNamesAClass() {
    holds(
        noClasses()
            .should()
            .callMethodWhere(
                target(name("forName"))
                    .and(target(owner(type(Class.class))))
                    .or(
                        target(name("loadClass"))
                            .and(target(owner(assignableTo(ClassLoader.class))))))
            .orShould()
            .callMethodWhere(target(nameMatching("(activate|enable)DefaultTyping.*")))
            .because("files come from anywhere; what they say is looked up in a list of ours"),
        "org.epochflow.model.broken.FindsAClass",
        "org.epochflow.model.broken.LoadsAClass",
        "org.epochflow.model.broken.ReadsAnyType");
  }

  @Test
  void allModulesAreLookedAt() {
    for (String module : new String[] {"model", "export", "pipeline", "runners"}) {
      assertTrue(
          MAIN.stream().anyMatch(c -> c.getPackageName().startsWith("org.epochflow." + module)));
    }
    holds(
        classes()
            .should()
            .resideInAnyPackage(
                "org.epochflow.model..",
                "org.epochflow.export..",
                "org.epochflow.pipeline..",
                "org.epochflow.runners.."),
        ArchitectureTest.class.getName());
  }

  /** The product keeps {@code rule}, and each of {@code breakers} is seen to break it. */
  private static void holds(ArchRule rule, String... breakers) {
    rule.check(MAIN);
    for (String breaker : breakers) {
      JavaClasses broken = TESTS.that(describe(breaker, type -> type.getName().equals(breaker)));
      assertTrue(rule.evaluate(broken).hasViolation(), breaker + " is not found");
    }
  }
}
