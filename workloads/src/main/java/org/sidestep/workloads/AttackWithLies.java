package org.sidestep.workloads;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Seg;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** What a thread of a hostile space says of itself and its neighbours: who runs, who waits; and a jump that leaves out what should be checked. */
final class AttackWithLies extends AttackCode {

    private static final String STRAY_UTCB = "stray-utcb";
    private static final String FREE_UTCB = "free-utcb";
    private static final String QUEUED_THREAD = "queued-thread";
    private static final String FALSE_WAIT = "false-wait";
    private static final String SCRIBBLE = "scribble";
    private static final String JUMP = "jump";

    static final List<String> ALL = List.of(STRAY_UTCB, FREE_UTCB, QUEUED_THREAD, FALSE_WAIT, SCRIBBLE, JUMP);

    private static final int NO_MEMORY = 0x1234_5600;

    private static final Mem CURRENT_UTCB = Mem.absolute(0).dword().in(Seg.GS);

    /** All bytes of a UTCB: words below MR0, where policies keep theirs, and message registers. */
    private static final int UTCB_WORDS = 128;

    private final UserThread waiting;
    private final UserThread queued;

    /**
     * @param waiting waits for {@code self}, for ever
     * @param queued is always ready
     */
    AttackWithLies(UserProgram program, UserThread self, UserThread waiting, UserThread queued) {
        super(program, self);
        this.waiting = waiting;
        this.queued = queued;
    }

    @Override
    void attack(String name) {
        switch (name) {
            case STRAY_UTCB -> claim(new Imm(NO_MEMORY));
            case FREE_UTCB -> claim(new Imm(abi.rootUtcb() + 100 * abi.utcbSize()));
            case QUEUED_THREAD -> claim(queued.localId());
            case FALSE_WAIT -> {
                scribble(queued, self.localId());
                lipc(queued);
            }
            case SCRIBBLE -> {
                scribble(waiting, new Imm(NO_MEMORY));
                scribble(self, new Imm(-1));
                lipc(waiting);
            }
            case JUMP -> jump();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** Says that another thread runs. */
    private void claim(Operand utcb) {
        mov(EAX, utcb);
        mov(CURRENT_UTCB, EAX);
    }

    /** Overwrites a whole UTCB but its pager and exception handler, which stay nil. */
    private void scribble(UserThread victim, Operand value) {
        mov(EAX, value);
        mov(EDI, victim.localId());
        sub(EDI, Utcb.ORIGIN);
        mov(ECX, UTCB_WORDS);
        op("rep stosd");
        mov(EDI, victim.localId());
        renounce();
    }

    private void lipc(UserThread partner) {
        mov(EDI, self.localId());
        ipc(SystemCall.LIPC, partner.localId(), partner.localId(), 0, MessageTag.of(0, 0));
    }

    /** Into the stub, as if its checks had been passed, with registers that are no arguments. */
    private void jump() {
        mov(EBX, stub(SystemCall.LIPC));
        add(EBX, program.parameters().integer("offset"));
        mov(EAX, NO_MEMORY);
        mov(EDI, self.localId());
        mov(EDX, ThreadId.ANY);
        mov(ECX, (int) program.seed());
        mov(ESI, -1);
        mov(EBP, NO_MEMORY);
        here("H.jump");
        jmp(EBX);
    }
}
