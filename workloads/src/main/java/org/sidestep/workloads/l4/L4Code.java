package org.sidestep.workloads.l4;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.nio.charset.StandardCharsets;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Seg;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.UserProgram.Abi;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** The vocabulary of user-level L4 programs: system calls through the links of the kernel interface page. */
public abstract class L4Code extends Code {

    protected final UserProgram program;
    protected final Abi abi;

    protected L4Code(UserProgram program) {
        super(program.asm());
        this.program = program;
        this.abi = program.abi();
    }

    /** Calls the kernel; registers as the system call wants them. The root task has filled the table of links. */
    protected final void systemCall(SystemCall systemCall) {
        call(Mem.at(label("links"))
                .plus(systemCall.link() - SystemCall.FIRST_LINK)
                .dword());
    }

    /**
     * Sends to {@code to} and receives from {@code from}, either of which may be nil; EDI is the caller's own local id.
     *
     * <p>Afterwards EAX from, ESI MR0, EBX MR1, EBP MR2, EDI own local id; ECX, EDX and flags undefined.
     */
    protected final void ipc(SystemCall link, Operand to, Operand from, int timeouts, int tag) {
        load(EAX, to);
        load(EDX, from);
        load(ECX, new Imm(timeouts));
        mov(ESI, tag);
        systemCall(link);
    }

    /** The same, sending the tag that is already in ESI. */
    protected final void forward(SystemCall link, Operand to, Operand from, int timeouts) {
        load(EAX, to);
        load(EDX, from);
        load(ECX, new Imm(timeouts));
        systemCall(link);
    }

    /** Waits for a message from {@code from}, for ever. */
    protected final void receive(Operand from) {
        forward(SystemCall.IPC, new Imm(ThreadId.NIL), from, Time.NEVER);
    }

    /** EAX := 1, or 0 if the kernel refuses. Clobbers all registers but EBX, EBP and ESP. */
    protected final void threadControl(int thread, int space, int scheduler, int pager, int utcb) {
        mov(EAX, thread);
        mov(ESI, space);
        mov(EDX, scheduler);
        mov(ECX, pager);
        mov(EDI, utcb);
        systemCall(SystemCall.THREAD_CONTROL);
    }

    /** EDI := the running thread's own local id. */
    protected final void loadOwnUtcb() {
        mov(EDI, Mem.absolute(0).dword().in(Seg.GS));
    }

    /** Reserves a zeroed word of memory. */
    protected final Label variable(String name) {
        program.bss();
        asm.align(4);
        Label variable = here(name);
        asm.reserve(4);
        program.code();
        return variable;
    }

    /** Puts a text into memory, ended by NUL. */
    protected final Label text(String name, String text) {
        program.data();
        Label start = here(name);
        asm.bytes((text + "\0").getBytes(StandardCharsets.US_ASCII));
        program.code();
        return start;
    }

    /** The memory operand of a variable. */
    protected static Mem at(Label variable) {
        return Mem.at(variable).dword();
    }

    private void load(Operand register, Operand value) {
        if (value instanceof Imm imm && imm.value() == 0) {
            xor(register, register);
        } else if (value != register) {
            mov(register, value);
        }
    }
}
