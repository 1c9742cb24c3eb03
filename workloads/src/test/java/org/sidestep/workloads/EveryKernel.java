package org.sidestep.workloads;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A test that runs under every policy that has kernel threads, and with both ways into the kernel. */
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}, {1}")
@CsvSource({"strict, int", "strict, sysenter", "lazy, int", "lazy, sysenter"})
@interface EveryKernel {}
