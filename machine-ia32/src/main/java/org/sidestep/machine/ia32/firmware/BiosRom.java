package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.SP;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Seg;

/**
 * The code of the BIOS, in segment F000 (IBM PC/AT Technical Reference, BIOS listing, for what it has to do). A service
 * pushes its interrupt number and writes to {@link #CALL}; the host answers while that instruction executes. Carry tells
 * to wait for an interrupt and to ask again.
 */
final class BiosRom extends Code {

    /** The port by which the ROM calls the host. What is written does not matter. */
    static final int CALL = 0xEE;

    /** The service that fills the interrupt vectors and the data area. */
    static final int POST = 0xFF;

    static final int SEGMENT = 0xF000;

    // spotless:off
    private static final int BASE = 0xF0000, SIZE = 0x10000, CODE = 0xFE000, RESET = 0xFFFF0, DATE = 0xFFFF5, MODEL = 0xFFFFE, AT_MODEL = 0xFC;
    private static final int PIC = 0x20, PIC_SLAVE = 0xA0, EOI = 0x20, ICW1 = 0x11, ICW4 = 1, PIT_CONTROL = 0x43, PIT_0 = 0x40, SQUARE_WAVE = 0x36;
    private static final int TICKS = 0x6C, MIDNIGHT_PASSED = 0x70, TICKS_PER_DAY = 0x1800B0, DATA_SEGMENT = 0x40, BOOT = 0x7C00;
    /** Null, code and data: flat, and marked as accessed, since nobody can write here. */
    static final int[] FLAT_DESCRIPTORS = {0, 0, 0x0000FFFF, 0x00CF9B00, 0x0000FFFF, 0x00CF9300};
    private static final int KEYBOARD_DATA = 0x60, KEYBOARD_STATUS = 0x64, OUTPUT_FULL = 1, KEYBOARD_INTERCEPT = 0x4F, FPU_BUSY = 0xF0, CMOS = 0x70, CMOS_STATUS_C = 0x0C;
    // spotless:on

    private static final HexFormat HEX = HexFormat.of();

    /** Interrupts whose whole service is the host's. */
    private static final List<Integer> SERVICES =
            List.of(0x00, 0x06, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x1A);

    /** The one that there is. */
    static final BiosRom ROM = new BiosRom();

    private final Program program;
    private final int[] handlers = new int[256];

    private BiosRom() {
        super(new Assembler());
        asm.section("bios", CODE, CODE);
        asm.bits(16);
        powerOnSelfTest();
        services();
        timer();
        keyboard();
        otherInterrupts();
        bootstrap();
        here("table.floppy");
        asm.bytes(bytes(0xDF, 2, 0x25, 2, 18, 0x1B, 0xFF, 0x6C, 0xF6, 15, 8));
        here("table.system");
        asm.bytes(bytes(8, 0, AT_MODEL, 1, 0, 0x70, 0, 0, 0, 0));
        here("table.descriptors");
        for (int word : FLAT_DESCRIPTORS) asm.word(imm(word));
        asm.section("reset", RESET, RESET);
        op("jmp", new Far(SEGMENT, label("post")));
        asm.section("date", DATE, DATE);
        asm.bytes("01/01/00".getBytes(StandardCharsets.US_ASCII));
        asm.section("model", MODEL, MODEL);
        asm.bytes(bytes(AT_MODEL, 0));
        program = asm.link();
        for (int vector = 0; vector < handlers.length; vector++) handlers[vector] = find(vector);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }

    /** The ROM's contents. */
    byte[] image() {
        byte[] image = new byte[SIZE];
        for (Program.Segment segment : program.segments()) {
            System.arraycopy(segment.bytes(), 0, image, segment.physical() - BASE, segment.bytes().length);
        }
        return image;
    }

    /** Offset in {@link #SEGMENT} of what answers an interrupt. */
    int handler(int vector) {
        return handlers[vector];
    }

    private int find(int vector) {
        Integer own = program.symbols().get(name(vector));
        if (own != null) return own - BASE;
        boolean master = vector >= 0x08 && vector <= 0x0F;
        boolean slave = vector >= 0x70 && vector <= 0x77;
        return offset(master ? "eoi" : slave ? "eoi.slave" : "nothing");
    }

