package org.sidestep.workloads;

import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Threads of different priorities: a client of a high one calls a server of a low one, while another, in between, has just been made
 * ready. A policy that switches to the server without the kernel leaves it to the next entry that the other runs first.
 */
public final class Ranks implements Workload {

    @Override
    public String id() {
        return "ranks";
    }

    @Override
    public String summary() {
        return "a client of high priority calls a server of low priority, while a thread between them is ready";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.checked(
                1000,
                Parameter.choice(
                        "middle", "where the thread between them lives: beside them or next door", "inside", "outside"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads have no priorities");
        new Order(program).emit();
    }

    private static final class Order extends Scenario {

        private static final int HIGH = 150;
        private static final int MIDDLE = 100;
        private static final int LOW = 50;
        private static final int ONE_WORD = MessageTag.of(0, 1);

        private final AddressSpace house = root.space("house");
        private final UserThread a = root.thread("A", house);
        private final UserThread b = root.thread("B", house);
        private final UserThread c;
        private final Label sequence = sequence(a);

        Order(UserProgram program) {
            super(program, true);
            boolean inside = parameters.choice("middle").equals("inside");
            c = inside ? root.thread("C", house) : root.loneThread("C", "next door");
            root.timeslice(parameters.integer("timeslice"));
            root.priority(a, HIGH);
            root.priority(b, LOW);
            root.priority(c, MIDDLE);
        }

        @Override
        public void emit() {
            asm.align(16);
            start(a);
            rounds(a, this::round, this::done);
            serve();
            listen();
            measure(List.of(a));
            emitWrong();
            root.emit();
        }

        /** The one in between is ready from the send on, and has had its turn when the round is over. */
        private void round() {
            compose();
            ipc(SystemCall.IPC, new Imm(c.globalId()), nil(), Time.NEVER, ONE_WORD);
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not sent", null, ESI, new Imm(0));
            for (int i = 0; i < 2; i++) {
                compose();
                ipc(SystemCall.LIPC, b.localId(), b.localId(), Time.NEVER, ONE_WORD);
                received(a, "answered." + i);
                expectMessage(a, b.localId(), ONE_WORD);
                not(EBX);
                expect(EBX, at(sequence), "the answer");
                advance(sequence);
            }
            receive(new Imm(c.globalId()));
            received(a, "told");
            test(ESI, MessageTag.ERROR);
            deny(NZ, "not told", null, ESI, new Imm(0));
        }

        private void compose() {
            loadOwnUtcb();
            mov(EAX, at(sequence));
            mov(Utcb.mr(EDI, 1), EAX);
        }

        /** Enters the kernel before it answers, with a call that does nothing: the kernel learns who runs, and who should. */
        private void serve() {
            start(b);
            receiveFirst(b, a.localId());
            received(b);
            expectMessage(b, a.localId(), ONE_WORD);
            push(EBX);
            ipc(SystemCall.IPC, nil(), nil(), Time.NEVER, MessageTag.of(0, 0));
            pop(EBX);
            loadOwnUtcb();
            not(EBX);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.LIPC, a.localId(), a.localId(), Time.NEVER, ONE_WORD);
            jmp(label(b.name() + ".received"));
        }

        private void listen() {
            start(c);
            receiveFirst(c, new Imm(a.globalId()));
            received(c);
            ipc(SystemCall.IPC, new Imm(a.globalId()), new Imm(a.globalId()), Time.NEVER, MessageTag.of(0, 0));
            jmp(label(c.name() + ".received"));
        }
    }
}
