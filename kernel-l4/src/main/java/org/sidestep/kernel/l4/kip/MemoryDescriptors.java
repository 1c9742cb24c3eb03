package org.sidestep.kernel.l4.kip;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.C;
import static org.sidestep.isa.Condition.NZ;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;

/**
 * The interface page's descriptors of memory (X.2 reference manual, "Memory Descriptors"), and the question of what a block of
 * memory is, which kernel and sigma0 ask alike. Later descriptors override earlier ones.
 */
public final class MemoryDescriptors extends Code {

    // types; in a descriptor's low word

    public static final int CONVENTIONAL = 0x1;
    public static final int RESERVED = 0x2;
    public static final int DEDICATED = 0x3;
    public static final int SHARED = 0x4;
    /** The boot loader's own, of subtypes that the loaders of X.2 agree upon: its tables, images of the first servers, modules. */
    public static final int BOOT_LOADER = 0xE;

    public static final int BOOT_TABLES = 0x1E;
    public static final int SERVER_IMAGE = 0x2E;
    public static final int BOOT_MODULE = 0x3E;
    public static final int ARCHITECTURE = 0xF;

    public static final int TYPE = 0xF;
    /** Of a descriptor that speaks of virtual addresses. */
    public static final int VIRTUAL = 1 << 9;

    /** Addresses are multiples of 1 KB. */
    public static final int GRAIN = 0x400;

    public static final int SIZE = 8;
    /** So many have room in the page. */
    public static final int MOST = 64;

    /** The part of {@link Kip#MEMORY_INFO} that counts them. */
    public static final int COUNT = 0xFFFF;

    public MemoryDescriptors(Assembler asm) {
        super(asm);
    }

    /** The contract of {@link #emitAre}. */
    public static final String CONTRACT = """
            in      EBX base - ESI size, not 0 - EDX bit n set for each wanted type n
            holds   ESI last byte - EBP 1 if the descriptors so far say that all of the block is wanted
            out     CF clear: all of it is of these types. Clobbers EAX, ECX""";

    /**
     * Emits the body of a routine that says whether a block is memory of certain types only.
     *
     * @param kip where its code sees the interface page
     */
    public void emitAre(int kip) {
        Label skip = fresh("skip");
        push(ESI);
        push(EDI);
        push(EBP);
        lea(ESI, EBX.at(ESI, 1, -1));
        xor(EBP, EBP);
        each(kip, () -> {
            descriptor(skip);
            here(skip);
        });
        cmp(EBP, 1);
        pop(EBP);
        pop(EDI);
        pop(ESI);
        ret();
    }

    /**
     * Emits a loop over all descriptors, of which there is at least one.
     *
     * @param kip where its code sees the interface page
     * @param body for the one at EDI; keeps ECX and EDI
     */
    public void each(int kip, Runnable body) {
        mov(ECX, Mem.absolute(kip + Kip.MEMORY_INFO).dword());
        and(ECX, COUNT);
        mov(EDI, kip + Kip.MEMORY);
        Label next = here(fresh("next"));
        body.run();
        add(EDI, SIZE);
        dec(ECX);
        jnz(next);
    }

    /** What the descriptor at EDI says of the block. */
    private void descriptor(Label skip) {
        Label wanted = fresh("wanted");
        last();
        cmp(EBX, EAX);
        exitIf(A, skip, "the block lies above");
        mov(EAX, EDI.at(0).dword());
        test(EAX, VIRTUAL);
        exitIf(NZ, skip, "it speaks of virtual addresses");
        and(EAX, -GRAIN);
        cmp(ESI, EAX);
        exitIf(B, skip, "the block lies below");
        mov(EAX, EDI.at(0).dword());
        and(EAX, TYPE);
        op("bt", EDX, EAX);
        exitIf(C, wanted, "of a wanted type");
        xor(EBP, EBP);
        jmp(skip);
        here(wanted);
        mov(EAX, EDI.at(0).dword());
        and(EAX, -GRAIN);
        cmp(EAX, EBX);
        exitIf(A, skip, "the rest is what it was");
        last();
        cmp(EAX, ESI);
        exitIf(B, skip, "the rest is what it was");
        mov(EBP, 1);
    }

    private void last() {
        mov(EAX, EDI.at(4).dword());
        or(EAX, GRAIN - 1);
    }
}
