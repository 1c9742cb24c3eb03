package org.sidestep.kernel.l4.kip;

import static org.sidestep.kernel.l4.layout.MemoryMap.BOOT_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.IMAGE_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.KERNEL_MEMORY_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.OWN_KERNEL_MEMORY;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_MEMORY;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Target;
import org.sidestep.kernel.l4.assembly.Labels;

/**
 * What lies in memory when the kernel starts, as its interface page tells it: what a boot loader fills in, and what the assembler
 * has filled in where kernel and programs are one image.
 *
 * @param memory descriptors, the later ones override the earlier ones; the third is of conventional memory, whose end is not known yet
 * @param counted whether the page says how many there are, so that the kernel need not ask who has loaded it
 * @param bootInformation physical address of what the root task is told, or 0
 */
public record Loaded(Server sigma0, Server root, List<Memory> memory, boolean counted, int bootInformation) {

    private static final int LOW_MEMORY_END = 0xA0000;
    private static final Server NOBODY = new Server(new Imm(0), new Imm(0), new Imm(0));

    /** Where a server begins, and what its image covers. */
    public record Server(Operand entry, Operand low, Operand end) {}

    /** Memory of one type; the end is a number, or a label at a multiple of 1 KB. */
    public record Memory(int type, int low, Operand end) {

        public Memory(int type, int low, int end) {
            this(type, low, new Imm(end));
        }

        int lowWord() {
            return low & -MemoryDescriptors.GRAIN | type;
        }

        void emitHighWord(Assembler asm) {
            if (end instanceof Target label) asm.word(label, -MemoryDescriptors.GRAIN);
            else if (end instanceof Imm imm) asm.word(new Imm(imm.value() - 1 & -MemoryDescriptors.GRAIN));
            else throw new IllegalArgumentException("no end of memory: " + end);
        }
    }

    /** A program that was assembled with the kernel. */
    public static Loaded withOwnProgram(Labels at) {
        Server root = new Server(at.userRoot, new Imm(USER_CODE), at.userEnd);
        Memory reserved = new Memory(MemoryDescriptors.RESERVED, BOOT_CODE, OWN_KERNEL_MEMORY + KERNEL_MEMORY_SIZE);
        Memory image = new Memory(MemoryDescriptors.SERVER_IMAGE, USER_MEMORY, at.userEnd);
        return new Loaded(ownSigma0(at), root, memory(USER_MEMORY, reserved, image), true, 0);
    }

    /** Nothing but the kernel: a boot loader fills the page, or the kernel from what Multiboot tells it. */
    public static Loaded alone(Labels at) {
        return new Loaded(ownSigma0(at), NOBODY, memory(IMAGE_END, ownImage()), false, 0);
    }

    /** Programs that were built elsewhere, and what else they have brought; the kernel looks for its own memory. */
    public static Loaded withPrograms(Server sigma0, Server root, List<Memory> brought, int bootInformation) {
        List<Memory> memory = memory(IMAGE_END, ownImage());
        memory.addAll(brought);
        return new Loaded(sigma0, root, memory, true, bootInformation);
    }

    /** The kernel's own. */
    public static Server ownSigma0(Labels at) {
        return new Server(at.sigma0Entry, new Imm(SIGMA0_IMAGE), new Imm(SIGMA0_IMAGE_END));
    }

    private static Memory ownImage() {
        return new Memory(MemoryDescriptors.RESERVED, BOOT_CODE, IMAGE_END);
    }

    /** All is shared that is nothing else. */
    private static List<Memory> memory(int conventional, Memory... more) {
        List<Memory> memory = new ArrayList<>();
        memory.add(new Memory(MemoryDescriptors.SHARED, 0, 0));
        memory.add(new Memory(MemoryDescriptors.RESERVED, 0, LOW_MEMORY_END));
        memory.add(new Memory(MemoryDescriptors.CONVENTIONAL, conventional, conventional + MemoryDescriptors.GRAIN));
        memory.addAll(List.of(more));
        return memory;
    }
}
