package org.sidestep.kernel.l4.syscall;

import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.EnumSet;
import java.util.List;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.layout.Field;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.Utcb;

/** The system calls other than Ipc: their stubs in the kernel interface page, and how the kernel finds and ends them. */
public final class SystemCalls extends KernelRoutines {

    /** Offset in the kernel interface page of the first stub. */
    private static final int STUBS = 0xF00;

    private static final int STUB_SIZE = 8;
    static final int INT_LENGTH = 2;

    /** In the order of their stubs; every register may be an argument, so the stub's address is the number. */
    private static final List<SystemCall> CALLS =
            EnumSet.complementOf(EnumSet.of(SystemCall.IPC, SystemCall.LIPC, SystemCall.SYSTEM_CLOCK)).stream()
                    .toList();

    public SystemCalls(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        asm.section("kip.calls", MemoryMap.KIP + STUBS, MemoryMap.KIP_PAGE + STUBS);
        for (SystemCall call : CALLS) {
            asm.align(STUB_SIZE);
            entered(at.stubs.get(call));
            stub();
        }
        asm.align(STUB_SIZE);
        entered(at.unmapStub);
        stub();
        asm.align(STUB_SIZE);
        entered(at.ipcStub);
        stub();
        systemClock();
        kernel.text();
        dispatch();
        endings();
        processorControl();
        notOffered();
    }

    private void stub() {
        op("int", imm(Vectors.SYSTEM_CALL));
        ret();
    }

    private void systemClock() {
        asm.align(16);
        routine(at.stubs.get(SystemCall.SYSTEM_CLOCK), """
                out     EDX:EAX microseconds since boot = cycles * 1000 / kHz. Clobbers ECX, ESI, EDI""");
        Label here = fresh("here");
        call(here);
        here(here);
        pop(ESI);
        and(ESI, -MemoryMap.PAGE);
        mov(ESI, ESI.at(Kip.INTERNAL_FREQUENCY));
        op("rdtsc");
        mov(EDI, EDX);
        mov(ECX, 1000);
        op("mul", ECX);
        op("imul", EDI, ECX);
        add(EDI, EDX);
        mov(ECX, EAX);
        phase("divide EDI:ECX");
        mov(EAX, EDI);
        xor(EDX, EDX);
        op("div", ESI);
        xchg(EAX, ECX);
        op("div", ESI);
        mov(EDX, ECX);
        ret();
    }

    private void dispatch() {
        routine(at.systemCall);
        Label bad = fresh("bad");
        Label table = fresh("table");
        mov(EAX, Tcb.frame(EBX, Frame.EIP));
        mov(ECX, EBX.at(thread.space));
        sub(EAX, ECX.at(SpaceLayout.KIP));
        sub(EAX, STUBS + INT_LENGTH);
        cmp(EAX, STUB_SIZE * (CALLS.size() + 2));
        exitIf(AE, bad, "not from a stub");
        test(Reg8.AL, STUB_SIZE - 1);
        exitIf(NZ, bad, "not from a stub");
        shr(EAX, 1);
        jmp(Mem.at(table, EAX, 1).dword());

        phase("INT elsewhere is the general protection fault that any other INT is");
        here(bad);
        sub(Tcb.frame(EBX, Frame.EIP), INT_LENGTH);
        mov(Tcb.frame(EBX, Frame.VECTOR), Vectors.GENERAL_PROTECTION);
        int idtReference = Vectors.SYSTEM_CALL * 8 + 2;
        mov(Tcb.frame(EBX, Frame.ERROR), idtReference);
        jmp(at.exception);

        kernel.data();
        asm.align(4);
        here(table);
        CALLS.forEach(call -> asm.word(at.calls.get(call)));
        asm.word(at.unmapContinue);
        asm.word(at.ipcAgain);
        kernel.text();
    }

    private void endings() {
        routine(at.syscallSucceed);
        mov(Tcb.frame(EBX, Frame.EAX), 1);
        jmp(at.exitResched);

        routine(at.syscallAgain);
        sub(Tcb.frame(EBX, Frame.EIP), INT_LENGTH);
        jmp(at.exitResume);

        routine(at.syscallFail);
        mov(ECX, EBX.at(thread.utcbAlias));
        mov(ECX.at(Utcb.ERROR_CODE), EAX);
        mov(Tcb.frame(EBX, Frame.EAX), 0);
        jmp(at.exitResume);
    }

    /** The processor's clock and voltage are what they are: who says so, or nothing of them, is obeyed. */
    private void processorControl() {
        routine(at.calls.get(SystemCall.PROCESSOR_CONTROL), """
                in      EBX current thread; frame: EAX processor - ECX internal, EDX external frequency - ESI voltage""");
        Label noPrivilege = fresh("noPrivilege");
        Label invalidParameter = fresh("invalidParameter");
        mov(ECX, EBX.at(thread.space));
        test(ECX.at(SpaceLayout.FLAGS), SpaceLayout.PRIVILEGED);
        exitIf(Z, noPrivilege, "not the root task");
        mov(EAX, Tcb.frame(EBX, Frame.EAX));
        or(EAX, Tcb.frame(EBX, Frame.ESI));
        exitIf(NZ, invalidParameter, "another processor, or a voltage");
        frequency(Frame.ECX, Kip.INTERNAL_FREQUENCY, invalidParameter);
        frequency(Frame.EDX, Kip.EXTERNAL_FREQUENCY, invalidParameter);
        jmp(at.syscallSucceed);
        here(noPrivilege);
        mov(EAX, SystemCallError.NO_PRIVILEGE);
        jmp(at.syscallFail);
        here(invalidParameter);
        mov(EAX, SystemCallError.INVALID_PARAMETER);
        jmp(at.syscallFail);
    }

    private void frequency(Field argument, int word, Label invalid) {
        Label stays = fresh("stays");
        mov(EAX, Tcb.frame(EBX, argument));
        test(EAX, EAX);
        exitIf(Z, stays, "nothing said");
        cmp(EAX, Kip.kernelWord(word));
        exitIf(NE, invalid, "another frequency");
        here(stays);
    }

    /** An exception, which nobody overlooks. */
    private void notOffered() {
        routine(at.syscallNotOffered);
        mov(EAX, SystemCallError.INVALID_PARAMETER);
        mov(ECX, EBX.at(thread.utcbAlias));
        mov(ECX.at(Utcb.ERROR_CODE), EAX);
        mov(Tcb.frame(EBX, Frame.VECTOR), Vectors.INVALID_OPCODE);
        mov(Tcb.frame(EBX, Frame.ERROR), 0);
        jmp(at.exception);
    }
}
