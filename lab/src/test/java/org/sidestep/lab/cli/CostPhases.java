package org.sidestep.lab.cli;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EBX;

import java.util.Map;
import org.sidestep.asm.Label;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.ThreadCode;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;

/** A thread of the root task does one thing after the other, each of them again and again. */
abstract class CostPhases extends ThreadCode {

    static final int ROUNDS = 16;

    final UserThread caller = root.thread("caller", root.ownSpace());
    private final Map<String, String> phases;

    /** @param phases takes the name of each phase, with what it is called in the page */
    CostPhases(UserProgram program, Map<String, String> phases) {
        super(program);
        this.phases = phases;
    }

    abstract void emit();

    final Label area(String name, int size) {
        program.bss();
        asm.align(Fpage.PAGE_SIZE);
        Label area = here(name);
        asm.reserve(size);
        program.code();
        return area;
    }

    /** Once for the caches, then {@link #ROUNDS} times. */
    final void phase(String name, String text, Runnable call) {
        phases.put(name, text);
        mov(at(variable("page")), 0);
        Label turn = label(name + ".turn");
        call(turn);
        mov(at(variable("left")), ROUNDS);
        Label next = here(name + ".begin");
        call(turn);
        dec(at(variable("left")));
        exitIf(NZ, next, "more to come");
        here(name + ".end");
        Label over = label(name + ".over");
        jmp(over);
        here(turn);
        loadOwnUtcb();
        call.run();
        ret();
        here(over);
    }

    /** EBX := 0, and a page more in each round. */
    final void nextPage() {
        mov(EBX, at(variable("page")));
        add(at(variable("page")), Fpage.PAGE_SIZE);
    }
}
