package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.x2.Conformance;

/** Threads of random programs see what the X.2 reference manual says, and the same under all kernels. */
class RandomProgramsTest {

    private static final long SEED = 2;
    private static final int PROGRAMS = 60;

    private static final String[] REACHED = {
        "IPC: done",
        "IPC: received",
        "IPC: received in another's name",
        "IPC: received from an interrupt",
        "IPC: received a page fault",
        "IPC: error 1, send",
        "IPC: error 1, receive",
        "IPC: error 2, send",
        "IPC: error 2, receive",
        "IPC: error 4, send",
        "IPC: error 4, receive",
        "IPC: error 5, receive",
        "IPC: error 6, send",
        "LIPC: done",
        "LIPC: received",
        "LIPC: received in another's name",
        "LIPC: error 1, send",
        "LIPC: error 1, receive",
        "LIPC: error 2, send",
        "LIPC: error 2, receive",
        "UNMAP: done",
        "READ: done",
        "WRITE: done",
        "CONTROL: done",
        "CONTROL: error 1",
        "EXCHANGE: done",
        "EXCHANGE: error 2",
        "SCHEDULE: done",
        "SCHEDULE: error 1",
        "SWITCH: done",
        "UNDEFINED: received",
        "PRIVILEGED: received",
        "SPIN: done",
        "RAISE: done"
    };

    @Test
    void threadsSeeWhatTheManualSaysUnderEveryKernel() {
        List<String> failures = new ArrayList<>();
        Conformance.Outcome outcome = new Conformance(SEED, kernels(), failures::add).run(0, PROGRAMS);
        assertThat(failures).isEmpty();
        assertThat(outcome.reached())
                .as("every success and error that many programs reach")
                .containsKeys(REACHED);
    }

    private static Map<String, Cell> kernels() {
        Map<String, Cell> kernels = new LinkedHashMap<>();
        for (String policy : List.of("strict", "lazy")) {
            for (String validation : List.of("twin", "check")) {
                add(kernels, policy, validation, Map.of("entry", "int", "fastpath", "off"));
                add(kernels, policy, validation, Map.of("entry", "sysenter", "fastpath", "on"));
            }
        }
        return kernels;
    }

    private static void add(Map<String, Cell> kernels, String policy, String validation, Map<String, ?> kernel) {
        kernels.put(
                policy + ", " + validation + ", " + kernel,
                TestCell.defaults()
                        .with(Axis.IPC, policy)
                        .with(Axis.VALIDATION, validation)
                        .with(Axis.KERNEL, "l4", kernel)
                        .cell());
    }
}
