package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;

/**
 * Loads a program from a module (Tool Interface Standard, Executable and Linking Format 1.2). The file may be anything: nothing is
 * written before all of it has been found good, and nothing but conventional memory, which neither kernel nor modules are in.
 */
public final class ElfLoader extends KernelRoutines {

    private static final int MAGIC = 0x464C457F;
    /** 32 bits, little endian. */
    private static final int CLASS_AND_DATA = 0x0101;
    /** An executable for the Intel 80386. */
    private static final int TYPE_AND_MACHINE = 0x00030002;

    private static final int E_CLASS = 4;
    private static final int E_TYPE = 16;
    private static final int E_ENTRY = 24;
    private static final int E_PHOFF = 28;
    private static final int E_PHENTSIZE = 42;
    private static final int E_PHNUM = 44;
    private static final int EHDR = 52;

    private static final int P_OFFSET = 4;
    private static final int P_VADDR = 8;
    private static final int P_PADDR = 12;
    private static final int P_FILESZ = 16;
    private static final int P_MEMSZ = 20;
    private static final int PHDR = 32;
    private static final int PT_LOAD = 1;

    private final Console console;
    private final Label sizeWord = label("load.size");
    private final Label serverWord = label("load.server");
    private final Mem size = Mem.at(sizeWord).dword();
    private final Mem server = Mem.at(serverWord).dword();
    private final Map<Label, String> refusals = new LinkedHashMap<>();

    public ElfLoader(Kernel kernel) {
        super(kernel);
        console = new Console(kernel);
    }

    @Override
    public void emit() {
        routine(at.bootLoad);
        sub(ECX, EBX);
        mov(size, ECX);
        mov(server, EDX);
        lea(EBP, EBX.at(WINDOW));
        header();
        segments();
        place();
        store();
        ret();
        refusals.forEach(this::refusal);
        kernel.bss();
        asm.align(4);
        here(sizeWord);
        asm.reserve(4);
        here(serverWord);
        asm.reserve(4);
        kernel.text();
    }

    private void refuse(Condition condition, String reason) {
        Label refusal = fresh("refused");
        refusals.put(refusal, reason);
        exitIf(condition, refusal, reason);
    }

    private void refusal(Label place, String reason) {
        Label text = fresh("text");
        here(place);
        mov(ESI, text);
        jmp(at.bootPanic);
        console.text(text, "Sidestep: the module of sigma0 or root task: " + reason);
    }

    private void header() {
        phase("header; EBX the first program header, ECX how many there are");
        cmp(ECX, EHDR);
        refuse(B, "no ELF file");
        cmp(EBP.at(0).dword(), MAGIC);
        refuse(NE, "no ELF file");
        op("movzx", EAX, EBP.at(E_CLASS).word());
        cmp(EAX, CLASS_AND_DATA);
        refuse(NE, "not 32-bit, little-endian");
        cmp(EBP.at(E_TYPE).dword(), TYPE_AND_MACHINE);
        refuse(NE, "no executable for the Intel 80386");
        op("movzx", EAX, EBP.at(E_PHENTSIZE).word());
        cmp(EAX, PHDR);
        refuse(NE, "program headers of unknown size");
        mov(EBX, EBP.at(E_PHOFF).dword());
        cmp(EBX, size);
        refuse(A, "truncated");
        op("movzx", ECX, EBP.at(E_PHNUM).word());
        test(ECX, ECX);
        refuse(Z, "no program headers");
        mov(EAX, ECX);
        op("imul", EAX, EAX, imm(PHDR));
        add(EAX, EBX);
        cmp(EAX, size);
        refuse(A, "truncated");
        add(EBX, EBP);
    }

    private void segments() {
        phase("segments: EDI the lowest address, EDX the end of the last one");
        Label skip = fresh("skip");
        Label first = fresh("first");
        push(EBX);
        push(ECX);
        xor(EDI, EDI);
        xor(EDX, EDX);
        Label next = here(fresh("segment"));
        cmp(EBX.at(0).dword(), PT_LOAD);
        exitIf(NE, skip, "not loaded");
        mov(EAX, EBX.at(P_MEMSZ).dword());
        test(EAX, EAX);
        exitIf(Z, skip, "empty");
        cmp(EAX, EBX.at(P_FILESZ).dword());
        refuse(B, "a segment is larger in the file than in memory");
        mov(ESI, size);
        sub(ESI, EBX.at(P_OFFSET).dword());
        refuse(B, "truncated");
        cmp(ESI, EBX.at(P_FILESZ).dword());
        refuse(B, "truncated");
        mov(EAX, EBX.at(P_PADDR).dword());
        cmp(EAX, EBX.at(P_VADDR).dword());
        refuse(NE, "linked to other addresses than it is to be loaded to");
        cmp(EAX, EDX);
        refuse(B, "segments overlap, or are not in order");
        test(EDI, EDI);
        exitIf(NZ, first, "it is not the first");
        mov(EDI, EAX);
        here(first);
        mov(EDX, EAX);
        add(EDX, EBX.at(P_MEMSZ).dword());
        refuse(C, "a segment reaches beyond all memory");
        here(skip);
        add(EBX, PHDR);
        dec(ECX);
        jnz(next);
    }

    private void place() {
        phase("nothing else is there");
        mov(EBX, EDI);
        mov(ESI, EDX);
        sub(ESI, EDI);
        refuse(E, "nothing to load");
        mov(EAX, EBP.at(E_ENTRY).dword());
        sub(EAX, EBX);
        cmp(EAX, ESI);
        refuse(AE, "the entry lies outside");
        mov(EDX, 1 << MemoryDescriptors.CONVENTIONAL);
        call(at.bootMemoryIs);
        refuse(
                C,
                "it does not lie in free memory; link it between 4 MB and where the modules end up, below the kernel's memory");
        phase("so it may be there: interface page and descriptor");
        mov(ECX, server);
        mov(EAX, EBP.at(E_ENTRY).dword());
        mov(ECX.at(Kip.IP).dword(), EAX);
        mov(ECX.at(Kip.LOW).dword(), EBX);
        lea(EDX, EBX.at(ESI, 1, 0));
        mov(ECX.at(Kip.HIGH).dword(), EDX);
        mov(EAX, EBX);
        and(EAX, -MemoryDescriptors.GRAIN);
        or(EAX, MemoryDescriptors.SERVER_IMAGE);
        dec(EDX);
        and(EDX, -MemoryDescriptors.GRAIN);
        call(at.bootDescribe);
    }

    private void store() {
        phase("the bytes, and zeros behind them");
        Label skip = fresh("skipped");
        pop(EDX);
        pop(EBX);
        Label next = here(fresh("stored"));
        cmp(EBX.at(0).dword(), PT_LOAD);
        exitIf(NE, skip, "not loaded");
        mov(ESI, EBX.at(P_OFFSET).dword());
        add(ESI, EBP);
        mov(EDI, EBX.at(P_PADDR).dword());
        lea(EDI, EDI.at(WINDOW));
        mov(ECX, EBX.at(P_FILESZ).dword());
        op("rep movsb");
        xor(EAX, EAX);
        mov(ECX, EBX.at(P_MEMSZ).dword());
        sub(ECX, EBX.at(P_FILESZ).dword());
        op("rep stosb");
        here(skip);
        add(EBX, PHDR);
        dec(EDX);
        jnz(next);
    }
}
