package org.sidestep.workloads.l4;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.isa.Imm;
import org.sidestep.isa.Reg8;
import org.sidestep.workload.UserProgram;

/** The root task's service: page faults are answered with the same page of the root task's own memory, reports are counted. */
final class Pager extends L4Code {

    private final Ending ending;

    Pager(UserProgram program) {
        super(program);
        ending = new Ending(program);
    }

    void emit() {
        here("root.wait");
        mov(EDI, abi.rootUtcb());
        receive(new Imm(ThreadId.ANY));
        here("root.received");
        dispatch();
        mapPage();
        jmp(label("root.received"));
    }

    private void dispatch() {
        routine("root.dispatch", "in   EAX from, ESI MR0, EBX MR1, EBP MR2");
        test(ESI, Message.ERROR);
        exitIf(NZ, ending.of(ExitCode.LOST), "receiving failed");
        mov(ECX, ESI);
        shr(ECX, 16);
        cmp(ECX, Message.DONE);
        exitIf(E, label("root.done"), "a thread has done its work");
        cmp(ECX, Message.WRONG);
        exitIf(E, ending.of(ExitCode.WRONG), "a thread received a wrong message");
        cmp(ECX, Message.EXCEPTION);
        exitIf(E, ending.of(ExitCode.EXCEPTION), "a thread raised an exception");
        and(ECX, ~Message.ACCESS);
        cmp(ECX, Message.PAGE_FAULT);
        exitIf(NE, ending.of(ExitCode.UNKNOWN), "neither fault nor report");
        cmp(EBX, label("program.start"));
        exitIf(B, ending.of(ExitCode.STRAY), "below the program");
        cmp(EBX, label("program.end"));
        exitIf(AE, ending.of(ExitCode.STRAY), "above the program");
    }

    private void mapPage() {
        phase("map");
        asm.comment("sigma0 must have mapped it here first");
        mov(Reg8.CL, EBX.at(0));
        and(EBX, -Fpage.PAGE_SIZE);
        lea(ECX, EBX.at(Message.MAP));
        mov(Utcb.mr(EDI, 1), ECX);
        lea(ECX, EBX.at(Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS)));
        mov(Utcb.mr(EDI, 2), ECX);
        ipc(SystemCall.IPC, EAX, new Imm(ThreadId.ANY), Time.NEVER, Message.mapItem());
    }
}
