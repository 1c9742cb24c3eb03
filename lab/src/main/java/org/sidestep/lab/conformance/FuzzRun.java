package org.sidestep.lab.conformance;

import static org.sidestep.isa.Imm.imm;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Features;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Machine;

/** Random descriptors, gates, page tables, registers and code in the first megabytes of a machine. */
final class FuzzRun {
    static final int LOADER = 0x7000;
    static final int CODE = 0x10000;

    // spotless:off
    private static final int GDT = 0x1000, GDT_ENTRIES = 64, IDT = 0x2000, TSS = 0x3000, DIRECTORY = 0x5000, TABLE = 0x6000;
    private static final int POINTERS = 0x8000, KERNEL_STACK = 0x9000, STACK = 0xF000, CODE_SIZE = 0x10000;
    private static final int LEAVE_PROTECTED = 0xA000;
    /** Selectors: code and data of levels 0 to 3 from 08h in pairs, then a TSS, 16-bit code, and chance. */
    private static final int TSS_SELECTOR = 0x48, CODE16 = 0x50, CHOSEN = 11;
    private static final int VM = 1 << 17, PE_ET = 0x11, PAGING = 1 << 31, CR0_RANDOM = 0x8005002E, CR4_RANDOM = 0x7DF;
    private static final int SYSENTER_CS = 0x174, APIC_BASE = 0x1B, DR_RANDOM = 0xFFFF0FFF;
    // spotless:on

    private final SplittableRandom random;
    private final Machine machine;
    private final List<InstructionForm> rows;

    private FuzzRun(SplittableRandom random, Machine machine, int features) {
        this.random = random;
        this.machine = machine;
        rows = InstructionTable.rows().stream()
                .filter(row -> Features.include(features, row))
                .toList();
    }

    /** In what mode the random code begins. */
    private enum Mode {
        RING0,
        RING1,
        RING2,
        RING3,
        VIRTUAL_8086,
        REAL
    }

    /** Fills the memory of a machine in flat protected mode and sets it at the code that begins run {@code number}. */
    static void prepare(Machine machine, int features, long seed, int number) {
        FuzzRun run = new FuzzRun(Seeds.at(seed, number), machine, features);
        Mode mode = Mode.values()[number % Mode.values().length];
        run.segments();
        run.gates();
        run.pages();
        run.tasks();
        run.code();
        run.loader(mode);
        machine.setEip(LOADER);
    }

    private void segments() {
        ByteBuffer table = buffer(8 * GDT_ENTRIES);
        table.putLong(0);
        for (int level = 0; level < 4; level++) {
            table.putInt(0xFFFF).putInt(0x00CF9B00 | level << 13);
            table.putInt(0xFFFF).putInt(0x00CF9300 | level << 13);
        }
        table.putInt(TSS << 16 | 0x20FF).putInt(0x8900);
        table.putInt(0xFFFF).putInt(0x00009B00);
        for (int i = CHOSEN; i < GDT_ENTRIES; i++) descriptor(table);
        machine.pokePhysical(GDT, table.array());
        machine.pokePhysical(
                POINTERS,
                buffer(16)
                        .putShort((short) (8 * GDT_ENTRIES - 1))
                        .putInt(GDT)
                        .putShort((short) 0)
                        .putShort((short) (chance(8) ? random.nextInt() : 0x7FF))
                        .putInt(IDT)
                        .array());
    }

    /** Any descriptor: segments in low memory, gates to the random code, system segments, or noise. */
    private void descriptor(ByteBuffer table) {
        switch (random.nextInt(4)) {
            case 0 -> table.putLong(random.nextLong());
            case 1 ->
                table.putInt(random.nextInt() & 0xFFFF | CODE << 16).putInt(random.nextInt() & 0x00D0FF00 | 0x8000);
            case 2 -> gate(table);
            default -> table.putInt(TSS << 16 | 0xFF).putInt(0x8000 | random.nextInt() & 0x6F00);
        }
    }

    private void gate(ByteBuffer table) {
        int selector = 8 * (chance(4) ? random.nextInt(GDT_ENTRIES) : 1);
        int offset = CODE + random.nextInt(CODE_SIZE);
        int type = chance(4) ? random.nextInt(32) : 0xE;
        table.putInt(selector << 16 | offset & 0xFFFF)
                .putInt(offset & 0xFFFF0000 | 0x8000 | type << 8 | random.nextInt(4) << 13);
    }

    private void gates() {
        ByteBuffer table = buffer(8 * 256);
        for (int vector = 0; vector < 256; vector++) gate(table);
        machine.pokePhysical(IDT, table.array());
    }

    private void pages() {
        ByteBuffer tables = buffer(0x2000);
        boolean wild = chance(3);
        for (int i = 0; i < 1024; i++) tables.putInt(i == 0 ? TABLE | 7 : wild && chance(2) ? random.nextInt() : 0);
        for (int i = 0; i < 1024; i++) {
            int rights = chance(8) ? random.nextInt(512) : 7;
            tables.putInt(wild && chance(20) ? random.nextInt() : i << 12 | rights);
        }
        machine.pokePhysical(DIRECTORY, tables.array());
    }

    private void tasks() {
        byte[] tss = new byte[0x2100];
        random.nextBytes(tss);
        ByteBuffer fields = ByteBuffer.wrap(tss).order(ByteOrder.LITTLE_ENDIAN);
        for (int level = 0; level < 3; level++) {
            fields.putInt(4 + 8 * level, KERNEL_STACK + 0x400 * level).putInt(8 + 8 * level, 0x10 + 16 * level | level);
        }
        fields.putInt(100, 0x68 << 16 | (chance(8) ? 1 : 0));
        machine.pokePhysical(TSS, tss);
    }

