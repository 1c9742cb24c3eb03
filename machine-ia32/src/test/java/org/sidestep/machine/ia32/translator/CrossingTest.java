package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameters;

/**
 * A user goes to the kernel and back in three ways while a timer ticks. Now and then the kernel makes the way back, or the next
 * one in, one that is not plain: both engines do the same.
 */
class CrossingTest {
    private static final int CODE = 0x10000;
    /** Not all in one set of a cache, so that the walks' entries are mostly there. */
    private static final int GDT = 0x2040;

    private static final int IDT = 0x3000;
    private static final int TSS = 0x4100;
    private static final int COUNTER = 0x5080;
    private static final int KERNEL_STACK = 0x7000;
    private static final int USER_STACK = 0x8000;

    /** A directory and a table of each address space: all is mapped to itself, but for the TSS of the second. */
    private static final int DIRECTORY = 0x20000;

    private static final int TABLE = 0x22000;
    private static final int SECOND = 0x1000;
    private static final int OTHER_TSS = 0xA100;
    private static final int PAGES = 512;
    /** A page that is walked for in the block that loads CR3. */
    private static final int ELSEWHERE = 0x9180;

    /** Pages that both levels may read, or the kernel alone. */
    private static final int OPEN = 0xB100;

    private static final int CLOSED = 0xC100;
    /** How often the user was refused. */
    private static final int REFUSALS = COUNTER + 16;

    /** Bit of CPUID: there is SYSENTER. */
    private static final int SEP = 1 << 11;

    private static final int PAGING = 1 << 31;
    private static final int ENTRY_ACCESSED = 0x20;
    private static final int ENTRY_DIRTY = 0x40;

    private static final int KERNEL_CODE = 0x08;
    private static final int KERNEL_DATA = 0x10;
    private static final int USER_CODE = 0x1B;
    private static final int USER_DATA = 0x23;
    private static final int TASK = 0x28;

    private static final int ACCESSED = 1 << 8;
    private static final int READABLE = 1 << 9;
    private static final int TRAP_GATE = 0xEF00;
    private static final int INTERRUPT_GATE = 0xEE00;

    /** Of the frame that an interrupt has pushed. */
    private static final Mem FLAGS = Mem.base(ESP, 8).dword();

    /** What is not plain: each is done once in a while. */
    private static final List<Consumer<Assembler>> SURPRISES = List.of(
            a -> a.emit("xor", FLAGS, imm(Eflags.IF)),
            a -> a.emit("or", FLAGS, imm(Eflags.TF)),
            a -> a.emit("or", FLAGS, imm(Eflags.RF)),
            a -> a.emit("xor", FLAGS, imm(Eflags.AC)),
            a -> a.emit("xor", FLAGS, imm(Eflags.IOPL)),
            a -> a.emit("xor", Mem.absolute(TSS + 4).dword(), imm(0x40)),
            a -> a.emit("xor", Mem.absolute(TSS + 4).dword(), imm(2)),
            a -> a.emit("and", Mem.absolute(GDT + (USER_CODE & ~3) + 4).dword(), imm(~ACCESSED)),
            a -> a.emit("and", Mem.absolute(GDT + (USER_DATA & ~3) + 4).dword(), imm(~ACCESSED)),
            a -> a.emit("and", Mem.absolute(GDT + KERNEL_DATA + 4).dword(), imm(~ACCESSED)),
            a -> a.emit("xor", Mem.absolute(GDT + KERNEL_CODE + 4).dword(), imm(READABLE)),
            a -> a.emit("xor", Mem.absolute(GDT + (USER_CODE & ~3) + 4).dword(), imm(READABLE)),
            a -> {
                a.emit("mov", EDX, imm(KERNEL_DATA));
                a.emit("mov", Seg.ES, EDX);
            },
            a -> a.emit("xor", Mem.absolute(IDT + 8 * 0x31 + 4).dword(), imm(TRAP_GATE ^ INTERRUPT_GATE)));

