package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.AssemblyException;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.kernel.KernelDiagnosis;
import org.sidestep.kernel.KernelImage;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;

/** An image that is only run is the one that is listed, with less known of it. */
class AssembleToRunTest {

    private static final long MAX_CYCLES = 120_000_000;

    @Test
    void anImageToRunIsTheSameToTheByte() {
        Cell cell = TestCell.of(new ListingTest.Nothing())
                .with(Axis.IPC, "lazy")
                .with(Axis.KERNEL, "l4", Map.of("entry", "int"))
                .cell();
        assertThat(cell.assembleToRun().elf()).isEqualTo(cell.assemble().elf());
    }

    /** MOV takes no immediate as its destination. */
    private static final class Mistaken extends ListingTest.Nothing {
        @Override
        public void build(UserProgram program) {
            program.asm().bind(program.rootEntry());
            program.asm().emit("mov", imm(1), EAX);
        }
    }

    @Test
    void whatIsWrongWithItIsSaidWithItsLineAllTheSame() {
        Cell cell = TestCell.of(new Mistaken()).cell();
        assertThatThrownBy(cell::assembleToRun)
                .isInstanceOf(AssemblyException.class)
                .hasMessageContaining("AssembleToRunTest.java:");
    }

    /** At user level HLT is an exception, which nobody handles. */
    private static final class Halting extends ListingTest.Nothing {
        @Override
        public void build(UserProgram program) {
            program.asm().bind(program.rootEntry());
            program.asm().emit("hlt");
        }
    }

    @Test
    void whatWentWrongInARunOfItIsSaidWithItsLineToo() {
        Cell cell = TestCell.of(new Halting()).cell();
        KernelImage image = cell.assembleToRun();
        assertThat(image.program().hasSources()).isFalse();
        Machine machine = cell.boot(image);
        KernelDiagnosis diagnosis = cell.on(Axis.KERNEL)
                .plugin()
                .diagnosis(cell.request(), image)
                .orElseThrow()
                .attach(machine);
        Stop stop = machine.run(Limits.cycles(MAX_CYCLES));
        assertThat(diagnosis.cause(stop))
                .startsWith("nobody can ever run again")
                .contains("was killed: #GP")
                .contains("AssembleToRunTest.java:");
    }
}
