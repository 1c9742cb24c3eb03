package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg32;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.SystemCall;

/** Local IPC that the timer interrupts wherever it happens to be. */
public final class Preempted implements Workload {

    @Override
    public String id() {
        return "preempted";
    }

    @Override
    public String summary() {
        return "a pair that calls each other inside one space, preempted by threads of other spaces";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                50_000,
                Parameter.integer("competitors", 1, 1, 8, "computing threads, each in a space of its own"),
                Parameter.integer("words", 0, 0, 63, "untyped words in each message"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        new Contention(program).emit();
    }

    private static final class Contention extends Pair {
        private static final List<Reg32> REGISTERS = List.of(EAX, EBX, EDX, EBP, ESI, EDI);
        private static final int WORK = 1000;

        private final List<UserThread> competitors = new ArrayList<>();

        Contention(UserProgram program) {
            super(program, true, SystemCall.LIPC, false);
            root.timeslice(parameters.integer("timeslice"));
            for (int i = 1; i <= parameters.integer("competitors"); i++) {
                competitors.add(root.loneThread("C" + i, "competitor " + i));
            }
        }

        @Override
        public void emit() {
            competitors.forEach(this::compete);
            super.emit();
        }

        /** Computes for ever; whoever takes the processor away must give all registers back. */
        private void compete(UserThread thread) {
            start(thread);
            for (Reg32 register : REGISTERS) mov(register, mark(thread, register));
            here(thread.name() + ".turn");
            work(WORK);
            for (Reg32 register : REGISTERS) expect(register, new Imm(mark(thread, register)), "a register");
            jmp(label(thread.name() + ".turn"));
        }

        private int mark(UserThread thread, Reg32 register) {
            return (int) program.seed() * 31 + thread.globalId() + register.number();
        }
    }
}
