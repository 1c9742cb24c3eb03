package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Condition.A;
import static org.sidestep.isa.Condition.AE;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.BE;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Condition.NE;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.boot.BootInformation.HEADER_BYTES;
import static org.sidestep.kernel.l4.boot.BootInformation.RECORD_BYTES;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW;
import static org.sidestep.kernel.l4.layout.MemoryMap.WINDOW_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.layout.Field;

/**
 * A kernel that Multiboot has loaded alone finds its programs among the modules: sigma0, if the first one is called so, the root task,
 * and what the root task is told of. Loaders put modules right behind the kernel, where programs are linked to, so first they go away:
 * to the end of memory, below the kernel's own.
 */
public final class Modules extends KernelRoutines {

    // offsets in the Multiboot information and in an entry of its list of modules

    private static final int FLAGS = 0;
    private static final int MODS_COUNT = 20;
    private static final int MODS_ADDR = 24;
    private static final int MODS_VALID = 1 << 3;
    private static final int MOD_START = 0;
    private static final int MOD_END = 4;
    private static final int MOD_STRING = 8;
    private static final int ENTRY = 16;

    private static final int MOST = 16;
    private static final int INFORMATION = window(MemoryMap.BOOT_INFORMATION);

    private static final int SIGM = 'm' << 24 | 'g' << 16 | 'i' << 8 | 's';
    private static final int A0 = '0' << 8 | 'a';

    private final Console console;
    /** The entry of the first module that is for the root task. */
    private final Label rest = label("modules.rest");

    private final Label left = label("modules.left");
    private final Label strings = label("modules.strings");

    public Modules(Kernel kernel) {
        super(kernel);
        console = new Console(kernel);
    }

    @Override
    public void emit() {
        routine(at.bootModules);
        Label none = fresh("none");
        test(EBP, EBP);
        exitIf(Z, none, "a boot loader of X.2 has loaded them");
        cmp(Kip.kernelWord(Kip.ROOT_SERVER + Kip.IP), 0);
        exitIf(NE, none, "they came with the image");
        test(EBP.at(WINDOW + FLAGS).dword(), MODS_VALID);
        exitIf(Z, none, "no modules");
        mov(ECX, EBP.at(WINDOW + MODS_COUNT).dword());
        test(ECX, ECX);
        exitIf(Z, none, "no modules");
        move();
        servers();
        here(none);
        ret();
        nameIsSigma0();
        string();
        kernel.bss();
        asm.align(4);
        for (Label word : new Label[] {rest, left, strings}) {
            here(word);
            asm.reserve(4);
        }
        kernel.text();
    }

    private void move() {
        phase("to the end of memory, the last one first: EBX its entry, EDX where the one behind it went");
        Label few = fresh("few");
        Label room = fresh("room");
        Label inOrder = fresh("inOrder");
        cmp(ECX, MOST);
        exitIf(B, few, "so many are described");
        panic(String.format(Locale.ROOT, "%d modules or more", MOST));
        here(few);
        mov(EBX, ECX);
        op("imul", EBX, EBX, imm(ENTRY));
        add(EBX, EBP.at(WINDOW + MODS_ADDR).dword());
        lea(EBX, EBX.at(WINDOW));
        loadEnd();
        mov(ECX, EDX);
        Label next = here(fresh("next"));
        sub(EBX, ENTRY);
        mov(EAX, EBX.at(MOD_END).dword());
        cmp(EAX, ECX);
        Label disorder = fresh("disorder");
        exitIf(A, disorder, "it reaches into the one behind it, or into the kernel's memory");
        mov(ECX, EBX.at(MOD_START).dword());
        cmp(EAX, ECX);
        exitIf(AE, inOrder, "it ends behind its beginning");
        here(disorder);
        panic("the modules are not in order, or lie where the kernel has its memory");
        here(inOrder);
        sub(EAX, ECX);
        sub(EDX, EAX);
        and(EDX, -PAGE);
        cmp(EDX, ECX);
        exitIf(AE, room, "it moves upwards");
        panic("too little memory for the modules");
        here(room);
        copyUpwards();
        mov(ECX, EBX.at(MOD_START).dword());
        mov(EBX.at(MOD_START).dword(), EDX);
        add(EAX, EDX);
        mov(EBX.at(MOD_END).dword(), EAX);
        mov(EAX, EBP.at(WINDOW + MODS_ADDR).dword());
        lea(EAX, EAX.at(WINDOW));
        cmp(EBX, EAX);
        jne(next);
        reserve();
    }

