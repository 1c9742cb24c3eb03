package org.sidestep.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.lab.catalog.Catalog;
import org.sidestep.lab.catalog.PluginLoader;
import org.sidestep.lab.verify.faulty.GreedyScheduler;
import org.sidestep.testkit.TestCell;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.verify.Campaign;
import org.sidestep.verify.Course;
import org.sidestep.verify.Exploration;
import org.sidestep.verify.Exploration.Reach;
import org.sidestep.verify.Failure;
import org.sidestep.verify.Tally;
import org.sidestep.verify.Verdict;
import org.sidestep.workload.Workload;

/** Who never gives way has his time slice, and not more of the others' time. */
class SharesTest {

    private static final Catalog CATALOG = PluginLoader.fromClassPath();

    @Test
    void aSchedulerThatGivesAThreadItsTimeSlicePasses() {
        Verdict verdict = verdict(1);
        assertThat(verdict.failures()).isEmpty();
        assertThat(verdict.trials()).isPositive();
    }

    @Test
    void aSchedulerThatGivesMoreThanATimeSliceIsFoundOut() {
        Failure failure = verdict(4).failures().get(0);
        assertThat(failure.kind()).isEqualTo(Failure.Kind.SHARE);
        assertThat(failure.blows().get(0).disturbance()).isEqualTo("spin");
        assertThat(failure.details().get(0)).contains("more than a time slice, and none had its turn");
    }

    private static Verdict verdict(int times) {
        Cell subject = TestCell.defaults()
                .with(Axis.CPU, "unit")
                .with(Axis.KERNEL, "l4", Map.of("entry", "sysenter", "fastpath", "on"))
                .with(Axis.IPC, "lazy")
                .with(Axis.SCHEDULER, new GreedyScheduler(times), Map.of())
                .within(200_000_000)
                .cell();
        List<Exploration> spins = List.of(new Exploration(new Spin(), 1, Reach.ROUND));
        return new Campaign(
                        subject,
                        (IpcPolicy) CATALOG.find(Axis.IPC, "strict").extension(),
                        Course.DEFAULTS.subList(0, 1),
                        spins,
                        id -> (Workload) CATALOG.find(Axis.WORKLOAD, id).extension(),
                        new Nothing())
                .endingSoon()
                .run(1, () -> true);
    }

    /** Instead of calling a stub, a thread that may come to harm goes to a jump that leads to itself. */
    private static final class Spin implements Disturbance {

        private static final int JMP_ECX = 0xE1FF;

        @Override
        public String id() {
            return "spin";
        }

        @Override
        public String summary() {
            return "a thread loops for ever";
        }

        @Override
        public List<Strike> at(Occasion occasion) {
            if (!occasion.callsStub() || !occasion.expendable()) return List.of();
            return occasion.stubBytes().stream()
                    .filter(address -> (occasion.machine().peek(address) & 0xFFFF) == JMP_ECX)
                    .limit(1)
                    .map(address -> new Strike("loops", Promise.CONTAINMENT, machine -> {
                        machine.setRegister(Reg32.ECX, address);
                        machine.setEip(address);
                    }))
                    .toList();
        }
    }

    private static final class Nothing implements Campaign.Ledger {
        @Override
        public Tally find(Campaign.Chunk chunk) {
            return null;
        }

        @Override
        public void put(Campaign.Chunk chunk, Tally tally) {
            // it is in the verdict
        }
    }
}
