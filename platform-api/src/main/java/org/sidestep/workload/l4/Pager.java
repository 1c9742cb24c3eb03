package org.sidestep.workload.l4;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * The root task's service: page faults are answered with the same page of the root task's own memory, reports are counted.
 *
 * <p>It trusts no client. Who sends is taken from the kernel, and looked up in a table that nobody else can write. What ends
 * the run is believed of trusted threads only; of the others page faults are served, read-only but for their stacks, and
 * the rest gets no answer. An answer goes to who waits for it, or is lost: nobody can make the root task wait.
 */
final class Pager extends L4Code {

    // what the root task knows of a thread

    /** It belongs to a trusted space. */
    static final int TRUSTED = 1;
    /** It has yet to report that it has done its work. */
    static final int REPORTS = 2;

    private static final int WRITE_FAULT = Protocol.PAGE_FAULT.tag(Fpage.WRITE);

    private final Ending ending;
    private final int clients;
    private final Mem client = Mem.at(label("root.clients"), ECX, 1).byte_();
    private final Label ignore = label("root.wait");

    /** @param clients how many threads the root task makes: their numbers follow each other */
    Pager(UserProgram program, int clients) {
        super(program);
        this.clients = clients;
        ending = new Ending(program);
    }

    void emit() {
        here("root.wait");
        mov(EDI, abi.rootUtcb());
        receive(new Imm(ThreadId.ANY));
        here("root.received");
        dispatch();
        untrusted();
        mapPage();
        jmp(label("root.received"));
    }

    private void dispatch() {
        routine("root.dispatch", """
                in   EAX from, ESI MR0, EBX MR1, EBP MR2
                holds ECX the sender's place in root.clients""");
        test(ESI, MessageTag.ERROR);
        exitIf(NZ, ignore, "the client did not wait for its answer, or sent more than words");
        sender();
        test(client, TRUSTED);
        exitIf(Z, label("root.untrusted"), "only its page faults count");
        cmp(ESI, MessageTag.of(Report.DONE, 0));
        exitIf(E, label("root.credit"), "it has done its work");
        cmp(ESI, MessageTag.of(Report.WRONG, 0));
        exitIf(E, ending.of(ExitCode.WRONG), "it received a wrong message");
        cmp(ESI, Protocol.EXCEPTION.tag());
        exitIf(E, ending.of(ExitCode.EXCEPTION), "it raised an exception");
        requirePageFault(ending.of(ExitCode.UNKNOWN));
        requireShared(ending.of(ExitCode.STRAY));
        mov(EDX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
        jmp(label("root.map"));

        here("root.credit");
        test(client, REPORTS);
        exitIf(Z, ignore, "its report was not expected, or has been counted");
        and(client, ~REPORTS);
        jmp(label("root.done"));
    }

    /** ECX := which of the threads that the root task has made it is; one of its own space is named by local id. */
    private void sender() {
        Label global = fresh("global");
        mov(ECX, EAX);
        test(Reg8.AL, ThreadId.GLOBAL);
        jnz(global);
        mov(ECX, ECX.at(Utcb.GLOBAL_ID));
        here(global);
        sub(ECX, ThreadId.global(abi.firstUserThread()));
        op("ror", ECX, new Imm(ThreadId.NUMBER_SHIFT));
        cmp(ECX, clients);
        exitIf(AE, ignore, "no thread of the root task's, or another version of one");
    }

    private void untrusted() {
        here("root.untrusted");
        requirePageFault(ignore);
        requireShared(ignore);
        mov(EDX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
        Label readOnly = fresh("readOnly");
        cmp(EBX, label("untrusted"));
        j(B, readOnly);
        cmp(EBX, label("untrusted.end"));
        j(B, label("root.map"));
        here(readOnly);
        cmp(ESI, WRITE_FAULT);
        exitIf(E, ignore, "it would write what is not its own");
        mov(EDX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.READ_ONLY));
        jmp(label("root.map"));
    }

    private void requirePageFault(Label otherwise) {
        mov(EDX, ESI);
        and(EDX, ~(Fpage.ALL_RIGHTS << MessageTag.LABEL_SHIFT));
        cmp(EDX, Protocol.PAGE_FAULT.tag());
        exitIf(NE, otherwise, "neither fault nor report");
    }

    private void requireShared(Label otherwise) {
        cmp(EBX, label("program.start"));
        exitIf(B, otherwise, "below the program");
        cmp(EBX, label("program.end"));
        exitIf(AE, otherwise, "above the program");
        mov(ECX, EBX);
        sub(ECX, label("root.private"));
        cmp(ECX, Fpage.PAGE_SIZE);
        exitIf(B, otherwise, "the root task's own");
    }

    private void mapPage() {
        routine("root.map", "in   EAX client, EBX fault address, EDX size and rights of the answer");
        asm.comment("sigma0 must have mapped it here first");
        mov(Reg8.CL, EBX.at(0));
        and(EBX, -Fpage.PAGE_SIZE);
        lea(ECX, EBX.at(MapItem.MAP));
        mov(Utcb.mr(EDI, 1), ECX);
        or(EDX, EBX);
        mov(Utcb.mr(EDI, 2), EDX);
        ipc(SystemCall.IPC, EAX, new Imm(ThreadId.ANY), Time.SEND_AT_ONCE, MapItem.TAG);
    }
}
