package dev.millrace;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of docs/architecture.md: who may know whom. */
@AnalyzeClasses(packages = "dev.millrace", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

  private static final String[] DOMAIN = {
    "dev.millrace.account..",
    "dev.millrace.calendar..",
    "dev.millrace.contacts..",
    "dev.millrace.job..",
    "dev.millrace.notification..",
    "dev.millrace.preference..",
    "dev.millrace.sms..",
    "dev.millrace.suggestion.."
  };

  @ArchTest
  static final ArchRule engineCanBeLiftedIntoAnotherProgram =
      classes()
          .that()
          .resideInAPackage("dev.millrace.queue..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..",
              "org.slf4j..",
              "io.lettuce..",
              "com.fasterxml.jackson..",
              "com.cronutils..",
              "dev.millrace.queue..")
          .because("the engine knows Lettuce, and neither Camel nor Spring nor the rest of us");

  @ArchTest
  static final ArchRule componentKnowsTheEngineAndNoJob =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.component..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(DOMAIN)
          .because("bullmq: works for any job; the routes bring the two together");

  @ArchTest
  static final ArchRule jobsDoNotKnowWhereTheyComeFrom =
      noClasses()
          .that()
          .resideInAnyPackage(DOMAIN)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.millrace.cache..",
              "dev.millrace.component..",
              "dev.millrace.consumption..",
              "dev.millrace.queue..",
              "dev.millrace.redis..",
              "dev.millrace.startup..")
          .because("a job is called by a route, and what follows it is written in the route");

  @ArchTest
  static final ArchRule cacheAndLimitersHoldNoConnectionToRedis =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.millrace.cache..", "dev.millrace.ratelimit..", "dev.millrace.rest.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.lettuce..",
              "org.springframework.data..",
              "dev.millrace.component..",
              "dev.millrace.queue..",
              "dev.millrace.redis..",
              "dev.millrace.rest.gateway..")
          .because("they ask over HTTP, and so live beside any Redis that speaks the protocol");

  @ArchTest
  static final ArchRule sandboxKnowsNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.sandbox..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.millrace..")
                  .and(resideOutsideOfPackage("dev.millrace.sandbox..")))
          .because("it stands in for services that do not know us either");

  @ArchTest
  static final ArchRule onlyTheStartKnowsTheSandbox =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.millrace",
              "dev.millrace.startup..",
              "dev.millrace.demo..",
              "dev.millrace.sandbox..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.millrace.sandbox..")
          .because("the application must not be able to tell the stand-ins from the real services");

  @ArchTest
  static final ArchRule foundationsKnowNobody =
      noClasses()
          .that()
          .resideInAnyPackage("dev.millrace.setting..", "dev.millrace.embedded..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.springframework..", "org.apache.camel..");

  @ArchTest
  static final ArchRule problemsKnowNobody =
      noClasses()
          .that()
          .resideInAPackage("dev.millrace.problem..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("dev.millrace..")
                  .and(resideOutsideOfPackage("dev.millrace.problem..")))
          .because("whoever refuses something writes it in the same form");

  @ArchTest
  static final ArchRule nobodyKnowsTheApi =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.millrace.api..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("dev.millrace.api..")
          .because("it is called by its routes, and stands above what it shows");

  @ArchTest
  static final ArchRule noCircles =
      slices()
          .matching("dev.millrace.(*)..")
          .should()
          .beFreeOfCycles()
          .because("what goes in a circle can only be understood as a whole");
}
