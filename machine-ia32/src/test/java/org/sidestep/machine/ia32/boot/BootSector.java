package org.sidestep.machine.ia32.boot;

import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg16.SP;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.DH;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Program;
import org.sidestep.isa.Seg;

/** A boot sector: it runs at 0000:7C00 with segments at zero and a stack below itself, and exits with AL at its end. */
abstract class BootSector extends Code {
    static final int LOAD = 0x7C00;
    static final int SECTOR = 512;

    private static final int EXIT_PORT = 0xF4;

    BootSector() {
        super(new Assembler());
    }

    /** What the sector does; it ends in {@link #exit}. */
    abstract void main();

    /** The sector, followed by {@code more} up to {@code size} bytes. */
    final byte[] image(int size, byte[] more) {
        asm.section("boot", LOAD, LOAD);
        asm.bits(16);
        xor(AX, AX);
        mov(Seg.DS, AX);
        mov(Seg.ES, AX);
        mov(Seg.SS, AX);
        mov(SP, LOAD);
        main();
        here("print");
        op("lodsb");
        test(AL, AL);
        je(label("printed"));
        mov(AH, 0x0E);
        mov(BX, 7);
        op("int", imm(0x10));
        jmp(label("print"));
        here("printed");
        ret();
        Program program = asm.link();
        byte[] code = program.segments().get(0).bytes();
        byte[] image = Arrays.copyOf(code, size);
        image[510] = 0x55;
        image[511] = (byte) 0xAA;
        System.arraycopy(more, 0, image, SECTOR, more.length);
        return image;
    }

    final void print(String text) {
        String name = "text." + text.hashCode();
        mov(SI, label(name));
        call(label("print"));
        jmp(label(name + ".behind"));
        here(name);
        asm.bytes((text + '\0').getBytes(StandardCharsets.US_ASCII));
        here(name + ".behind");
    }

    final void exit() {
        op("out", imm(EXIT_PORT), AL);
        op("hlt");
    }

    /** Prints, reads its second sector, prints that, and exits with the KB of memory divided by four. */
    static byte[] floppy() {
        return new BootSector() {
            @Override
            void main() {
                print("boot sector\r\n");
                mov(AX, 0x0201);
                mov(BX, 0x8000);
                mov(CX, 0x0002);
                mov(DH, 0);
                op("int", imm(0x13));
                op("jc", label("failed"));
                mov(SI, 0x8000);
                call(label("print"));
                op("int", imm(0x12));
                shr(AX, 2);
                exit();
                here("failed");
                mov(AL, 1);
                exit();
            }
        }.image(1440 << 10, "second sector\r\n\0".getBytes(StandardCharsets.US_ASCII));
    }
}
