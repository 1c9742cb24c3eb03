package org.sidestep.lab.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final StringWriter err = new StringWriter();

    @Test
    void onATerminalTheBarGrowsAndVanishes() {
        try (Progress progress = new Progress(new PrintWriter(err), 2, true, "cells")) {
            progress.finished();
            assertThat(err.toString()).endsWith("\r[" + "#".repeat(20) + " ".repeat(20) + "] 1/2 cells");
        }
        assertThat(err.toString()).endsWith(" \r");
    }

    @Test
    void elsewhereItIsSilent() {
        try (Progress progress = new Progress(new PrintWriter(err), 2, false, "cells")) {
            progress.finished();
        }
        assertThat(err.toString()).isEmpty();
    }
}
