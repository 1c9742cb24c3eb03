package org.sidestep.kernel.l4.isolation;

import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Cr.CR0;
import static org.sidestep.isa.Cr.CR4;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.kernel.l4.memory.PageTableCode;
import org.sidestep.kernel.l4.tss.Tss;

/**
 * The registers of x87, MMX and SSE, of which each thread has its own (SDM vol. 3, "Saving the x87 FPU State on Task or Context
 * Switches"). They move when another thread wants them, not at the switch: three words say whose they are.
 *
 * <ul>
 *   <li>the <em>owner</em>: whose state the processor holds, or nobody;
 *   <li>the <em>active</em> thread: the owner while it may use them (CR0.TS is clear), or nobody. It ends when the thread stops
 *       running, and nobody else pays for that: its Ipc enters the kernel at a place of its own, and the word that names the
 *       running thread, which user level writes when it switches, is read-only;
 *   <li>of each thread, whether it has ever used them.
 * </ul>
 */
public final class FloatingPoint extends PageTableCode {

    private static final int CR0_MP = 1 << 1;
    private static final int CR0_EM = 1 << 2;
    private static final int CR0_TS = 1 << 3;
    private static final int CR0_NE = 1 << 5;
    private static final int CR4_OSFXSR = 1 << 9;
    private static final int CR4_OSXMMEXCPT = 1 << 10;

    private static final Mem CURRENT_UTCB = Mem.absolute(MemoryMap.CURRENT_UTCB);
    /** The table entry of the page of the word behind {@code %gs:0}. */
    private static final Mem CURRENT_UTCB_ENTRY = Mem.absolute(
                    MemoryMap.window(MemoryMap.CURRENT_UTCB_TABLE) + (MemoryMap.CURRENT_UTCB >>> 12 & 0x3FF) * 4)
            .dword();

    private static final int SYSENTER_EIP = 0x176;
    /** Offset in an interrupt gate of the upper half of the address. */
    private static final int GATE_HIGH = 6;

    private static final int CPUID_FPU = 1;
    private static final int CPUID_FXSR = 1 << 24;
    private static final int CPUID_SSE = 1 << 25;

    // the first words of both images, of a unit that has just been initialised: all exceptions masked, all registers
    // empty

    private static final int CONTROL_WORD = 0x37F;
    private static final int MXCSR_OFFSET = 24;
    private static final int MXCSR = 0x1F80;
    private static final int UPPER = 0xFFFF0000;

    private final Label ipcEntry = label("floatingPoint.ipc");
    private final Label activeWord = label("floatingPoint.active");
    private final Mem active = Mem.at(activeWord).dword();
    private final Label owner = label("floatingPoint.owner");
    private final Label extended = label("floatingPoint.extended");
    private final Label initial = label("floatingPoint.initial");
    private final Label initialExtended = label("floatingPoint.initialExtended");

    public FloatingPoint(Kernel kernel) {
        super(kernel);
    }

    /** Inline, before the kernel goes to another thread. Clobbers ECX, EDX. */
    public void takeAway() {
        Label taken = fresh("taken");
        cmp(active, 0);
        exitIf(NE, taken, "a thread may use the floating-point unit");
        Label back = here(fresh("back"));
        kernel.outOfLine(() -> {
            here(taken);
            call(label("floatingPoint.takeAway"));
            jmp(back);
        });
    }

    /** Inline. The thread {@code EBP} begins anew: it owns nothing. */
    public void forget() {
        Label other = fresh("other");
        cmp(Mem.at(owner).dword(), EBP);
        exitIf(NE, other, "another's, or nobody's");
        mov(Mem.at(owner).dword(), 0);
        here(other);
    }

    @Override
    public void emit() {
        words();
        boot();
        use();
        writesCurrentUtcb();
        enterWhileActive();
        takeAwayRoutine();
        save();
        load();
    }

    private void words() {
        kernel.data();
        asm.align(16);
        here(initialExtended);
        asm.word(imm(CONTROL_WORD));
        asm.reserve(MXCSR_OFFSET - 4);
        asm.word(imm(MXCSR));
        asm.reserve(Tcb.FXSAVE_SIZE - MXCSR_OFFSET - 4);
        here(initial);
        asm.word(imm(UPPER | CONTROL_WORD));
        asm.word(imm(UPPER));
        asm.word(imm(-1));
        asm.reserve(96);
        kernel.bss();
        asm.align(4);
        here(owner);
        asm.reserve(4);
        here(activeWord);
        asm.reserve(4);
        here(extended);
        asm.reserve(4);
        kernel.text();
    }

