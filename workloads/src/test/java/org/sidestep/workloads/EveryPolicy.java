package org.sidestep.workloads;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test that runs under every policy that has kernel threads, with both safe validations, and with both ways into the kernel. */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}, {1}, {2}")
@CsvSource({
    "strict, twin, int", "strict, twin, sysenter", "strict, check, int", "strict, check, sysenter",
    "lazy, twin, int", "lazy, twin, sysenter", "lazy, check, int", "lazy, check, sysenter"
})
@interface EveryPolicy {}