    /** EDX := the first byte that the kernel has above. Clobbers ECX. */
    private void loadEnd() {
        Label lower = fresh("lower");
        mov(EDX, Mem.at(at.kernelExtension));
        dec(EDX);
        mov(ECX, Mem.at(at.kernelMemory));
        dec(ECX);
        cmp(EDX, ECX);
        exitIf(BE, lower, "its further tables lie lower; where there are none, this is beyond everything");
        mov(EDX, ECX);
        here(lower);
        inc(EDX);
    }

    /** EAX bytes from ECX to EDX, from the end: the places may overlap. */
    private void copyUpwards() {
        lea(ESI, ECX.at(EAX, 1, WINDOW - 1));
        lea(EDI, EDX.at(EAX, 1, WINDOW - 1));
        mov(ECX, EAX);
        op("std");
        op("rep movsb");
        op("cld");
    }

    /** From the first module, where the last one to be moved now is, to the kernel's memory. */
    private void reserve() {
        phase("nobody is loaded there");
        lea(EAX, EDX.at(MemoryDescriptors.BOOT_MODULE));
        loadEnd();
        sub(EDX, MemoryDescriptors.GRAIN);
        call(at.bootDescribe);
    }

    private void servers() {
        phase("which are the programs: their places, since what they are loaded to may be where the list is");
        Label root = fresh("root");
        Label known = fresh("known");
        mov(EAX, EBP.at(WINDOW + MODS_COUNT).dword());
        mov(Mem.at(left).dword(), EAX);
        mov(ESI, EBX.at(MOD_STRING).dword());
        call(label("modules.isSigma0"));
        exitIf(NE, root, "the kernel's own sigma0");
        take();
        cmp(Mem.at(left).dword(), 0);
        exitIf(NE, known, "another one follows");
        panic("no root task: the only module is sigma0");
        here(root);
        push(0);
        push(0);
        here(known);
        take();
        mov(Mem.at(rest).dword(), EBX);
        inform();
        phase("the programs");
        Label own = fresh("own");
        load(Kip.ROOT_SERVER);
        cmp(Mem.base(ESP, 0).dword(), 0);
        Label other = fresh("other");
        exitIf(NE, other, "a sigma0 among the modules");
        add(ESP, 8);
        jmp(own);
        here(other);
        load(Kip.SIGMA0_SERVER);
        here(own);
    }

    /** Pushes beginning and end of the module of entry EBX, which becomes the next one's. */
    private void take() {
        push(EBX.at(MOD_START).dword());
        push(EBX.at(MOD_END).dword());
        add(EBX, ENTRY);
        dec(Mem.at(left).dword());
    }

    private void load(int server) {
        pop(ECX);
        pop(EBX);
        mov(EDX, window(MemoryMap.KIP_PAGE) + server);
        call(at.bootLoad);
    }

