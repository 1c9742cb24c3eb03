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
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.UserProgram;

/** An image that is only run is the one that is listed, with less known of it. */
class AssembleToRunTest {

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
}
