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

/** The arrows of the architecture: plugins and lab point at platform-api, and nothing points back or across. */
@AnalyzeClasses(packages = "org.sidestep", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

    private static final String[] PLATFORM = {
        "org.sidestep.asm..",
        "org.sidestep.isa..",
        "org.sidestep.layout..",
        "org.sidestep.machine",
        "org.sidestep.kernel",
        "org.sidestep.workload",
        "org.sidestep.plugin..",
        "org.sidestep.experiment.."
    };

    @ArchTest
    void platformApiDependsOnNothingButTheJdkPf4jAndJacksonAnnotations(JavaClasses classes) {
        String[] allowed = new String[PLATFORM.length + 3];
        System.arraycopy(PLATFORM, 0, allowed, 0, PLATFORM.length);
        allowed[PLATFORM.length] = "java..";
        allowed[PLATFORM.length + 1] = "org.pf4j..";
        allowed[PLATFORM.length + 2] = "com.fasterxml.jackson.annotation..";
        classes()
                .that()
                .resideInAnyPackage(PLATFORM)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed)
                .check(classes);
    }

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_LAB = noClasses()
            .that()
            .resideOutsideOfPackage("org.sidestep.lab..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.sidestep.lab..");

    @ArchTest
    static final ArchRule CONTRACTS_HAVE_NO_CYCLES =
            slices().matching("org.sidestep.(*)").should().beFreeOfCycles();

    /** Features within one plugin may share what stands in its own root package. */
    @ArchTest
    static final ArchRule FEATURES_AND_PLUGINS_HAVE_NO_CYCLES =
            slices().matching("org.sidestep.(*).(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_THE_LAB_USES_STANDARD_STREAMS =
            noClasses().that().resideOutsideOfPackage("org.sidestep.lab..").should(ACCESS_STANDARD_STREAMS);
}