    /** The label of what answers an interrupt. */
    private static String name(int vector) {
        return "int" + HEX.toHexDigits((byte) vector);
    }

    int offset(String label) {
        return program.address(label) - BASE;
    }

    private void powerOnSelfTest() {
        here("post");
        op("cli");
        xor(AX, AX);
        op("mov", Seg.SS, AX);
        mov(SP, BOOT);
        initialise(PIC, 0x08, 4, 0xB8);
        initialise(PIC_SLAVE, 0x70, 2, 0x8F);
        out(PIT_CONTROL, SQUARE_WAVE);
        out(PIT_0, 0);
        out(PIT_0, 0);
        host(POST);
        op("sti");
        // A key that was pressed before the interrupt controller was ready will not interrupt.
        op("in", AL, imm(KEYBOARD_STATUS));
        test(AL, OUTPUT_FULL);
        je(label("quiet"));
        op("int", imm(0x09));
        here("quiet");
        op("int", imm(0x19));
    }

    private void initialise(int pic, int vectors, int cascade, int mask) {
        out(pic, ICW1);
        out(pic + 1, vectors);
        out(pic + 1, cascade);
        out(pic + 1, ICW4);
        out(pic + 1, mask);
    }

    private void out(int port, int value) {
        mov(AL, value);
        op("out", imm(port), AL);
    }

    /** Calls a service of the host that never waits. */
    private void host(int service) {
        push(service);
        op("out", imm(CALL), AL);
        add(SP, 2);
    }

    private void services() {
        Label call = label("call");
        for (int vector : SERVICES) {
            here(name(vector));
            push(vector);
            jmp(call);
        }
        here(call);
        Label wait = label("wait");
        op("out", imm(CALL), AL);
        op("jc", wait);
        add(SP, 2);
        here("nothing");
        op("iret");
        here(wait);
        op("sti");
        op("hlt");
        jmp(call);
    }

    private void timer() {
        Label today = label("today");
        here("int08");
        push(AX);
        push(Seg.DS);
        mov(AX, DATA_SEGMENT);
        op("mov", Seg.DS, AX);
        inc(Mem.absolute(TICKS).dword());
        cmp(Mem.absolute(TICKS).dword(), TICKS_PER_DAY);
        op("jb", today);
        mov(Mem.absolute(TICKS).dword(), 0);
        mov(Mem.absolute(MIDNIGHT_PASSED).byte_(), 1);
        here(today);
        op("int", imm(0x1C));
        out(PIC, EOI);
        pop(Seg.DS);
        pop(AX);
        op("iret");
    }

    private void keyboard() {
        Label taken = label("taken");
        here("int09");
        push(AX);
        op("in", AL, imm(KEYBOARD_DATA));
        mov(AH, KEYBOARD_INTERCEPT);
        op("stc");
        op("int", imm(0x15));
        op("jnc", taken);
        host(0x09);
        here(taken);
        out(PIC, EOI);
        pop(AX);
        op("iret");
    }

    private void otherInterrupts() {
        here("int70");
        push(AX);
        out(CMOS, CMOS_STATUS_C);
        op("in", AL, imm(CMOS + 1));
        jmp(label("eoi.both"));
        here("int75");
        push(AX);
        out(FPU_BUSY, 0);
        out(PIC_SLAVE, EOI);
        out(PIC, EOI);
        pop(AX);
        op("int", imm(0x02));
        op("iret");
        here("eoi.slave");
        push(AX);
        here("eoi.both");
        out(PIC_SLAVE, EOI);
        jmp(label("eoi.master"));
        here("eoi");
        push(AX);
        here("eoi.master");
        out(PIC, EOI);
        pop(AX);
        op("iret");
    }

    private void bootstrap() {
        Label none = label("int18");
        here("int19");
        xor(AX, AX);
        op("mov", Seg.SS, AX);
        mov(SP, BOOT);
        op("mov", Seg.DS, AX);
        op("mov", Seg.ES, AX);
        push(0x19);
        op("out", imm(CALL), AL);
        op("jc", none);
        add(SP, 2);
        op("sti");
        push(BX);
        push(AX);
        op("retf");
        here(none);
        host(0x18);
        op("cli");
        here("stop");
        op("hlt");
        jmp(label("stop"));
    }
}
