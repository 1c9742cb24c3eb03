package org.sidestep.workloads;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
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
final class AttackWithStrings extends AttackCode {

    private static final String UTCBS = "strings-over-utcbs";
    private static final String OVER_KERNEL = "strings-over-kernel";
    private static final String UNMAPPED = "strings-unmapped";
    /** A third thread has a part in it. */
    static final String TAKEN_AWAY = "strings-taken-away";

    private static final String OVERLAPPING = "strings-overlapping";

    static final List<String> ALL = List.of(UTCBS, OVER_KERNEL, UNMAPPED, TAKEN_AWAY, OVERLAPPING);

    /** No fault is allowed, on either side. */
    private static final int NO_FAULTS = Time.pair(Time.ZERO, Time.ZERO);

    private static final int SHORT = Time.period(200);

    private static final int PAGE = Fpage.PAGE_SIZE;
    /** Of what {@link AttackOnMappings#atManyPlacesAtOnce} maps. */
    private static final int HALF = AttackOnMappings.PLACES * PAGE / 2;

    /** How often it is sent, once that is mapped. */
    private static final int TIMES = 4;

    /** Of an ErrorCode. */
    private static final int CAUSE = 0xE;

    private static final int LITTLE = 64;
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

    private final UserThread neighbour;
    private final UserThread silent;
    private final UserThread honest;
    private final AttackOnMappings mappings;

    /**
     * @param neighbour waits for messages of {@code self}
     * @param silent never waits for any
     */
    AttackWithStrings(
            UserProgram program,
            UserThread self,
            UserThread neighbour,
            UserThread silent,
            UserThread honest,
            AttackOnMappings mappings) {
        super(program, self);
        this.mappings = mappings;
        this.neighbour = neighbour;
        this.silent = silent;
        this.honest = honest;
    }

    @Override
    void attack(String name) {
        switch (name) {
            case UTCBS -> overUtcbs();
            case OVER_KERNEL -> overKernel();
            case UNMAPPED -> unmapped();
            case TAKEN_AWAY -> takenAway();
            case OVERLAPPING -> overlapping();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** The space's UTCBs, into each other, the sender's and the receiver's among them; whatever come to be their pagers. */
    private void overUtcbs() {
        int utcbs = abi.utcb(0);
        send(new Imm(utcbs), PAGE - abi.utcbSize(), new Imm(utcbs + abi.utcbSize()), PAGE);
        send(new Imm(utcbs + 4), PAGE - 4, new Imm(utcbs), PAGE);
        for (UserThread thread : new UserThread[] {neighbour, silent, self}) {
            mov(EDI, thread.localId());
            renounce();
        }
    }

    /** From and to where only the kernel may write, or not even read. */
    private void overKernel() {
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
    private void unmapped() {
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
    private void takenAway() {
        mappings.atManyPlacesAtOnce();
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
    private void overlapping() {
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
        behindTheEnd(free);
    }

    /** Pointers and descriptors behind the message's last word and behind BR32; goes on where all of these are refused. */
    private void behindTheEnd(int free) {
        Label accepted = fresh("accepted");
        prepare(NO_FAULTS);
        items(new Imm(free), LITTLE, new Imm(free), LITTLE);
        mov(Utcb.mr(EDI, 1), StringItem.of(LITTLE / 2, 2));
        mov(Utcb.mr(EDI, 3), free);
        refused(0, accepted, "a substring behind the message");

        prepare(NO_FAULTS);
        items(new Imm(free), LITTLE, new Imm(free), 2 * LITTLE);
        mov(Utcb.mr(EDI, 1), StringItem.simple(LITTLE) | StringItem.COMPOUND);
        mov(Utcb.mr(EDI, 3), StringItem.simple(LITTLE));
        mov(Utcb.mr(EDI, 4), free);
        refused(LITTLE, accepted, "a descriptor behind the message");

        prepare(NO_FAULTS);
        items(new Imm(free), LITTLE, new Imm(free), LITTLE);
        mov(Utcb.br(EAX, 1), StringItem.of(LITTLE, Utcb.BUFFER_REGISTERS - 1));
        refused(0, accepted, "a part of a buffer behind BR32");

        prepare(NO_FAULTS);
        items(new Imm(free), LITTLE, new Imm(free), 1);
        for (int br = 1; br < Utcb.BUFFER_REGISTERS; br += 2) {
            mov(Utcb.br(EAX, br), StringItem.simple(1) | StringItem.COMPOUND);
            mov(Utcb.br(EAX, br + 1), free);
        }
        mov(Utcb.br(EAX, Utcb.BUFFER_REGISTERS), StringItem.simple(LITTLE));
        mov(Utcb.br(EAX, Utcb.BUFFER_REGISTERS + 1), free);
        refused((Utcb.BUFFER_REGISTERS - 1) / 2, accepted, "a descriptor behind BR32");
        here("H.refused");
        op("nop");
        here(accepted);
    }

    private void refused(int bytes, Label accepted, String otherwise) {
        mov(EDI.at(Utcb.ERROR_CODE).dword(), 0);
        ipc(SystemCall.IPC, neighbour.localId(), nil(), Time.pair(SHORT, Time.ZERO), MessageTag.of(0, 0, 2));
        push(EDI.at(Utcb.ERROR_CODE).dword());
        giveWay();
        pop(EAX);
        cmp(EAX, bytes << IpcError.BYTES_SHIFT | IpcError.MESSAGE_OVERFLOW);
        exitIf(NE, accepted, otherwise);
    }

    /** To its neighbour's buffer, and to the honest thread. */
    void send(Operand from, int length, Operand to, int room) {
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
