package org.sidestep.machine.ia32;

import static org.sidestep.isa.Imm.imm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/**
 * A machine with flat segments, a TSS, and an IDT whose handlers halt: code is assembled at {@link #CODE} and run in ring
 * 0 or 3 until it halts or raises an exception.
 */
final class Bare {
    static final int GDT = 0x1000;
    static final int IDT = 0x2000;
    static final int TSS = 0x3000;
    static final int HANDLERS = 0x8000;
    static final int KERNEL_STACK = 0xA000;
    static final int STACK = 0x70000;
    static final int CODE = 0x10000;
    static final int DATA = 0x20000;
    static final int DIRECTORY = 0x40000;
    static final int TABLE = 0x41000;
    static final int KERNEL_CODE = 0x08;
    static final int KERNEL_DATA = 0x10;
    static final int USER_CODE = 0x1B;
    static final int USER_DATA = 0x23;

    /** The first GDT entries that a test may define. */
    static final int FREE = 0x30;

    private static final int BOOT = 0xF000;
    private static final int POINTERS = 0xE000;
    private static final int LIMIT = 1_000_000;

    final Machine machine;

    Bare() {
        this(UnitMachine.of(4));
    }

    Bare(Machine machine) {
        this.machine = machine;
        words(GDT, 0, 0, 0xFFFF, 0x00CF9B00, 0xFFFF, 0x00CF9300, 0xFFFF, 0x00CFFB00, 0xFFFF, 0x00CFF300);
        words(GDT + 0x28, TSS << 16 | 0x2068, 0x8900);
        words(TSS + 4, KERNEL_STACK, KERNEL_DATA);
        words(TSS + 100, 0x68 << 16);
        for (int i = 0; i < 0x2000; i += 4) words(TSS + 0x68 + i, -1);
        for (int vector = 0; vector < 256; vector++) {
            gate(vector, KERNEL_CODE, HANDLERS + vector, 0x8E00);
            machine.pokePhysical(HANDLERS + vector, new byte[] {(byte) 0xF4});
        }
        words(POINTERS, GDT << 16 | 0xFF, GDT >>> 16, IDT << 16 | 0x7FF, IDT >>> 16);
        for (int i = 0; i < 1024; i++) words(TABLE + 4 * i, i << 12 | 7);
        words(DIRECTORY, TABLE | 7);
        boot();
    }

    private void boot() {
        assemble(BOOT, a -> {
            a.emit("lgdt", Mem.absolute(POINTERS));
            a.emit("lidt", Mem.absolute(POINTERS + 8));
            a.emit("mov", Reg32.EAX, imm(0x28));
            a.emit("ltr", Reg16.AX);
            a.emit("mov", Reg8.AL, imm(0xFF));
            a.emit("out", imm(0x21), Reg8.AL);
            a.emit("out", imm(0xA1), Reg8.AL);
            a.emit("mov", Reg32.EAX, imm(USER_DATA));
            for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) a.emit("mov", segment, Reg32.EAX);
            a.emit("mov", Reg32.ESP, imm(STACK));
            a.emit("xor", Reg32.EAX, Reg32.EAX);
            a.emit("hlt");
        });
        machine.setEip(BOOT);
        machine.run(Limits.instructions(LIMIT));
    }

    /** Turns paging on: the first 4 MB one to one, for everyone. */
    Bare paged() {
        assemble(BOOT, a -> {
            a.emit("mov", Reg32.EAX, imm(DIRECTORY));
            a.emit("mov", Cr.CR3, Reg32.EAX);
            a.emit("mov", Reg32.EAX, imm(0x80000011));
            a.emit("mov", Cr.CR0, Reg32.EAX);
            a.emit("xor", Reg32.EAX, Reg32.EAX);
            a.emit("hlt");
        });
        restartAt(BOOT);
        return this;
    }

    /** Runs code in ring 0 until it halts or faults. */
    Bare kernel(Consumer<Assembler> code) {
        assemble(CODE, code.andThen(a -> a.emit("hlt")));
        restartAt(CODE);
        return this;
    }

    /** Runs code in ring 3 until it faults; HLT itself is such a fault. */
    Bare user(Consumer<Assembler> code) {
        enterUser(code, 0x2);
        return this;
    }

    Bare user(int eflags, Consumer<Assembler> code) {
        enterUser(code, eflags);
        return this;
    }

    private void enterUser(Consumer<Assembler> code, int eflags) {
        assemble(CODE, code.andThen(a -> a.emit("hlt")));
        assemble(BOOT, a -> {
            for (int word : new int[] {USER_DATA, STACK, eflags, USER_CODE, CODE}) a.emit("push", imm(word));
            a.emit("iret");
        });
        restartAt(BOOT);
    }

    private void restartAt(int eip) {
        machine.setEip(eip);
        Stop stop = machine.run(Limits.instructions(machine.instructions() + LIMIT));
        if (stop.kind() != Stop.Kind.HALTED) throw new IllegalStateException(stop.reason());
    }

    /** Assembles into memory without running. */
    Program assemble(int address, Consumer<Assembler> code) {
        Assembler assembler = new Assembler();
        assembler.section("code", address, address);
        code.accept(assembler);
        Program program = assembler.link();
        for (Program.Segment segment : program.segments()) machine.pokePhysical(segment.physical(), segment.bytes());
        return program;
    }

    /** The vector in whose handler the machine has halted, or -1 if in none. */
    int vector() {
        int vector = machine.eip() - 1 - HANDLERS;
        return vector >= 0 && vector < 256 ? vector : -1;
    }

    /** A word of the handler's stack: 0 is the topmost. */
    int pushed(int index) {
        return machine.peek(machine.register(Reg32.ESP) + 4 * index);
    }

    void gate(int vector, int selector, int offset, int rights) {
        words(IDT + 8 * vector, selector << 16 | offset & 0xFFFF, offset & 0xFFFF0000 | rights);
    }

    void words(int physical, int... values) {
        ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) buffer.putInt(value);
        machine.pokePhysical(physical, buffer.array());
    }

    int word(int physical) {
        return ByteBuffer.wrap(machine.peekPhysical(physical, 4))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }
}
