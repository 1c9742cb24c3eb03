package org.sidestep.machine.ia32.boot;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.AL;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Program;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Seg;

/**
 * A ROM of 64 KB that walks from real mode to protected mode, to virtual-8086 mode and back to both, and says at the serial
 * port and at the POST port where it is.
 */
final class ModesRom extends Code {
    static final String TEXT = "real protected virtual protected real\n";
    static final int EXIT_CODE = 5;

    // spotless:off
    private static final int BASE = 0xF0000, SEGMENT = 0xF000, SIZE = 0x10000, RESET = 0xFFFF0, COM1 = 0x3F8, POST = 0x80, EXIT = 0xF4;
    private static final int GDT = 0x1000, IDT = 0x1100, TSS = 0x2000, STACK = 0x8000, V86_STACK = 0x7000, V86_FLAGS = 0x20002;
    private static final int CODE32 = 0x08, DATA = 0x10, CODE16 = 0x18, DATA16 = 0x20, TASK = 0x28, GENERAL_PROTECTION = 13;
    // spotless:on

    private ModesRom() {
        super(new Assembler());
    }

    static byte[] image() {
        ModesRom rom = new ModesRom();
        rom.emit();
        byte[] image = new byte[SIZE];
        for (Program.Segment segment : rom.asm.link().segments()) {
            System.arraycopy(segment.bytes(), 0, image, segment.physical() - BASE, segment.bytes().length);
        }
        return image;
    }

    private void emit() {
        asm.section("rom", BASE, BASE);
        realMode();
        protectedMode();
        virtualMode();
        monitor();
        realModeAgain();
        tables();
        asm.section("reset", RESET, RESET);
        asm.bits(16);
        op("jmp", new Far(SEGMENT, label("start")));
    }

    private void say(String text) {
        mov(DX, COM1);
        for (char character : text.toCharArray()) {
            mov(AL, character);
            op("out", DX, AL);
        }
        mov(AL, text.charAt(0));
        op("out", imm(POST), AL);
    }

    private void realMode() {
        asm.bits(16);
        here("start");
        op("cli");
        xor(AX, AX);
        mov(Seg.DS, AX);
        mov(Seg.ES, AX);
        mov(Seg.SS, AX);
        mov(ESP, STACK);
        say("real ");
        mov(ESI, label("gdt.image"));
        mov(EDI, GDT);
        mov(ECX, 0x30 / 4);
        op("cs rep movsd");
        op("cs lgdt", Mem.at(label("gdtr")));
        op("cs lidt", Mem.at(label("idtr")));
        setProtection(1);
        op("jmp", new Far(CODE32, label("protected")));
    }

    private void setProtection(int bit) {
        mov(EAX, Cr.CR0);
        and(EAX, ~1);
        or(EAX, bit);
        mov(Cr.CR0, EAX);
    }

    private void protectedMode() {
        asm.bits(32);
        here("protected");
        mov(EAX, DATA);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.SS}) mov(segment, EAX);
        mov(ESP, STACK);
        say("protected ");
        mov(EAX, label("monitor"));
        and(EAX, 0xFFFF);
        or(EAX, CODE32 << 16);
        mov(Mem.absolute(IDT + 8 * GENERAL_PROTECTION), EAX);
        mov(Mem.absolute(IDT + 8 * GENERAL_PROTECTION + 4).dword(), 0x8E00);
        mov(Mem.absolute(TSS + 4).dword(), STACK);
        mov(Mem.absolute(TSS + 8).dword(), DATA);
        mov(Mem.absolute(TSS + 100).dword(), 0x68 << 16);
        for (int ports = 0; ports < 0x400; ports += 32)
            mov(Mem.absolute(TSS + 0x68 + ports / 8).dword(), 0);
        mov(Mem.absolute(TSS + 0x68 + 0x80).dword(), -1);
        mov(EAX, TASK);
        op("ltr", Reg16.AX);
        for (int i = 0; i < 4; i++) push(0);
        push(0);
        push(V86_STACK);
        push(V86_FLAGS);
        push(SEGMENT);
        mov(EAX, label("virtual"));
        and(EAX, 0xFFFF);
        push(EAX);
        op("iret");
    }

    /** With the I/O permission bitmap open and IOPL 0: port access works, INT is for the monitor. */
    private void virtualMode() {
        asm.bits(16);
        here("virtual");
        say("virtual ");
        op("int", imm(0x30));
        here("never");
        jmp(label("never"));
    }

    private void monitor() {
        asm.bits(32);
        here("monitor");
        mov(EAX, DATA);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES}) mov(segment, EAX);
        test(Mem.base(ESP, 12).dword(), 1 << 17);
        je(label("wrong"));
        cmp(Mem.base(ESP, 0).dword(), 0);
        jne(label("wrong"));
        mov(EAX, Mem.base(ESP, 4));
        cmp(Mem.base(EAX, BASE).word(), 0x30CD);
        jne(label("wrong"));
        say("protected ");
        push(CODE16);
        mov(EAX, label("leaving"));
        and(EAX, 0xFFFF);
        push(EAX);
        op("retf");
        here("wrong");
        mov(AL, 1);
        op("out", imm(EXIT), AL);
        op("hlt");
    }

    private void realModeAgain() {
        asm.bits(16);
        here("leaving");
        mov(AX, DATA16);
        for (Seg segment : new Seg[] {Seg.DS, Seg.ES, Seg.SS}) mov(segment, AX);
        setProtection(0);
        op("jmp", new Far(SEGMENT, label("real.again")));
        here("real.again");
        xor(AX, AX);
        mov(Seg.SS, AX);
        say("real\n");
        mov(AL, EXIT_CODE);
        op("out", imm(EXIT), AL);
        op("hlt");
    }

    private void tables() {
        asm.bytes(new byte[8]);
        here("gdt.image");
        int[] descriptors = {
            0,
            0,
            0x0000FFFF,
            0x00409B0F,
            0x0000FFFF,
            0x00CF9300,
            0x0000FFFF,
            0x00009B0F,
            0x0000FFFF,
            0x00009300,
            TSS << 16 | 0x68 + 0x83,
            0x00008900
        };
        for (int word : descriptors) asm.word(new Imm(word));
        here("gdtr");
        asm.bytes((byte) 0x2F, (byte) 0);
        asm.word(imm(GDT));
        here("idtr");
        asm.bytes((byte) 0xFF, (byte) 0);
        asm.word(imm(IDT));
    }
}
