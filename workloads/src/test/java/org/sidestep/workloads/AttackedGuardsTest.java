package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Authored;
import org.sidestep.asm.Revision;
import org.sidestep.experiment.Axis;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.InterruptsOff;

/**
 * Attacks come to what the kernel has against them; where that is left out they harm others, keep interrupts off for too long, or are
 * not refused.
 */
class AttackedGuardsTest {

    /** More than the longest takes. */
    private static final long CYCLES = 10_000_000;

    /** How long interrupts may be off, in instructions. */
    private static final long LONGEST = 15_000;

    /** Whether the kernel as it is withstands an attack, which several rows ask. */
    private static final Map<String, Boolean> AS_IT_IS = new ConcurrentHashMap<>();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            interrupt-unanswered | interrupt              | 6  | interrupt: call interrupt.mask
            interrupt-halted     | interrupt              | 6  | interrupt.associate: call interrupt.unmask
            interrupt-halted     | interrupt              | 6  | interrupt.associate: call interrupt.release
            interrupt-killed     | thread.kill            | 1  | thread.kill: call thread.abandon
            recursive-maps       | map.enter.refused1     | 1  | map.admit: je map.enter.refused
            wide-maps            | H.unmapped             | 1  | mapping.adopt: mov dword ptr [ecx+node.previous], edx
            wide-maps            | mapping.remove.enough1 | 4  | mapping.remove: js mapping.remove.enough
            maps-over-kernel     | H.kept                 | 1  | map.range+1: jae map.none
            maps-over-kernel     | H.kept                 | 1  | map.range+3: jae map.none
            maps-over-kernel     | H.kept                 | 1  | map.lookUp: jne map.lookUp.noPage
            maps-over-kernel     | H.kept                 | 1  | map.small.entry1+4: jb map.none
            page-tables          | page.entry.usedUp1     | 1  | page.entry.newTable: je page.entry.usedUp
            unmap                | unmap.done             | 3  | unmap.page: jae unmap.done
            unmap                | H.kept                 | 1  | unmap.page: jne unmap.next
            large-maps           | H.kept                 | 1  | map.large: ja map.large.not
            large-maps           | H.kept                 | 1  | map.enter.grants: jne map.enter.refused
            large-maps           | H.kept                 | 1  | page.entry: jne page.entry.none
            large-maps           | H.kept                 | 1  | unmap.page: jne unmap.large
            large-maps           | H.kept                 | 1  | unmap.large: jne unmap.large.whole
            large-maps           | H.kept                 | 1  | unmap.large.part: jbe unmap.large.inside
            large-maps           | H.kept                 | 1  | user.write: jne user.write.large
            large-over-tables    | H.kept                 | 1  | map.large+25: je map.large.not
            large-strings        | H.kept                 | 1  | user.write.large1: jne user.write.absent
            large-strings        | H.kept                 | 1  | user.read: jne user.read.large
            strings-over-kernel  | transfer.cut           | 30 | transfer.step+18: jae; user.write+16: jne; user.write.large1+2: jne
            strings-over-utcbs   | transfer.finish        | 3  | transfer.step.less2+2: jbe
            strings-unmapped     | transfer.sourceFault   | 4  | transfer.step+12: jb transfer.sourceFault
            strings-taken-away   | H.brokenOff            | 1  | transfer.step+21: jb transfer.targetFault; transfer.step+12: jb transfer.sourceFault
            strings-overlapping  | H.refused              | 1  | transfer.sourceDescriptor+16: ja
            strings-overlapping  | H.refused              | 1  | transfer.targetDescriptor+17: jl""")
    void areNeeded(String attack, String place, int times, String guards) {
        assertThat(asItIs(attack, place, times)).as("the kernel").isTrue();
        assertThat(without(guards, attack, place, times))
                .as("without its guards")
                .isFalse();
    }

    /** Either does for both: the interface page and UTCBs in use are known by address and by their entries; a page found is looked up first. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            maps-over-kernel     | H.kept                 | 1  | map.small.entry1+8: jb map.none | map.enter+4: jne map.enter.done
            long-maps            | map.range.notYet1      | 4  | map.range+9: js map.range.notYet | map.range+5: js map.range.notYet""")
    void oneOfTwoIsNeeded(String attack, String place, int times, String guard, String other) {
        assertThat(asItIs(attack, place, times)).as("the kernel").isTrue();
        assertThat(without(guard, attack, place, times)).as("without one").isTrue();
        assertThat(without(other, attack, place, times)).as("without the other").isTrue();
        assertThat(without(guard + "; " + other, attack, place, times))
                .as("without both")
                .isFalse();
    }

    private static boolean asItIs(String attack, String place, int times) {
        return AS_IT_IS.computeIfAbsent(attack + place + times, key -> withstands(cell(attack), place, times));
    }

    private static boolean without(String guards, String attack, String place, int times) {
        TestCell cell = cell(attack);
        IpcPolicy policy = cell.cell().on(Axis.IPC).plugin();
        TestCell without = cell.with(Axis.IPC, new SpoiltPolicy(policy, revision -> drop(revision, guards)), Map.of());
        return withstands(without, place, times);
    }

    private static boolean withstands(TestCell cell, String place, int times) {
        Booted booted = cell.boot().countLabel(place);
        InterruptsOff off = InterruptsOff.of(booted);
        booted.runTo("H.attack", 1);
        off.begin();
        return booted.run(CYCLES).succeeded() && booted.passed(place) >= times && off.cycles() <= LONGEST;
    }

    /** Those behind others first, since a place is counted from the label before it. */
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

    /** Time slices are so short that the attacker has several; those with a 4 MB page take longer. */
    private static TestCell cell(String attack) {
        int rounds = attack.startsWith("large") ? 3000 : 500;
        return TestCell.of(Plugins.find(Axis.WORKLOAD, "hostile"))
                .with(
                        Axis.WORKLOAD,
                        "hostile",
                        Map.of("attack", attack, "verify", "on", "rounds", rounds, "timeslice", 100))
                .with(Axis.CPU, "unit", Map.of("mhz", 100))
                .with(Axis.KERNEL, "l4", Map.of("tick", 100, "entry", "int", "fastpath", "off"));
    }
}
