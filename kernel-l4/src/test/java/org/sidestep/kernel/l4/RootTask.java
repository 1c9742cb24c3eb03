package org.sidestep.kernel.l4;

import static org.sidestep.isa.Reg32.*;

import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.L4Code;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A root task under test, alone with the kernel: extend it, write {@link #main}, {@link #keep} what the test is to look at. */
abstract class RootTask extends L4Code {

    static final int ROOT = Threads.ROOT;
    /** The first thread that a test may create. */
    static final int THREAD = id(60);

    static final int OTHER = id(61);
    static final int NEVER = Time.NEVER;
    static final int CALL_FAILED = MessageTag.ERROR;

    private static final int STACK = 512;

    RootTask(UserProgram program) {
        super(program);
    }

    /** The program; what follows it ends the run. */
    abstract void main();

    /** Code of other threads, reached only through their start addresses. */
    void others() {}

    final void emit() {
        here(program.rootEntry());
        mov(ESP, stack("root"));
        main();
        exit(0);
        others();
    }

    static int id(int number) {
        return ThreadId.global(number);
    }

    /** UTCB start of the {@code n}-th thread of a space; the first thread of the root task has number 0. */
    static int utcb(int n) {
        return MemoryMap.UTCB_AREA + n * MemoryMap.UTCB_SIZE;
    }

    static int localId(int n) {
        return utcb(n) + Utcb.ORIGIN;
    }

    /** Ends the run. */
    final void exit(int code) {
        mov(EAX, code);
        op("out", new Imm(0xF4), Reg8.AL);
    }

    /** Leaves a register's value where the test finds it under {@code name}. */
    final void keep(String name, Reg32 register) {
        mov(kept(name), register);
    }

    /** A word that the test can look at. */
    final Mem kept(String name) {
        return Mem.at(variable("kept." + name)).dword();
    }

    /** The top of a stack of its own. */
    final Label stack(String name) {
        Label top = label("stack." + name);
        if (!top.isBound()) {
            program.bss();
            asm.align(4);
            asm.reserve(STACK);
            here(top);
            program.code();
        }
        return top;
    }

    /** Where the kernel has it, so that a test's first access to memory is its own. */
    @Override
    protected final Operand stub(SystemCall systemCall) {
        return label("kip." + systemCall.text());
    }

    static int fpage(int base, int log2size, int rights) {
        return Fpage.ofLog2(base, log2size, rights);
    }

    /** Makes a system call and keeps its result as {@code name}, ErrorCode as {@code name.error}. */
    final void attempt(String name, Runnable systemCall) {
        systemCall.run();
        keep(name, EAX);
        loadErrorCode(EAX);
        keep(name + ".error", EAX);
    }

    /** ErrorCode of the running thread into {@code register}. */
    final void loadErrorCode(Reg32 register) {
        loadOwnUtcb(register);
        mov(register, register.at(Utcb.ERROR_CODE));
    }

    /** Sends MR0 = {@code tag} and what is in the UTCB, then receives, for ever; either id may be nil. */
    final void ipc(int to, int from, int tag) {
        mov(EAX, to);
        mov(EDX, from);
        ipcTo(tag);
    }

    /** The same with EAX and EDX loaded by the caller. */
    final void ipcTo(int tag) {
        mov(ESI, tag);
        loadOwnUtcb(EDI);
        xor(ECX, ECX);
        systemCall(SystemCall.IPC);
    }

    final void setMessage(int mr, Operand value) {
        loadOwnUtcb(EDI);
        mov(EDI.at(4 * mr).dword(), value);
    }

    /** Creates thread {@code id} in the root task's space with the {@code n}-th UTCB, and starts it. */
    final void spawn(int id, int n, Label entry) {
        threadControl(id, ROOT, ROOT, ROOT, utcb(n));
        start(id, entry);
    }

    /** Creates thread {@code id} in a space of its own, this thread being its pager, and starts it. */
    final void spawnApart(int id, Label entry) {
        threadControl(id, id, ROOT, ThreadId.NIL, -1);
        spaceControl(id, fpage(MemoryMap.KIP, 12, 0), fpage(MemoryMap.UTCB_AREA, 17, 0));
        threadControl(id, id, ROOT, ROOT, utcb(0));
        start(id, entry);
    }

    /** The start message: IP, and a stack named after it. */
    final void start(int id, Label entry) {
        setMessage(1, entry);
        setMessage(2, stack(entry.name()));
        ipc(id, ThreadId.NIL, 2);
    }

    /** Answers page faults 1:1 with all rights until another message comes, which stays in EAX, ESI, EBX, EBP. */
    final void servePageFaults() {
        Label serve = fresh("serve");
        Label wait = fresh("wait");
        Label done = fresh("done");
        here(wait);
        ipc(ThreadId.NIL, ThreadId.ANY, 0);
        here(serve);
        mov(ECX, ESI);
        shr(ECX, Protocol.TAG_SHIFT);
        cmp(ECX, Protocol.PAGE_FAULT.highBits());
        jne(done);
        and(EBX, -MemoryMap.PAGE);
        touch(EBX);
        lea(ECX, EBX.at(MapItem.MAP));
        mov(EDI.at(4), ECX);
        add(EBX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
        mov(EDI.at(8), EBX);
        mov(EDX, ThreadId.ANY);
        ipcTo(MapItem.TAG);
        jmp(serve);
        here(done);
    }

    /** A thread in a space of its own begins at a label, and is served until it sends something else. */
    final void begin(int id, String name) {
        spawnApart(id, label(name));
        servePageFaults();
    }

    /** This space has all of the program's pages from now on; the program's code ends at {@code code.end}. */
    final void settle() {
        touch(MemoryMap.USER_CODE, label("code.end"));
        touch(MemoryMap.USER_BSS, label("user.end"));
    }

    private void touch(int begin, Label end) {
        Label next = fresh("touch");
        mov(EAX, begin);
        here(next);
        op("lock or", EAX.at(0).byte_(), new Imm(0));
        add(EAX, MemoryMap.PAGE);
        cmp(EAX, end);
        j(Condition.B, next);
    }

    /** Receives from a thread, and what it maps into a window. */
    final void accept(int from, int window) {
        loadOwnUtcb(EDI);
        mov(EDI.at(Utcb.BR0), window);
        ipc(ThreadId.NIL, from, 0);
    }

    /** Asks sigma0 for the 4 MB page at an address. */
    final void requestLargePage(int address) {
        loadOwnUtcb(EDI);
        mov(EDI.at(Utcb.BR0), Fpage.COMPLETE);
        setMessage(1, new Imm(Fpage.ofLog2(address, 22, 0)));
        setMessage(2, new Imm(0));
        ipc(Threads.SIGMA0, Threads.SIGMA0, Protocol.SIGMA0.tag());
    }

    /** Makes sure that this space has the page itself. */
    private void touch(Reg32 address) {
        op("lock or", address.at(0).dword(), new Imm(0));
    }
}
