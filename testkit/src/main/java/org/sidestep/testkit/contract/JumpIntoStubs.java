package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.asm.Place;
import org.sidestep.asm.Program;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Cause;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/** An attacker jumps to each byte of the user stubs in turn, with registers that are no arguments. */
final class JumpIntoStubs {

    private static final String JUMP = "H.jump";
    private final Booted booted;

    JumpIntoStubs(TestCell cell) {
        booted = cell.boot();
    }

    void everywhere() {
        Program program = booted.image().program();
        List<Program.Line> stubs = stubs(program);
        booted.runTo(JUMP, 1);
        assertThat(booted.machine().register(Reg32.EBX))
                .as("the Lipc link, among the user stubs of the image")
                .matches(link -> stubs.stream().anyMatch(line -> line.address() == link));
        Booted.Mark mark = booted.mark();
        for (Program.Line line : stubs) {
            for (int at = line.address(); at < line.address() + line.length(); at++) {
                booted.restore(mark);
                booted.machine().setRegister(Reg32.EBX, at);
                Outcome outcome = booted.run();
                assertThat(outcome.succeeded())
                        .as("jump to %s: %s", Place.describe(program, at), outcome.stop())
                        .isTrue();
            }
        }
    }

    /** The instructions that every space can reach: all of the sections that the kernel has for user stubs. */
    static List<Program.Line> stubs(Program program) {
        List<Program.Line> stubs = new ArrayList<>();
        List<Program.Line> section = new ArrayList<>();
        for (Program.Line line : program.lines()) {
            if (line.kind() == Program.Line.Kind.SECTION) {
                if (holdsStubs(section)) stubs.addAll(section);
                section.clear();
            } else if (line.kind() == Program.Line.Kind.CODE) {
                section.add(line);
            }
        }
        if (holdsStubs(section)) stubs.addAll(section);
        return stubs;
    }

    private static boolean holdsStubs(List<Program.Line> section) {
        return section.stream().anyMatch(line -> line.purpose().equals(Cause.USER_STUB.word()));
    }
}