    /** Half of it is noise, half looks like instructions. */
    private void code() {
        byte[] noise = new byte[CODE_SIZE];
        random.nextBytes(noise);
        ByteBuffer code = ByteBuffer.wrap(noise);
        while (code.remaining() > 32) {
            if (chance(4)) code.position(code.position() + random.nextInt(16));
            else instruction(code);
        }
        machine.pokePhysical(CODE, noise);
        byte[] stack = new byte[0x1000];
        random.nextBytes(stack);
        machine.pokePhysical(STACK - stack.length, stack);
    }

    private void instruction(ByteBuffer code) {
        InstructionForm row = rows.get(random.nextInt(rows.size()));
        if (chance(4)) code.put((byte) 0x66);
        if (chance(8)) code.put((byte) 0x67);
        if (row.prefix() > 0) code.put((byte) row.prefix());
        if (chance(30)) code.put((byte) 0xF3);
        if (row.map() != 0) code.put((byte) row.map());
        code.put((byte) row.opcode());
        if (!row.hasModrm()) {
            code.position(code.position() + random.nextInt(3));
            return;
        }
        int reg = row.digit() >= 0 ? row.digit() : random.nextInt(8);
        int rm = row.rm() >= 0 ? row.rm() | 0xC0 : random.nextInt(8) | random.nextInt(4) << 6;
        code.put((byte) (reg << 3 | rm));
        code.position(code.position() + random.nextInt(6));
    }

    private void loader(Mode mode) {
        Assembler a = new Assembler();
        a.section("loader", LOADER, LOADER);
        a.emit("lgdt", Mem.absolute(POINTERS));
        a.emit("lidt", Mem.absolute(POINTERS + 8));
        a.emit("mov", Reg32.EAX, imm(TSS_SELECTOR));
        a.emit("ltr", Reg16.AX);
        a.emit("mov", Reg32.ESP, imm(STACK));
        wrmsr(a, SYSENTER_CS, 8);
        wrmsr(a, SYSENTER_CS + 1, KERNEL_STACK);
        wrmsr(a, SYSENTER_CS + 2, CODE + random.nextInt(CODE_SIZE));
        if (chance(8)) wrmsr(a, APIC_BASE, random.nextInt());
        load(a, Cr.CR3, DIRECTORY);
        load(a, Cr.CR4, random.nextInt() & CR4_RANDOM);
        int paging = mode != Mode.REAL && chance(2) ? PAGING : 0;
        load(a, Cr.CR0, PE_ET | random.nextInt() & CR0_RANDOM & ~PAGING | paging);
        if (chance(4)) breakpoints(a);
        enter(a, mode);
        Program program = a.link();
        for (Program.Segment segment : program.segments()) machine.pokePhysical(segment.physical(), segment.bytes());
        byte[] leave = {
            0x0F, 0x20, (byte) 0xC0, 0x24, (byte) 0xFE, 0x0F, 0x22, (byte) 0xC0, (byte) 0xEA, 0, 0, 0, CODE >> 12
        };
        machine.pokePhysical(LEAVE_PROTECTED, leave);
    }

    private void breakpoints(Assembler a) {
        for (Dr register : new Dr[] {Dr.DR0, Dr.DR1, Dr.DR7}) {
            a.emit(
                    "mov",
                    Reg32.EAX,
                    imm(register == Dr.DR7 ? random.nextInt() & DR_RANDOM : CODE + random.nextInt(CODE_SIZE)));
            a.emit("mov", register, Reg32.EAX);
        }
    }

    /** Random registers, and a return to the random code. */
    private void enter(Assembler a, Mode mode) {
        int flags = random.nextInt() & 0x47FD5 & ~VM | 2;
        if (chance(4)) flags &= ~0x100;
        int level = mode.ordinal();
        int[] frame = switch (mode) {
            case REAL -> new int[] {2, CODE16, LEAVE_PROTECTED};
            case RING0 -> new int[] {flags, 8, CODE};
            case VIRTUAL_8086 ->
                new int[] {
                    CODE >> 4, CODE >> 4, CODE >> 4, CODE >> 4, STACK - 0x1000 >> 4, 0x0F00, flags | VM, CODE >> 4, 0
                };
            default -> new int[] {16 * level + 0x10 | level, STACK, flags, 16 * level + 8 | level, CODE};
        };
        for (int word : frame) a.emit("push", imm(word));
        if (mode.ordinal() < Mode.VIRTUAL_8086.ordinal()) {
            for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.FS, Seg.GS}) {
                a.emit("mov", Reg32.EAX, imm(16 * level + 0x10 | level));
                a.emit("mov", segment, Reg32.EAX);
            }
        }
        for (Reg32 register : Reg32.values()) {
            if (register != Reg32.ESP)
                a.emit("mov", register, imm(chance(2) ? CODE + random.nextInt(CODE_SIZE) : random.nextInt()));
        }
        a.emit("iret");
    }

    private static void wrmsr(Assembler a, int number, int value) {
        a.emit("mov", Reg32.ECX, imm(number));
        a.emit("mov", Reg32.EAX, imm(value));
        a.emit("xor", Reg32.EDX, Reg32.EDX);
        a.emit("wrmsr");
    }

    private static void load(Assembler a, Cr register, int value) {
        a.emit("mov", Reg32.EAX, imm(value));
        a.emit("mov", register, Reg32.EAX);
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
}
