package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;

import java.util.List;
import java.util.stream.IntStream;
import org.sidestep.asm.Label;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** Nested calls inside one space: many switches between two kernel entries. */
public final class Chain implements Workload {

    @Override
    public String id() {
        return "chain";
    }

    @Override
    public String summary() {
        return "thread T0 calls T1, which calls T2, and so on inside one space; then all reply";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                1000,
                Parameter.integer("depth", 2, 1, 16, "calls between the first thread and the last"),
                Parameter.flag(
                        "entries", false, "whether the first and the last thread enter the kernel once a round"));
    }

    @Override
    public void build(UserProgram program) {
        new Calls(program).emit();
    }

    private static final class Calls extends Scenario {
        private final int depth = parameters.integer("depth");
        private final boolean entries = parameters.flag("entries");
        private final List<UserThread> threads;

        Calls(UserProgram program) {
            super(program);
            AddressSpace chain = root.space("chain");
            threads = IntStream.rangeClosed(0, depth)
                    .mapToObj(i -> root.thread("T" + i, chain))
                    .toList();
        }

        @Override
        public void emit() {
            UserThread first = threads.get(0);
            first(first, threads.get(1));
            for (int i = 1; i < depth; i++) middle(threads.get(i - 1), threads.get(i), threads.get(i + 1));
            last(threads.get(depth - 1), threads.get(depth));
            measure(List.of(first));
            measureRound("oneway", List.of(first), 2 * depth);
            emitWrong();
            root.emit();
        }

        private void first(UserThread self, UserThread next) {
            Label sequence = sequence(self);
            start(self);
            becomeContext(self);
            check(self, () -> round(self, next, sequence));
            rounds(self, () -> round(self, next, sequence), this::done);
        }

        private void round(UserThread self, UserThread next, Label sequence) {
            enterKernel();
            if (checking()) {
                mov(EAX, at(sequence));
                mov(Utcb.mr(EDI, 1), EAX);
                mov(Utcb.mr(EDI, 2), EAX);
            }
            call(next);
            received(self);
            expectCounted(self, next, 2 * depth - 1);
            if (checking()) advance(sequence);
        }

        private void middle(UserThread previous, UserThread self, UserThread next) {
            start(self);
            receiveFirst(self, previous.localId());
            serve(self, checkedRounds(), () -> {
                int before = threads.indexOf(self) - 1;
                expectCounted(self, previous, before);
                count();
                call(next);
                received(self, "returned");
                expectCounted(self, next, 2 * (depth - 1) - before);
                count();
                call(previous);
            });
        }

        private void last(UserThread previous, UserThread self) {
            start(self);
            receiveFirst(self, previous.localId());
            serve(self, checkedRounds(), () -> {
                expectCounted(self, previous, depth - 1);
                enterKernel();
                count();
                call(previous);
            });
        }

        private void call(UserThread partner) {
            ipc(SystemCall.LIPC, partner.localId(), partner.localId(), Time.NEVER, tag());
        }

        private int tag() {
            return MessageTag.of(0, checking() ? REGISTER_WORDS : 0);
        }

        /** Checks a message that so many threads have passed on. Clobbers ECX. */
        private void expectCounted(UserThread self, UserThread from, int times) {
            expectMessage(self, from.localId(), tag());
            if (!checking()) return;
            Label sequence = sequenceOf(threads.get(0));
            lea(ECX, EBX.at(-times));
            expect(ECX, at(sequence), "MR1, less what was added");
            lea(ECX, EBP.at(times));
            expect(ECX, at(sequence), "MR2, with what was taken");
        }

        /** Passes the words on, the first plus one, the second less one. */
        private void count() {
            if (!checking()) return;
            inc(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            dec(EBP);
            mov(Utcb.mr(EDI, 2), EBP);
        }

        private void enterKernel() {
            if (!entries) return;
            giveWay();
        }
    }
}
