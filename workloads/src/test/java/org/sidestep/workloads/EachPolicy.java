package org.sidestep.workloads;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test that runs under every two of policy, validation and way into the kernel, though not under all three of every kind. */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}, {1}, {2}")
@CsvSource({"strict, twin, sysenter", "strict, check, int", "lazy, twin, int", "lazy, check, sysenter"})
@interface EachPolicy {}