    private void boot() {
        routine(at.bootFloatingPoint);
        Label none = fresh("none");
        Label noSse = fresh("noSse");
        mov(EAX, 1);
        op("cpuid");
        test(EDX, CPUID_FPU);
        exitIf(Z, none, "no unit: CR0.EM stays set, and its use is an exception");
        mov(EAX, CR0);
        and(EAX, ~CR0_EM);
        or(EAX, CR0_MP | CR0_NE | CR0_TS);
        mov(CR0, EAX);
        test(EDX, CPUID_FXSR);
        exitIf(Z, none, "saved by FNSAVE");
        mov(Mem.at(extended).dword(), 1);
        mov(EAX, CR4);
        or(EAX, CR4_OSFXSR);
        test(EDX, CPUID_SSE);
        exitIf(Z, noSse, "nothing to unmask exceptions of");
        or(EAX, CR4_OSXMMEXCPT);
        here(noSse);
        mov(CR4, EAX);
        here(none);
        ret();
    }

    private void use() {
        routine(at.floatingPointUse);
        Label its = fresh("its");
        Label nobody = fresh("nobody");
        mov(EAX, CR0);
        test(Reg8.AL, CR0_EM);
        exitIf(NZ, at.exception, "there is no unit");
        op("clts");
        mov(EAX, Mem.at(owner));
        cmp(EAX, EBX);
        exitIf(E, its, "nobody else has used it meanwhile");
        test(EAX, EAX);
        exitIf(Z, nobody, "nothing to save");
        call(label("floatingPoint.save"));
        here(nobody);
        call(label("floatingPoint.load"));
        mov(EBX.at(tcb.computes), 1);
        mov(Mem.at(owner).dword(), EBX);
        here(its);
        mov(active, EBX);
        setWritable(CURRENT_UTCB_ENTRY, false, CURRENT_UTCB);
        ipcEntersAt(ipcEntry);
        jmp(at.exitResume);
    }

    /** It was about to say that another thread runs, which would find its registers; then it may. */
    private void writesCurrentUtcb() {
        routine(at.floatingPointSwitch);
        call(label("floatingPoint.takeAway"));
        jmp(at.exitResume);
    }

    /** Only the active thread comes here, so that no other pays for the question. */
    private void enterWhileActive() {
        routine(ipcEntry, """
                in      the registers of ipc.enter: Ipc of a thread that may use the unit
                out     the same at ipc.enter, the unit taken away""");
        if (kernel.entersBySysenter()) mov(ESP, ESP.at(0));
        push(EAX);
        push(ECX);
        push(EDX);
        call(label("floatingPoint.takeAway"));
        pop(EDX);
        pop(ECX);
        pop(EAX);
        if (kernel.entersBySysenter()) mov(ESP, Tss.ESP0_ADDRESS);
        jmp(usualEntry());
    }

    private Label usualEntry() {
        return kernel.entersBySysenter() ? at.sysenter : at.vectors.get(Vectors.IPC);
    }

    private void takeAwayRoutine() {
        routine("floatingPoint.takeAway", "out     the next use, whoever's, comes to the kernel. Clobbers ECX, EDX");
        mov(ECX, CR0);
        or(ECX, CR0_TS);
        mov(CR0, ECX);
        mov(active, 0);
        setWritable(CURRENT_UTCB_ENTRY, true, CURRENT_UTCB);
        ipcEntersAt(usualEntry());
        ret();
    }

    /** Clobbers ECX, EDX. */
    private void ipcEntersAt(Label entry) {
        if (kernel.entersBySysenter()) {
            push(EAX);
            mov(ECX, SYSENTER_EIP);
            xor(EDX, EDX);
            mov(EAX, entry);
            op("wrmsr");
            pop(EAX);
            return;
        }
        mov(ECX, entry);
        mov(gate(0), Reg16.CX);
        shr(ECX, 16);
        mov(gate(GATE_HIGH), Reg16.CX);
    }

    private Mem gate(int offset) {
        return Mem.at(at.idt).plus(8 * Vectors.IPC + offset).word();
    }

    private void save() {
        routine("floatingPoint.save", "in      EAX thread that owns the unit");
        Label old = fresh("old");
        cmp(Mem.at(extended).dword(), 0);
        exitIf(E, old, "no FXSAVE");
        op("fxsave", EAX.at(tcb.floatingPoint.offset()));
        ret();
        here(old);
        op("fnsave", EAX.at(tcb.floatingPoint.offset()));
        ret();
    }

    private void load() {
        routine("floatingPoint.load", "in      EBX thread. Clobbers EAX");
        Label old = fresh("old");
        Label first = fresh("first");
        Label firstOld = fresh("firstOld");
        cmp(Mem.at(extended).dword(), 0);
        exitIf(E, old, "no FXRSTOR");
        cmp(EBX.at(tcb.computes), 0);
        exitIf(E, first, "it has not used it before");
        op("fxrstor", EBX.at(tcb.floatingPoint.offset()));
        ret();
        here(first);
        op("fxrstor", Mem.at(initialExtended));
        ret();
        here(old);
        cmp(EBX.at(tcb.computes), 0);
        exitIf(E, firstOld, "it has not used it before");
        op("frstor", EBX.at(tcb.floatingPoint.offset()));
        ret();
        here(firstOld);
        op("frstor", Mem.at(initial));
        ret();
    }
}
