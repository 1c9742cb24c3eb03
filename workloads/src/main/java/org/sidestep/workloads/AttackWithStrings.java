package org.sidestep.workloads;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.L4Code;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Strings that a thread of a hostile space sends to a neighbour, whose buffer registers it writes itself, and to an honest thread,
 * which receives none.
 */
final class AttackWithStrings extends L4Code {

    /** No fault is allowed, on either side. */
    private static final int NO_FAULTS = Time.pair(Time.ZERO, Time.ZERO);

    private static final int SHORT = Time.period(200);

    private static final int PAGE = Fpage.PAGE_SIZE;
    /** Of what {@link AttackOnMappings#atManyPlacesAtOnce} maps. */
    private static final int HALF = AttackOnMappings.LONG * PAGE / 2;

    /** How often it is sent, once that is mapped. */
    private static final int TIMES = 4;

    /** Of an ErrorCode. */
    private static final int CAUSE = 0xE;

    private static final int LONGEST = (1 << 22) - 1;
    private static final int MOST_WORDS = Utcb.MESSAGE_REGISTERS - 1;

    /** Around the end of user memory, the first thread's control block, the kernel's code and data, its heap, and where addresses wrap. */
    private static final int[] KERNEL = {
        0xBFFFFFF0,
        0xC0000000,
        0xE0018000,
        0xF0100000,
        0xF0110000,
        0xF0180000,
        0xF01C0000,
        0xF0200000,
        0xF0400000,
        0xFFFFF000,
        0xFFFFFFF0
    };

    private final UserThread self;
    private final UserThread neighbour;
    private final UserThread silent;
    private final UserThread honest;

    /**
     * @param neighbour waits for messages of {@code self}
     * @param silent never waits for any
     */
    AttackWithStrings(
            UserProgram program, UserThread self, UserThread neighbour, UserThread silent, UserThread honest) {
        super(program);
        this.self = self;
        this.neighbour = neighbour;
        this.silent = silent;
        this.honest = honest;
    }

    /** The space's UTCBs, into each other, the sender's and the receiver's among them. */
    void overUtcbs() {
        int utcbs = abi.utcb(0);
        send(new Imm(utcbs), PAGE - abi.utcbSize(), new Imm(utcbs + abi.utcbSize()), PAGE);
        send(new Imm(utcbs + 4), PAGE - 4, new Imm(utcbs), PAGE);
    }

    /** From and to where only the kernel may write, or not even read. */
    void overKernel() {
        for (int address : KERNEL) {
            for (int length : new int[] {1, PAGE, LONGEST}) {
                send(new Imm(address), length, new Imm(abi.utcb(7)), LONGEST);
                send(new Imm(abi.utcb(0)), length, new Imm(address), LONGEST);
                send(new Imm(address), length, new Imm(address), LONGEST);
            }
        }
        op("lock nop");
        mov(EDX, EAX);
        send(new Imm(abi.utcb(0)), PAGE, EDX, PAGE);
    }

    /** Faults that are not allowed; then one whose pager is not there to take it; at last one of a receiver without pager. */
    void unmapped() {
        for (int address : new int[] {0, PAGE, 0x10000000, 0x7FFFFFFF}) {
            send(new Imm(address), LONGEST, new Imm(abi.utcb(7)), LONGEST);
            send(new Imm(abi.utcb(0)), PAGE, new Imm(address), LONGEST);
        }
        mov(EDI, self.localId());
        mov(EAX, silent.localId());
        mov(EDI.at(Utcb.PAGER), EAX);
        send(new Imm(PAGE), PAGE, new Imm(abi.utcb(7)), PAGE, Time.pair(SHORT, SHORT));
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.PAGER).dword(), ThreadId.NIL);
        send(new Imm(abi.utcb(0)), PAGE, new Imm(PAGE), PAGE, Time.pair(Time.NEVER, Time.NEVER));
    }

    /** From one half of what is mapped to the other, while a third one takes that away; also when some of it is copied. */
    void takenAway() {
        push(TIMES);
        Label next = here(fresh("next"));
        prepare(NO_FAULTS);
        items(new Imm(AttackOnMappings.PLACE), HALF, new Imm(AttackOnMappings.PLACE + HALF), HALF);
        ipc(SystemCall.IPC, neighbour.localId(), nil(), Time.pair(SHORT, Time.ZERO), MessageTag.of(0, 0, 2));
        Label none = fresh("none");
        test(ESI, MessageTag.ERROR);
        jz(none);
        mov(EAX, EDI.at(Utcb.ERROR_CODE).dword());
        test(EAX, -1 << IpcError.BYTES_SHIFT);
        exitIf(Z, none, "nothing was copied yet");
        and(EAX, CAUSE);
        cmp(EAX, IpcError.MESSAGE_OVERFLOW);
        exitIf(E, none, "it was cut");
        here("H.brokenOff");
        op("nop");
        here(none);
        giveWay();
        dec(ESP.at(0).dword());
        jnz(next);
        pop(EAX);
    }

    /** Buffers that overlap their strings, and each other; descriptors that lead beyond the registers. */
    void overlapping() {
        int free = abi.utcb(4);
        for (int shift : new int[] {0, 1, 3, 4, 100}) send(new Imm(free + shift), 1000, new Imm(free), 1000);
        for (int descriptor : new int[] {-1 & ~StringItem.OTHER_TYPE, StringItem.COMPOUND, StringItem.of(0, 32)}) {
            prepare(NO_FAULTS);
            mov(EDX, neighbour.localId());
            for (int br = 1; br < Utcb.BUFFER_REGISTERS; br++) mov(Utcb.br(EDX, br), br % 2 == 1 ? descriptor : free);
            for (int mr = 1; mr <= MOST_WORDS; mr++) mov(Utcb.mr(EDI, mr), mr % 2 == 1 ? descriptor : free);
            call(MessageTag.of(0, 0, MOST_WORDS));
            call(MessageTag.of(0, MOST_WORDS - 1, 1));
        }
    }

    private void send(Operand from, int length, Operand to, int room) {
        send(from, length, to, room, NO_FAULTS);
    }

    private void send(Operand from, int length, Operand to, int room, int transferTimeouts) {
        prepare(transferTimeouts);
        items(from, length, to, room);
        call(MessageTag.of(0, 0, 2));
        mov(EDI, self.localId());
        mov(Utcb.mr(EDI, 1), StringItem.simple(length));
        mov(Utcb.mr(EDI, 2), from);
        ipc(SystemCall.IPC, new Imm(honest.globalId()), nil(), Time.pair(Time.ZERO, Time.ZERO), MessageTag.of(0, 0, 2));
    }

    private void items(Operand from, int length, Operand to, int room) {
        mov(EAX, neighbour.localId());
        mov(Utcb.br(EAX, 1), StringItem.simple(room));
        mov(Utcb.br(EAX, 2), to);
        mov(Utcb.mr(EDI, 1), StringItem.simple(length));
        mov(Utcb.mr(EDI, 2), from);
    }

    /** Keeps EDX. */
    private void prepare(int transferTimeouts) {
        mov(EAX, neighbour.localId());
        mov(Utcb.br(EAX, 0), StringItem.ACCEPTOR);
        mov(EAX.at(Utcb.XFER_TIMEOUTS), transferTimeouts);
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.XFER_TIMEOUTS), transferTimeouts);
    }

    private void call(int tag) {
        ipc(SystemCall.IPC, neighbour.localId(), nil(), Time.pair(SHORT, Time.ZERO), tag);
        giveWay();
    }
}
