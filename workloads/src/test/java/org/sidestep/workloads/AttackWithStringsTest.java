package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Plugins;
import org.sidestep.testkit.TestCell;

/** The attacks with strings come to where strings are copied, and to each way in which that ends; nobody honest notices. */
class AttackWithStringsTest {

    /** The attack takes many time slices, which a slow processor fills with few instructions. */
    private static final int MHZ = 100;

    @ParameterizedTest
    @CsvSource({
        "strict, strings-over-utcbs, transfer.finish, 2",
        "lazy, strings-over-utcbs, transfer.finish, 2",
        "strict, strings-over-kernel, transfer.cut, 20",
        "strict, strings-over-kernel, transfer.timeout, 1",
        "lazy, strings-over-kernel, transfer.cut, 20",
        "strict, strings-unmapped, transfer.timeout, 8",
        "lazy, strings-unmapped, timeout.passed, 1",
        "strict, strings-unmapped, thread.kill, 1",
        "lazy, strings-taken-away, transfer.timeout, 2",
        "strict, strings-taken-away, transfer.timeout, 2",
        "strict, strings-overlapping, transfer.finish, 5",
        "lazy, strings-overlapping, transfer.cut, 1"
    })
    void theyReachTheTransferAndHarmNobodyElse(String policy, String attack, String place, int times) {
        Booted cell = TestCell.of(Plugins.find(Axis.WORKLOAD, "hostile"))
                .with(
                        Axis.WORKLOAD,
                        "hostile",
                        Map.of("attack", attack, "rounds", policy.equals("lazy") ? 60_000 : 10_000, "timeslice", 500))
                .with(Axis.CPU, "unit", Map.of("mhz", MHZ))
                .with(Axis.KERNEL, "l4", Map.of("tick", 500))
                .with(Axis.IPC, policy)
                .boot()
                .countLabel(place);
        assertThat(cell.run().succeeded()).isTrue();
        assertThat(cell.passed(place)).isGreaterThanOrEqualTo(times);
    }
}
