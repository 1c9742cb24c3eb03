package org.sidestep.machine.ia32.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sidestep.isa.Features;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.ia32.fpu.Float80;
import org.sidestep.machine.ia32.fpu.Pointers;

/** The registers of x87 and SSE as FXSAVE lays them out (SDM vol. 2, FXSAVE), without memory or time. */
public final class FxImage {
    public static final int MXCSR = 24;
    public static final int MXCSR_MASK = 28;
    public static final int REGISTERS = 32;
    public static final int XMM = 160;
    private static final int COUNT = 8;
    private static final int OPCODE = 0x7FF;

    /** Of MXCSR, all bits; and without denormals-are-zeros, which came with SSE2 (SDM vol. 1, section 11.6.6). */
    private static final int MXCSR_BITS = 0xFFFF;

    private static final int MXCSR_BITS_OF_SSE = 0xFFBF;

    private FxImage() {}

    /** The bits that the part's MXCSR has. */
    public static int mxcsrBits(Cpu cpu) {
        return hasMask(cpu) ? MXCSR_BITS : MXCSR_BITS_OF_SSE;
    }

    /** Whether the part tells these bits in its images. */
    public static boolean hasMask(Cpu cpu) {
        return (cpu.features & Features.SSE2) != 0;
    }

    /** The floating-point, MMX and SSE state, as FXSAVE lays it out. */
    public static FloatingPoint of(Cpu cpu) {
        ByteBuffer image = ByteBuffer.allocate(FloatingPoint.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Pointers last = cpu.fpu.pointers;
        image.putInt(0, cpu.fpu.control() | cpu.fpu.status() << 16);
        image.putInt(4, cpu.fpu.used() | last.opcode << 16);
        image.putInt(8, last.instruction).putInt(12, last.codeSelector);
        image.putInt(16, last.data).putInt(20, last.dataSelector);
        image.putInt(MXCSR, cpu.simd.mxcsr());
        if (hasMask(cpu)) image.putInt(MXCSR_MASK, mxcsrBits(cpu));
        for (int i = 0; i < COUNT; i++) {
            Float80 value = cpu.fpu.register(i);
            image.putLong(REGISTERS + 16 * i, value.significand());
            image.putShort(REGISTERS + 16 * i + 8, (short) value.signExponent());
            for (int half = 0; half < 2; half++) image.putLong(XMM + 16 * i + 8 * half, cpu.simd.quadword(i, half));
        }
        return new FloatingPoint(image.array());
    }

    /** Sets that state. */
    public static void load(Cpu cpu, FloatingPoint state) {
        ByteBuffer image = ByteBuffer.wrap(state.image()).order(ByteOrder.LITTLE_ENDIAN);
        Pointers last = cpu.fpu.pointers;
        cpu.fpu.setControl(state.control());
        cpu.fpu.setStatus(state.status());
        cpu.fpu.setUsed(state.used());
        last.opcode = image.getShort(6) & OPCODE;
        last.instruction = image.getInt(8);
        last.codeSelector = image.getShort(12) & 0xFFFF;
        last.data = image.getInt(16);
        last.dataSelector = image.getShort(20) & 0xFFFF;
        cpu.simd.setMxcsr(state.mxcsr() & mxcsrBits(cpu));
        for (int i = 0; i < COUNT; i++) {
            cpu.fpu.setRegister(i, new Float80(state.signExponent(i), state.significand(i)));
            cpu.simd.setRegister(i, image.getLong(XMM + 16 * i), image.getLong(XMM + 16 * i + 8));
        }
    }
}