    private void inform() {
        phase("the others: EBX a module's entry, EDI its record, ECX how many are left");
        Label next = fresh("next");
        Label all = fresh("all");
        mov(EDI, INFORMATION);
        xor(EAX, EAX);
        mov(ECX, PAGE / 4);
        op("rep stosd");
        mov(ECX, Mem.at(left));
        header(BootInformation.HEADER_MAGIC, BootInformation.MAGIC);
        header(BootInformation.HEADER_VERSION, BootInformation.VERSION);
        header(BootInformation.FIRST, HEADER_BYTES);
        header(BootInformation.HEADER_SIZE, PAGE);
        mov(Mem.absolute(INFORMATION + BootInformation.COUNT.offset()).dword(), ECX);
        mov(Kip.kernelWord(Kip.BOOT_INFO), MemoryMap.BOOT_INFORMATION);
        mov(EBX, Mem.at(rest));
        mov(EDI, INFORMATION + HEADER_BYTES);
        op("imul", EAX, ECX, imm(RECORD_BYTES));
        add(EAX, EDI);
        mov(Mem.at(strings).dword(), EAX);
        here(next);
        test(ECX, ECX);
        exitIf(Z, all, "no more");
        record();
        add(EBX, ENTRY);
        add(EDI, RECORD_BYTES);
        dec(ECX);
        jmp(next);
        here(all);
        mov(EAX, MemoryMap.BOOT_INFORMATION | MemoryDescriptors.BOOT_TABLES);
        mov(EDX, MemoryMap.BOOT_INFORMATION + PAGE - MemoryDescriptors.GRAIN);
        call(at.bootDescribe);
    }

    private void header(Field field, int value) {
        mov(Mem.absolute(INFORMATION + field.offset()).dword(), value);
    }

    private void record() {
        mov(EDI.at(BootInformation.TYPE), BootInformation.MODULE);
        mov(EDI.at(BootInformation.RECORD_VERSION), BootInformation.VERSION);
        mov(EDI.at(BootInformation.NEXT), RECORD_BYTES);
        mov(EAX, EBX.at(MOD_START).dword());
        mov(EDI.at(BootInformation.START), EAX);
        mov(EDX, EBX.at(MOD_END).dword());
        sub(EDX, EAX);
        mov(EDI.at(BootInformation.SIZE), EDX);
        mov(ESI, EBX.at(MOD_STRING).dword());
        call(label("modules.string"));
    }

    private void string() {
        routine("modules.string", """
                in      ESI physical address of a string, or 0 - EDI record
                out     the record has a copy, as far as it fits into the page. Clobbers EAX, EDX, ESI""");
        Label next = fresh("next");
        Label end = fresh("end");
        mov(EDX, Mem.at(strings));
        mov(EAX, EDX);
        sub(EAX, EDI);
        mov(EDI.at(BootInformation.COMMAND_LINE), EAX);
        lea(ESI, ESI.at(WINDOW));
        cmp(ESI, WINDOW);
        exitIf(E, end, "none: an empty one");
        cmp(ESI, WINDOW + WINDOW_SIZE);
        exitIf(AE, end, "where the kernel cannot see it");
        here(next);
        cmp(EDX, INFORMATION + PAGE - 1);
        exitIf(AE, end, "the page is full: what is last is a zero");
        op("lodsb");
        mov(EDX.at(0).byte_(), Reg8.AL);
        inc(EDX);
        test(Reg8.AL, Reg8.AL);
        jnz(next);
        dec(EDX);
        here(end);
        inc(EDX);
        mov(Mem.at(strings).dword(), EDX);
        ret();
    }

    private void nameIsSigma0() {
        routine("modules.isSigma0", """
                in      ESI physical address of a module's string, or 0
                out     ZF set: its first word, without directories, begins with sigma0. Clobbers EAX, EDI, ESI""");
        Label next = fresh("next");
        Label end = fresh("end");
        lea(ESI, ESI.at(WINDOW));
        mov(EDI, ESI);
        here(next);
        op("lodsb");
        cmp(Reg8.AL, ' ');
        exitIf(B, end, "its end");
        exitIf(E, end, "the end of the word");
        cmp(Reg8.AL, '/');
        jne(next);
        mov(EDI, ESI);
        jmp(next);
        here(end);
        mov(EAX, EDI.at(0).dword());
        cmp(EAX, SIGM);
        Label not = fresh("not");
        exitIf(NE, not, "another name");
        op("movzx", EAX, EDI.at(4).word());
        cmp(EAX, A0);
        here(not);
        ret();
    }

    private void panic(String reason) {
        Label text = fresh("text");
        mov(ESI, text);
        jmp(at.bootPanic);
        console.text(text, "Sidestep: " + reason);
    }
}
