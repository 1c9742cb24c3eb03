package org.sidestep.workloads;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.Report;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What a thread of a hostile space tries with the root task and sigma0. It waits for an answer only where it hopes for memory. */
final class AttackOnServers extends AttackCode {

    private static final String FORGED_FAULT = "forged-fault";
    private static final String FALSE_REPORT = "false-report";
    private static final String FORGED_NAME = "forged-name";
    private static final String FLOOD = "flood";
    private static final String STEAL_MEMORY = "steal-memory";
    private static final String HOARD = "hoard-memory";
    private static final String OVERWRITE = "overwrite";
    private static final String PAGE_TABLES = "page-tables";

    static final List<String> ALL =
            List.of(FORGED_FAULT, FALSE_REPORT, FORGED_NAME, FLOOD, STEAL_MEMORY, HOARD, OVERWRITE, PAGE_TABLES);

    private static final int UNKNOWN_LABEL = 0x1234;
    private static final int READ_FAULT = Protocol.PAGE_FAULT.tag(Fpage.READ);
    /** Where a whole page table would have to be made for each window. */
    private static final int TABLE_SPAN = 4 << 20;

    /** log2 of what it asks for first. */
    private static final int LARGEST_PIECE = 26;

    private static final int USER_END = 0xC0000000;
    private static final int MANY = 200;

    AttackOnServers(UserProgram program, UserThread self) {
        super(program, self);
    }

    @Override
    void attack(String name) {
        switch (name) {
            case FORGED_FAULT -> forgedFault();
            case FALSE_REPORT -> falseReport();
            case FORGED_NAME -> forgedName();
            case FLOOD -> flood();
            case STEAL_MEMORY -> stealMemory();
            case HOARD -> hoard();
            case OVERWRITE -> overwrite();
            case PAGE_TABLES -> pageTables();
            default -> throw new IllegalArgumentException(name);
        }
    }

    /** Page faults that never happened, without waiting for the answer. */
    private void forgedFault() {
        for (Operand address : new Operand[] {label("program.start"), label("root.private"), new Imm(0)}) {
            fault(abi.rootId(), address);
            fault(abi.sigma0Id(), address);
        }
    }

    private void fault(int server, Operand address) {
        message(1, address);
        message(2, new Imm(0));
        send(server, READ_FAULT);
    }

    /** All that could end the run: success, failure, and what the root task does not expect. */
    private void falseReport() {
        send(abi.rootId(), MessageTag.of(Report.DONE, 0));
        send(abi.rootId(), MessageTag.of(Report.DONE, 1));
        send(abi.rootId(), MessageTag.of(Report.WRONG, 0));
        send(abi.rootId(), Protocol.EXCEPTION.tag());
        send(abi.rootId(), MessageTag.of(UNKNOWN_LABEL, 63));
        message(1, new Imm(MapItem.MAP));
        message(2, new Imm(Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS)));
        send(abi.rootId(), MapItem.TAG);
        send(abi.sigma0Id(), MapItem.TAG);
    }

    /** The same, and faults, in the names of those who are believed. */
    private void forgedName() {
        for (int name : new int[] {abi.rootId(), abi.sigma0Id(), ThreadId.global(abi.firstUserThread()), -1}) {
            for (int server : new int[] {abi.rootId(), abi.sigma0Id()}) {
                sendAs(name, server, MessageTag.of(Report.DONE, 0));
                sendAs(name, server, MessageTag.of(Report.WRONG, 0));
                sendAs(name, server, Protocol.EXCEPTION.tag());
                message(1, label("root.private"));
                message(2, new Imm(0));
                sendAs(name, server, READ_FAULT);
            }
        }
    }

    private void sendAs(int name, int server, int tag) {
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.ACTUAL_SENDER).dword(), name);
        send(server, tag | MessageTag.PROPAGATED | MessageTag.REDIRECTED);
    }

    /** As many messages as it can send without giving the processor away. */
    private void flood() {
        for (int server : new int[] {abi.rootId(), abi.sigma0Id()}) {
            push(new Imm(MANY));
            Label next = here(fresh("flood"));
            send(server, MessageTag.of(UNKNOWN_LABEL, 2));
            dec(Mem.base(ESP, 0).dword());
            jnz(next);
            pop(EAX);
        }
    }

    /** Asks sigma0 for each page of the program. */
    private void stealMemory() {
        push(label("program.end"));
        Label next = here(fresh("steal"));
        sub(Mem.base(ESP, 0).dword(), Fpage.PAGE_SIZE);
        mov(EAX, Mem.base(ESP, 0).dword());
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
        request();
        cmp(Mem.base(ESP, 0).dword(), label("program.start"));
        j(A, next);
        pop(EAX);
    }

    /** Asks sigma0 for all that it has, in ever smaller pieces. */
    private void hoard() {
        push(new Imm(LARGEST_PIECE));
        Label next = here(fresh("hoard"));
        mov(ECX, Mem.base(ESP, 0).dword());
        shl(ECX, Fpage.SIZE_SHIFT);
        or(ECX, Fpage.BASE);
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
        mov(Utcb.mr(EDI, 1), ECX);
        mov(Utcb.mr(EDI, 2), 0);
        Operand sigma0 = new Imm(abi.sigma0Id());
        ipc(SystemCall.IPC, sigma0, sigma0, Time.NEVER, Protocol.SIGMA0.tag());
        test(EBP, EBP);
        jnz(next);
        dec(Mem.base(ESP, 0).dword());
        cmp(Mem.base(ESP, 0).dword(), Fpage.PAGE_SHIFT);
        j(AE, next);
        pop(EAX);
    }

    /** Has one page of memory mapped everywhere, so that each time the kernel must make a page table. */
    private void pageTables() {
        push(new Imm(USER_END));
        Label next = here(fresh("table"));
        sub(Mem.base(ESP, 0).dword(), TABLE_SPAN);
        mov(EAX, Mem.base(ESP, 0).dword());
        add(EAX, Fpage.of(0, Fpage.PAGE_SIZE, 0));
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.BR0).dword(), EAX);
        mov(EAX, label("program.end"));
        request();
        cmp(Mem.base(ESP, 0).dword(), TABLE_SPAN);
        j(A, next);
        pop(EAX);
    }

    /** Sigma0 is asked for the page at EAX. */
    private void request() {
        lea(ECX, EAX.at(Fpage.of(0, Fpage.PAGE_SIZE, 0)));
        mov(Utcb.mr(EDI, 1), ECX);
        mov(Utcb.mr(EDI, 2), 0);
        Operand sigma0 = new Imm(abi.sigma0Id());
        ipc(SystemCall.IPC, sigma0, sigma0, Time.NEVER, Protocol.SIGMA0.tag());
    }

    /** Writes into the root task's code and data. Who has no pager dies of it; with one, the fault is never answered. */
    private void overwrite() {
        mov(EDI, self.localId());
        mov(EDI.at(Utcb.PAGER).dword(), abi.rootId());
        mov(Mem.at(label("root.dispatch")).dword(), -1);
        mov(Mem.at(label("root.reports")).dword(), 0);
    }

    private void message(int mr, Operand value) {
        mov(EDI, self.localId());
        if (value instanceof Label) {
            mov(EAX, value);
            mov(Utcb.mr(EDI, mr), EAX);
        } else {
            mov(Utcb.mr(EDI, mr), value);
        }
    }

    private void send(int server, int tag) {
        mov(EDI, self.localId());
        ipc(SystemCall.IPC, new Imm(server), new Imm(ThreadId.NIL), Time.NEVER, tag);
    }
}
