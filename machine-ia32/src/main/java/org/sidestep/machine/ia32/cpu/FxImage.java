package org.sidestep.machine.ia32.cpu;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.ia32.fpu.Float80;
import org.sidestep.machine.ia32.fpu.Pointers;

/** The registers of x87 and SSE as FXSAVE lays them out (SDM vol. 2, FXSAVE), without memory or time. */
public final class FxImage {
    public static final int MXCSR = 24;
    public static final int REGISTERS = 32;
    public static final int XMM = 160;
    private static final int COUNT = 8;
    private static final int OPCODE = 0x7FF;

    private FxImage() {}

    /** The floating-point, MMX and SSE state, as FXSAVE lays it out. */
    public static FloatingPoint of(Cpu cpu) {
        ByteBuffer image = ByteBuffer.allocate(FloatingPoint.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Pointers last = cpu.fpu.pointers;
        image.putInt(0, cpu.fpu.control() | cpu.fpu.status() << 16);
        image.putInt(4, cpu.fpu.used() | last.opcode << 16);
        image.putInt(8, last.instruction).putInt(12, last.codeSelector);
        image.putInt(16, last.data).putInt(20, last.dataSelector);
        image.putInt(MXCSR, cpu.singles.mxcsr());
        for (int i = 0; i < COUNT; i++) {
            Float80 value = cpu.fpu.register(i);
            image.putLong(REGISTERS + 16 * i, value.significand());
            image.putShort(REGISTERS + 16 * i + 8, (short) value.signExponent());
            for (int n = 0; n < 4; n++) image.putInt(XMM + 16 * i + 4 * n, cpu.singles.lane(i, n));
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
        cpu.singles.setMxcsr(state.mxcsr() & 0xFFBF);
        for (int i = 0; i < COUNT; i++) {
            cpu.fpu.setRegister(i, new Float80(state.signExponent(i), state.significand(i)));
            for (int n = 0; n < 4; n++) cpu.singles.setLane(i, n, state.xmm(i, n));
        }
    }
}
