package io.reanchor;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way the arrows point below the worker; what only a module's dependencies could say is said by its pom. */
@AnalyzeClasses(packages = "io.reanchor", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    private static final String JEDIS = "redis.clients.jedis..";
    private static final String TEMPORAL = "io.temporal..";

    @ArchTest
    static final ArchRule onlyRedisAndKitSeeJedis = noClasses()
            .that()
            .resideOutsideOfPackages("io.reanchor.redis..", "io.reanchor.kit..", "io.reanchor.testkit..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(JEDIS);

    @ArchTest
    static final ArchRule redisAndExchangeKnowNoTemporal = noClasses()
            .that()
            .resideInAnyPackage("io.reanchor.redis..", "io.reanchor.exchange..", "io.reanchor.market..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(TEMPORAL);

    @ArchTest
    static final ArchRule redisAndExchangeKnowNotEachOther = noClasses()
            .that()
            .resideInAPackage("io.reanchor.redis..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.reanchor.exchange..");

    @ArchTest
    static final ArchRule kitKnowsOnlyTheMarket = noClasses()
            .that()
            .resideInAPackage("io.reanchor.kit..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.reanchor.redis..",
                    "io.reanchor.activity..",
                    "io.reanchor.workflow..",
                    "io.reanchor.exchange..",
                    "io.reanchor.testkit..",
                    "org.springframework..",
                    "java.net.http..",
                    "com.sun.net.httpserver..",
                    "org.java_websocket..",
                    TEMPORAL);

    @ArchTest
    static final ArchRule nothingBelowTheWorkerSeesSpring =
            noClasses().should().dependOnClassesThat().resideInAPackage("org.springframework..");

    @ArchTest
    static final ArchRule theContractLooksAtNothingAboveIt = noClasses()
            .that()
            .resideInAPackage("io.reanchor.workflow..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.reanchor.activity..",
                    "io.reanchor.redis..",
                    "io.reanchor.kit..",
                    "io.reanchor.exchange..",
                    "io.reanchor.market..");
}
