package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.sidestep.isa.Reg32;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** An attacker jumps to each byte of the stub in turn, with registers that are no arguments. */
final class JumpIntoStub {

    private static final String JUMP = "H.jump";
    private final Booted booted;
    private final int bytes;

    JumpIntoStub(TestCell cell, int bytes) {
        this.bytes = bytes;
        booted = cell.boot();
    }

    void everywhere() {
        booted.runTo(JUMP, 1);
        Booted.Mark mark = booted.mark();
        int stub = booted.machine().register(Reg32.EBX);
        for (int offset = 0; offset < bytes; offset++) {
            booted.restore(mark);
            booted.machine().setRegister(Reg32.EBX, stub + offset);
            Outcome outcome = booted.run();
            assertThat(outcome.succeeded())
                    .as("jump to byte %d of the stub: %s", offset, outcome.stop())
                    .isTrue();
        }
    }
}
