package org.sidestep.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.stream.Stream;

/** The arrows of the architecture: plugins and lab point at platform-api, and nothing points back or across. */
@AnalyzeClasses(packages = "org.sidestep", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

    private static final String[] PLATFORM = {
        "org.sidestep.asm..",
        "org.sidestep.elf..",
        "org.sidestep.isa..",
        "org.sidestep.layout..",
        "org.sidestep.x2..",
        "org.sidestep.machine",
        "org.sidestep.kernel",
        "org.sidestep.kernel.local",
        "org.sidestep.kernel.scheduling",
        "org.sidestep.workload",
        "org.sidestep.workload.l4",
        "org.sidestep.verification",
        "org.sidestep.plugin..",
        "org.sidestep.experiment.."
    };

    private static final List<String> PLUGINS = List.of(
            "org.sidestep.machine.ia32..",
            "org.sidestep.kernel.l4..",
            "org.sidestep.ipc.strict..",
            "org.sidestep.ipc.lazy..",
            "org.sidestep.validation..",
            "org.sidestep.workloads..");

    @ArchTest
    void platformApiDependsOnNothingButTheJdkPf4jAndJacksonAnnotations(JavaClasses classes) {
        classes()
                .that()
                .resideInAnyPackage(PLATFORM)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(platformAnd("org.pf4j..", "com.fasterxml.jackson.annotation.."))
                .check(classes);
    }

    @ArchTest
    void aPluginDependsOnNothingButPlatformApi(JavaClasses classes) {
        for (String plugin : PLUGINS) {
            classes()
                    .that()
                    .resideInAPackage(plugin)
                    .should()
                    .onlyDependOnClassesThat()
                    .resideInAnyPackage(platformAnd(plugin, "org.objectweb.asm.."))
                    .check(classes);
        }
    }

    @ArchTest
    void theTranslatorAloneWritesClasses(JavaClasses classes) {
        noClasses()
                .that()
                .resideOutsideOfPackage("org.sidestep.machine.ia32.translator")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.objectweb.asm..")
                .check(classes);
    }

    @ArchTest
    void theLabKnowsNoPlugin(JavaClasses classes) {
        noClasses()
                .that()
                .resideInAPackage("org.sidestep.lab..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(PLUGINS.toArray(String[]::new))
                .check(classes);
    }

    private static String[] platformAnd(String... more) {
        return Stream.of(Stream.of(PLATFORM), Stream.of("java.."), Stream.of(more))
                .flatMap(packages -> packages)
                .toArray(String[]::new);
    }

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_LAB = noClasses()
            .that()
            .resideOutsideOfPackage("org.sidestep.lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.sidestep.lab..");

    @ArchTest
    static final ArchRule VERIFICATION_NEEDS_NO_TEST_LIBRARY = noClasses()
            .that()
            .resideInAnyPackage("org.sidestep.verify..", "org.sidestep.testkit")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.junit..", "org.assertj..");

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("org.sidestep.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_LAB_USES_STANDARD_STREAMS =
            noClasses().that().resideOutsideOfPackage("org.sidestep.lab..").should(ACCESS_STANDARD_STREAMS);
}
