package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workloads.l4.AddressSpace;
import org.sidestep.workloads.l4.Message;
import org.sidestep.workloads.l4.SystemCall;
import org.sidestep.workloads.l4.Time;
import org.sidestep.workloads.l4.UserThread;
import org.sidestep.workloads.l4.Utcb;

/** Threads that synchronise by IPC: the monitor thread runs the critical section on behalf of its callers. */
public final class Monitor implements Workload {

    @Override
    public String id() {
        return "monitor";
    }

    @Override
    public String summary() {
        return "threads A and B synchronise through a monitor thread of their space";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                1000,
                Parameter.integer("critical", 200, 0, 10_000_000, "cycles of work in the critical section"),
                Parameter.integer("think", 500, 0, 10_000_000, "cycles of work between two calls of the monitor"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        new Synchronisation(program).emit();
    }

    private static final class Synchronisation extends Scenario {
        private final AddressSpace task = root.space("task");
        private final UserThread a = root.thread("A", task);
        private final UserThread b = root.thread("B", task);
        private final UserThread monitor = root.thread("M", task);
        private final int tag = Message.untyped(0, verify ? 1 : 0);

        Synchronisation(UserProgram program) {
            super(program);
        }

        @Override
        void emit() {
            root.timeslice(parameters.integer("timeslice"));
            client(a, a.isContext() ? this::handOver : this::done);
            client(b, this::done);
            monitor();
            measure(List.of(a, b));
            measureHop("oneway", List.of(a, b), List.of(monitor));
            emitWrong();
            root.emit();
        }

        private void client(UserThread self, Runnable end) {
            Label sequence = sequence(self);
            if (self.equals(b)) here(b.resume());
            start(self);
            becomeContext(self);
            rounds(self, () -> round(self, sequence), end);
        }

        private void round(UserThread self, Label sequence) {
            if (verify) {
                mov(EAX, at(sequence));
                mov(Utcb.mr(EDI, 1), EAX);
            }
            sends(self);
            ipc(SystemCall.LIPC, monitor.localId(), monitor.localId(), Time.NEVER, tag);
            received(self);
            expectMessage(self, monitor.localId(), tag);
            if (verify) {
                not(EBX);
                expect(EBX, at(sequence), "the reply");
                advance(sequence);
            }
            work(parameters.integer("think"));
        }

        /** Nobody preempts user-level threads: B runs after A. */
        private void handOver() {
            ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, tag);
        }

        private void monitor() {
            Label entries = variable("M.entries");
            root.expectTotal(entries, 2 * (warmup + rounds));
            start(monitor);
            receiveFirst(monitor, anyLocal());
            expect(ESI, new Imm(tag), "the message tag");
            expect(EDI, monitor.localId(), "the own local id");
            phase("critical section");
            mov(EBP, at(entries));
            work(parameters.integer("critical"));
            inc(EBP);
            mov(at(entries), EBP);
            phase("reply");
            if (verify) {
                not(EBX);
                mov(Utcb.mr(EDI, 1), EBX);
            }
            ipc(SystemCall.LIPC, EAX, anyLocal(), Time.SEND_AT_ONCE, tag);
            jmp(receivedLabel(monitor));
        }
    }
}
