package io.reanchor.worker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** All that the worker runs, in one look. */
@AnalyzeClasses(packages = "io.reanchor", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ONLY_THE_WORKER_SEES_SPRING = noClasses()
            .that()
            .resideOutsideOfPackage("io.reanchor.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule NOTHING_BELOW_SEES_THE_WORKER = noClasses()
            .that()
            .resideOutsideOfPackage("io.reanchor.worker..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.reanchor.worker..");

    @ArchTest
    static final ArchRule PRODUCTION_NEVER_SEES_TEST_PARTS = noClasses()
            .that()
            .resideOutsideOfPackage("io.reanchor.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.reanchor.testkit..", "io.temporal.testing..", "io.temporal.testserver..");
}