    /** Likewise of page tables: entries lose their bits, or lead elsewhere, and the TLB may go on with what it holds. */
    private static final List<Consumer<Assembler>> TABLE_SURPRISES = List.of(
            a -> a.emit("and", entry(GDT), imm(~ENTRY_ACCESSED)),
            a -> a.emit("and", entry(IDT), imm(~ENTRY_ACCESSED)),
            a -> a.emit("and", entry(KERNEL_STACK - 1), imm(~ENTRY_DIRTY)),
            a -> a.emit("and", entry(COUNTER), imm(~ENTRY_DIRTY)),
            a -> a.emit("and", entry(CODE), imm(~ENTRY_ACCESSED)),
            a -> a.emit("xor", entry(TSS), imm(TSS ^ OTHER_TSS)),
            a -> a.emit("xor", entry(KERNEL_STACK - 1), imm(2)),
            a -> a.emit("and", Mem.absolute(DIRECTORY).dword(), imm(~ENTRY_ACCESSED)));

    private static Mem entry(int page) {
        return Mem.absolute(TABLE + 4 * (page >>> 12)).dword();
    }

    private final Assembler asm = new Assembler();

    /** Whether there are two address spaces, between which the kernel changes all the time. */
    private boolean paging;

    /** Whether the processor has SYSENTER. */
    private boolean sep;

    /** Whether user and kernel call the same code. */
    private boolean shares;

    private final Label shared = asm.fresh("shared");

