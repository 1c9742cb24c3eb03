package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Authored;
import org.sidestep.asm.Revision;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;

/** Attacks come to what the kernel has against them; they harm others, or go unnoticed, where that is left out. */
class AttackedGuardsTest {

    /** More than the longest takes. */
    private static final long CYCLES = 10_000_000;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            interrupt-unanswered | interrupt           | 6  | interrupt: call interrupt.mask
            interrupt-halted     | interrupt           | 6  | interrupt.associate: call interrupt.unmask
            interrupt-halted     | interrupt           | 6  | interrupt.associate: call interrupt.release
            interrupt-killed     | thread.kill         | 1  | thread.kill: call thread.abandon
            recursive-maps       | map.enter.refused1  | 1  | map.admit: je map.enter.refused
            wide-maps            | H.unmapped          | 1  | mapping.adopt: mov dword ptr [ecx+node.previous], edx
            page-tables          | page.entry.usedUp1  | 1  | page.entry.newTable: je page.entry.usedUp
            unmap                | unmap.done          | 3  | unmap.page: jae unmap.done
            strings-over-kernel  | transfer.cut        | 30 | transfer.step+18: jae; user.write+16: jne; user.write.large1+2: jne
            strings-over-utcbs   | transfer.finish     | 3  | transfer.step.less2+2: jbe
            strings-unmapped     | transfer.sourceFault | 4 | transfer.step+12: jb transfer.sourceFault
            strings-taken-away   | H.brokenOff         | 1  | transfer.step+21: jb transfer.targetFault; transfer.step+12: jb transfer.sourceFault""")
    void areNeeded(String attack, String place, int times, String guards) {
        TestCell cell = cell(attack);
        assertThat(withstands(cell, place, times)).as("the kernel").isTrue();
        IpcPolicy policy = cell.cell().on(Axis.IPC).plugin();
        TestCell without = cell.with(Axis.IPC, new SpoiltPolicy(policy, revision -> drop(revision, guards)), Map.of());
        assertThat(withstands(without, place, times)).as("without its guards").isFalse();
    }

    private static boolean withstands(TestCell cell, String place, int times) {
        Booted booted = cell.boot().countLabel(place);
        return booted.run(CYCLES).succeeded() && booted.passed(place) >= times;
    }

    private static void drop(Revision revision, String guards) {
        for (String guard : guards.split("; ")) {
            String[] parts = guard.split(": ");
            Authored found = revision.instructions().stream()
                    .filter(each ->
                            each.place().startsWith(parts[0]) && each.text().startsWith(parts[1]))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the kernel has no " + guard));
            revision.drop(found);
        }
    }

    /** Time slices are so short that the attacker has several. */
    private static TestCell cell(String attack) {
        return TestCell.of(Plugins.find(Axis.WORKLOAD, "hostile"))
                .with(
                        Axis.WORKLOAD,
                        "hostile",
                        Map.of("attack", attack, "verify", "on", "rounds", 500, "timeslice", 100))
                .with(Axis.CPU, "unit", Map.of("mhz", 100))
                .with(Axis.KERNEL, "l4", Map.of("tick", 100, "entry", "int", "fastpath", "off"));
    }
}
