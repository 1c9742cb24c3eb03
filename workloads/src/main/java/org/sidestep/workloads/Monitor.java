package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.Observables.Order;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

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
        private final List<UserThread> clients = List.of(a, b);

        Synchronisation(UserProgram program) {
            super(program);
        }

        @Override
        public void emit() {
            root.timeslice(parameters.integer("timeslice"));
            client(a, a.isContext() ? this::handOver : this::done);
            client(b, this::done);
            monitor();
            measure(clients);
            program.observe().order(monitor.name(), Order.BY_SENDER);
            measureHop("oneway", clients, List.of(monitor));
            emitWrong();
            root.emit();
        }

        private void client(UserThread self, Runnable end) {
            Label sequence = sequence(self);
            if (self.equals(b)) here(b.resume());
            start(self);
            becomeContext(self);
            check(self, () -> round(self, sequence));
            meet(self);
            rounds(self, () -> round(self, sequence), end);
        }

        private void round(UserThread self, Label sequence) {
            if (checking()) {
                mov(EAX, at(sequence));
                mov(Utcb.mr(EDI, 1), EAX);
                inc(EAX);
                mov(Utcb.mr(EDI, 2), EAX);
            }
            sends(self);
            ipc(SystemCall.LIPC, monitor.localId(), monitor.localId(), Time.NEVER, tag());
            received(self);
            expectMessage(self, monitor.localId(), tag());
            if (checking()) {
                not(EBX);
                expect(EBX, at(sequence), "MR1, the complement");
                not(EBP);
                dec(EBP);
                expect(EBP, at(sequence), "MR2, the complement, less 1");
                advance(sequence);
            }
            work(parameters.integer("think"));
        }

        private int tag() {
            return MessageTag.of(0, checking() ? REGISTER_WORDS : 0);
        }

        /** Nobody preempts user-level threads: B runs after A. */
        private void handOver() {
            ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, tag());
        }

        private void meet(UserThread self) {
            if (!self.isContext()) meet(clients);
            else if (checkedRounds() == 0) return;
            else if (self.equals(a)) handOver();
            else ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, tag());
        }

        private void monitor() {
            Label entries = variable("M.entries");
            root.expectTotal(entries, clients.size() * allRounds());
            start(monitor);
            receiveFirst(monitor, anyLocal());
            serve(monitor, clients.size() * checkedRounds(), () -> turn(entries));
        }

        private void turn(Label entries) {
            expectTag(monitor, tag());
            if (checking()) {
                expectSequence(EAX, clients, UserThread::localId);
                lea(ECX, EBX.at(1));
                expect(EBP, ECX, "MR2");
                not(EBP);
                mov(Utcb.mr(EDI, 2), EBP);
            }
            phase("critical section");
            mov(EBP, at(entries));
            work(parameters.integer("critical"));
            inc(EBP);
            mov(at(entries), EBP);
            phase("reply");
            if (checking()) {
                not(EBX);
                mov(Utcb.mr(EDI, 1), EBX);
            }
            ipc(SystemCall.LIPC, EAX, anyLocal(), Time.SEND_AT_ONCE, tag());
        }
    }
}