    private final List<int[]> words = new ArrayList<>();

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.sidestep.machine.ia32.translator.Lockstep#models")
    void changesBetweenUserAndKernelAreTheSameWhateverTheyMeet(String id, CpuModel model) {
        compare(id, model);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.sidestep.machine.ia32.translator.Lockstep#models")
    void soAreChangesOfTheAddressSpaceWhichEmptyTheTlb(String id, CpuModel model) {
        paging = true;
        compare(id, model);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("org.sidestep.machine.ia32.translator.Lockstep#models")
    void codeOfBothLevelsReadsWhatEachMayRead(String id, CpuModel model) {
        paging = true;
        shares = true;
        Lockstep machines = machines(model);
        SplittableRandom random = new SplittableRandom(7);
        for (int run = 0; run < 100; run++) machines.run(random, 20_000, id);
        machines.compareAll(id);
        machines.both(machine -> assertThat(machine.peekPhysical(REFUSALS))
                .as("reads that were refused to the user")
                .isGreaterThan(50));
    }

    private void compare(String id, CpuModel model) {
        Lockstep machines = machines(model);
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 150; run++) machines.run(random, 20_000, id);
        machines.compareAll(id);
        // The slower the part, the more often it is interrupted.
        assertThat(machines.translatedPart()).as("part that was translated").isGreaterThan(0.15);
    }

    @Test
    void anObserverHearsOfEachAddressSpaceToo() {
        paging = true;
        anObserverHearsOfEachChangeAtTheSamePlaceAndTime();
    }

    @Test
    void anObserverHearsOfEachChangeAtTheSamePlaceAndTime() {
        Lockstep machines = machines(new P3Coppermine());
        List<List<String>> heard = new ArrayList<>();
        machines.both(machine -> {
            List<String> changes = new ArrayList<>();
            heard.add(changes);
            machine.observe(new Observer() {
                @Override
                public void privilegeChanged(Machine at, int from, int to, int cause) {
                    changes.add(from + " " + to + " " + cause + " " + at.eip() + " " + at.cycles());
                }

                @Override
                public void cr3Loaded(Machine at, int cr3) {
                    changes.add(cr3 + " " + at.eip() + " " + at.cycles());
                }
            });
        });
        SplittableRandom random = new SplittableRandom(6);
        for (int run = 0; run < 40; run++) machines.run(random, 20_000, "observed");
        assertThat(heard.get(1)).isEqualTo(heard.get(0)).hasSizeGreaterThan(1000);
    }

    private Lockstep machines(CpuModel model) {
        sep = (model.identity(Parameters.defaults(model)).cpuid(1)[3] & SEP) != 0;
        asm.section("code", CODE, CODE);
        program();
        Lockstep machines = new Lockstep(model, 2, 3);
        machines.begin(CODE, asm.link().segments().get(0).bytes());
        machines.both(machine -> words.forEach(word -> machine.pokePhysical(word[0], bytes(word[1]))));
        return machines;
    }

    private static byte[] bytes(int word) {
        return new byte[] {(byte) word, (byte) (word >> 8), (byte) (word >> 16), (byte) (word >> 24)};
    }

    private void word(int address, int value) {
        words.add(new int[] {address, value});
    }

    private void descriptor(int selector, int low, int high) {
        word(GDT + (selector & ~7), low);
        word(GDT + (selector & ~7) + 4, high);
    }

    private void gate(int vector, int kind, Label handler) {
        asm.emit("mov", EAX, handler);
        asm.emit("mov", ECX, EAX);
        asm.emit("and", EAX, imm(0xFFFF));
        asm.emit("or", EAX, imm(KERNEL_CODE << 16));
        asm.emit("and", ECX, imm(0xFFFF0000));
        asm.emit("or", ECX, imm(kind));
        asm.emit("mov", Mem.absolute(IDT + 8 * vector), EAX);
        asm.emit("mov", Mem.absolute(IDT + 8 * vector + 4), ECX);
    }

    private void program() {
        descriptor(KERNEL_CODE, 0xFFFF, 0x00CF9A00);
        descriptor(KERNEL_DATA, 0xFFFF, 0x00CF9200);
        descriptor(USER_CODE, 0xFFFF, 0x00CFFA00);
        descriptor(USER_DATA, 0xFFFF, 0x00CFF200);
        descriptor(TASK, TSS << 16 | 103, 0x00008900);
        word(TSS + 4, KERNEL_STACK);
        word(TSS + 8, KERNEL_DATA);
        if (paging) spaces();
        word(COUNTER + 12, DIRECTORY);
        word(0x6000, TASK + 7 | GDT << 16);
        word(0x6008, 0x7FF | IDT << 16);
        Label user = asm.fresh("user");
        Label system = asm.fresh("system");
        Label enabling = asm.fresh("enabling");
        Label sysenter = asm.fresh("sysenter");
        Label timer = asm.fresh("timer");
        Label trap = asm.fresh("trap");
        gate(0x30, TRAP_GATE, system);
        gate(0x31, INTERRUPT_GATE, enabling);
        gate(0x20, 0x8E00, timer);
        gate(1, 0x8E00, trap);
        Label refused = asm.fresh("refused");
        gate(14, 0x8E00, refused);
        tables(sysenter);
        timer();
        asm.emit("mov", EBP, imm(COUNTER));
        if (paging) {
            asm.emit("mov", EAX, imm(DIRECTORY));
            asm.emit("mov", Cr.CR3, EAX);
            asm.emit("mov", EAX, Cr.CR0);
            asm.emit("or", EAX, imm(PAGING));
            asm.emit("mov", Cr.CR0, EAX);
        }
        // Translated as the kernel sees memory.
        if (shares) callShared(CLOSED);
        for (int pushed : new int[] {USER_DATA, USER_STACK, Eflags.IF | 2, USER_CODE}) asm.emit("push", imm(pushed));
        asm.emit("push", user);
        asm.emit("iret");
        user(user);
        kernel(system, enabling, sysenter, timer, trap);
        shared(refused);
    }

    private void shared(Label refused) {
        asm.bind(shared);
        asm.emit("add", EDX, ESI.at(0));
        asm.emit("dec", ECX);
        asm.emit("jne", shared);
        asm.emit("ret");
        asm.bind(refused);
        asm.emit("add", ESP, imm(4));
        asm.emit("mov", ESI, imm(OPEN));
        asm.emit("inc", Mem.absolute(REFUSALS).dword());
        asm.emit("iret");
    }

    private void callShared(int page) {
        asm.emit("mov", ESI, imm(page));
        // So often that the loop is translated alone.
        asm.emit("mov", ECX, imm(200));
        asm.emit("call", shared);
    }

    private void spaces() {
        for (int space = 0; space < 2 * SECOND; space += SECOND) {
            word(DIRECTORY + space, TABLE + space | 7);
            for (int page = 0; page < PAGES; page++) word(TABLE + space + 4 * page, page << 12 | 7);
            word(TABLE + space + 4 * (CLOSED >>> 12), CLOSED & ~0xFFF | 3);
        }
        word(TABLE + SECOND + 4 * (TSS >>> 12), OTHER_TSS & ~0xFFF | 7);
        word(OTHER_TSS + 4, KERNEL_STACK - 0x100);
        word(OTHER_TSS + 8, KERNEL_DATA);
    }

    private void tables(Label sysenter) {
        asm.emit("lgdt", Mem.absolute(0x6000));
        asm.emit("lidt", Mem.absolute(0x6008));
        asm.emit("mov", EAX, imm(KERNEL_DATA));
        asm.emit("mov", Seg.SS, EAX);
        asm.emit("mov", ESP, imm(KERNEL_STACK));
        asm.emit("mov", EAX, imm(USER_DATA));
        asm.emit("mov", Seg.DS, EAX);
        asm.emit("mov", Seg.ES, EAX);
        asm.emit("mov", EAX, imm(TASK));
        asm.emit("ltr", Reg16.AX);
        if (!sep) return;
        msr(0x174, imm(KERNEL_CODE));
        msr(0x175, imm(KERNEL_STACK));
        msr(0x176, sysenter);
    }

    private void msr(int number, Operand value) {
        asm.emit("mov", ECX, imm(number));
        asm.emit("mov", EAX, value);
        asm.emit("xor", EDX, EDX);
        asm.emit("wrmsr");
    }

    /** Vectors from 0x20 on, and a tick after some 800 ticks of the PIT's clock. */
    private void timer() {
        int[][] out = {
            {0x20, 0x11}, {0x21, 0x20}, {0x21, 4}, {0x21, 1}, {0x21, 0xFE}, {0x43, 0x34}, {0x40, 0x20}, {0x40, 0}
        };
        for (int[] port : out) {
            asm.emit("mov", Reg8.AL, imm(port[1]));
            asm.emit("out", imm(port[0]), Reg8.AL);
        }
    }

    private void user(Label user) {
        asm.bind(user);
        if (shares) {
            Label mayRead = asm.fresh("mayRead");
            callShared(OPEN);
            asm.emit("test", EBX, imm(3));
            asm.emit("jne", mayRead);
            callShared(CLOSED);
            asm.bind(mayRead);
        }
        asm.emit("int", imm(0x30));
        if (sep) {
            Label back = asm.fresh("back");
            asm.emit("mov", ECX, ESP);
            asm.emit("mov", EDX, back);
            asm.emit("sysenter");
            asm.bind(back);
        }
        asm.emit("inc", EBX);
        asm.emit("int", imm(0x31));
        asm.emit("jmp", user);
    }

    private void kernel(Label system, Label enabling, Label sysenter, Label timer, Label trap) {
        List<Consumer<Assembler>> surprises = new ArrayList<>(SURPRISES);
        asm.bind(system);
        if (shares) callShared(CLOSED);
        if (paging) {
            surprises.addAll(TABLE_SURPRISES);
            asm.emit("mov", ECX, Mem.absolute(ELSEWHERE));
            asm.emit("mov", EAX, EBP.at(12));
            asm.emit("xor", EAX, imm(SECOND));
            asm.emit("mov", EBP.at(12), EAX);
            asm.emit("mov", Cr.CR3, EAX);
        }
        asm.emit("inc", EBP.at(0).dword());
        asm.emit("mov", EAX, EBP.at(0));
        asm.emit("test", EAX, imm(15));
        Label out = asm.fresh("out");
        asm.emit("jne", out);
        asm.emit("shr", EAX, imm(4));
        asm.emit("and", EAX, imm(31));
        for (int i = 0; i < surprises.size(); i++) {
            Label next = asm.fresh("next");
            asm.emit("cmp", EAX, imm(i));
            asm.emit("jne", next);
            surprises.get(i).accept(asm);
            asm.emit("iret");
            asm.bind(next);
        }
        asm.bind(out);
        asm.emit("iret");
        asm.bind(enabling);
        asm.emit("or", FLAGS, imm(Eflags.IF));
        asm.emit("iret");
        asm.bind(sysenter);
        asm.emit("inc", EBP.at(4).dword());
        asm.emit("sysexit");
        asm.bind(timer);
        asm.emit("push", EAX);
        asm.emit("inc", EBP.at(8).dword());
        asm.emit("mov", Reg8.AL, imm(0x20));
        asm.emit("out", imm(0x20), Reg8.AL);
        asm.emit("pop", EAX);
        asm.emit("iret");
        asm.bind(trap);
        asm.emit("and", FLAGS, imm(~Eflags.TF));
        asm.emit("iret");
    }
}
