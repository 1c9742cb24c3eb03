package org.sidestep.machine.ia32.instruction;

import java.util.Map;
import org.sidestep.isa.Eflags;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.ia32.cpu.ControlRegisters;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.FxImage;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.fpu.Float80;
import org.sidestep.machine.ia32.fpu.Fpu;
import org.sidestep.machine.ia32.fpu.Pointers;

/** Control, status and images of the floating-point unit (SDM vol. 1, sections 8.1.10 and 10.5). */
final class X87State {
    private static final int MASK_ALL = 0x3F;
    private static final int REGISTERS = 8;

    private X87State() {}

    static void define(Map<String, Binder> set) {
        // spotless:off
        set.put("fwait",   Binder.always(X87State::fwait));
        set.put("fnop",    Binder.always((cpu, op) -> X87.isReady(cpu)));
        set.put("fneni",   Binder.always((cpu, op) -> X87.requireUnit(cpu)));
        set.put("fndisi",  Binder.always((cpu, op) -> X87.requireUnit(cpu)));
        set.put("fnsetpm", Binder.always((cpu, op) -> X87.requireUnit(cpu)));
        set.put("fnclex",  control((cpu, op) -> cpu.fpu.clearExceptions()));
        set.put("fninit",  control((cpu, op) -> cpu.fpu.initialize()));
        set.put("fnstcw",  control((cpu, op) -> cpu.store16(op, cpu.fpu.control())));
        set.put("fldcw",   loading((cpu, op) -> cpu.fpu.setControl(cpu.load16(op))));
        set.put("fnstsw",  i -> i.isRegisterForm()
                ? checked((cpu, op) -> cpu.reg16(Cpu.EAX, cpu.fpu.status()))
                : checked((cpu, op) -> cpu.store16(op, cpu.fpu.status())));
        set.put("fnstenv", control(X87State::storeEnvironment));
        set.put("fnsave",  control(X87State::save));
        set.put("fldenv",  loading((cpu, op) -> loadEnvironment(cpu, op, 0)));
        set.put("frstor",  loading(X87State::restore));
        set.put("fxsave",  control(X87State::fxsave));
        set.put("fxrstor", control(X87State::fxrstor));
        // spotless:on
    }

    private static Binder control(Semantics body) {
        return Binder.always(checked(body));
    }

    /** An instruction that waits for pending exceptions and loads the state that says which are. */
    private static Binder loading(Semantics body) {
        return Binder.always((cpu, op) -> {
            if (!X87.isReady(cpu)) return;
            body.execute(cpu, op);
            X87.settle(cpu);
        });
    }

    /** An instruction that does not wait for pending exceptions. */
    private static Semantics checked(Semantics body) {
        return (cpu, op) -> {
            X87.requireUnit(cpu);
            body.execute(cpu, op);
            X87.settle(cpu);
        };
    }

    private static void fwait(Cpu cpu, Op op) {
        int both = ControlRegisters.MP | ControlRegisters.TS;
        if ((cpu.control.cr0 & both) == both) throw Fault.nm();
        X87.isErrorFree(cpu);
    }

    private static int environmentBytes(Op op) {
        return op.size == 4 ? 28 : 14;
    }

    private static boolean isRealMode(Cpu cpu) {
        return (cpu.control.cr0 & ControlRegisters.PE) == 0 || (cpu.flags.value() & Eflags.VM) != 0;
    }

    private static void storeEnvironment(Cpu cpu, Op op) {
        cpu.probeStore(op, environmentBytes(op));
        int[] words = environment(cpu, op);
        for (int i = 0; i < words.length; i++) store(cpu, op, i * op.size, op.size, words[i]);
        cpu.fpu.setControl(cpu.fpu.control() | MASK_ALL);
    }

    private static int[] environment(Cpu cpu, Op op) {
        Fpu fpu = cpu.fpu;
        Pointers last = fpu.pointers;
        int filler = op.size == 4 ? 0xFFFF0000 : 0;
        int control = fpu.control() | filler;
        int status = fpu.status() | filler;
        int tags = fpu.tags() | filler;
        if (!isRealMode(cpu)) {
            int code = last.codeSelector | (op.size == 4 ? last.opcode << 16 : 0);
            return new int[] {control, status, tags, last.instruction, code, last.data, last.dataSelector | filler};
        }
        int code = (last.codeSelector << 4) + last.instruction;
        int data = (last.dataSelector << 4) + last.data;
        int codeHigh = code >>> 16 << 12 & 0x0FFFF000 | last.opcode;
        return new int[] {
            control, status, tags, code & 0xFFFF | filler, codeHigh, data & 0xFFFF | filler, data >>> 16 << 12
        };
    }

    /** Loads the environment, from an image whose first {@code more} bytes behind it will be read too. */
    private static void loadEnvironment(Cpu cpu, Op op, int more) {
        cpu.probeLoad(op, environmentBytes(op) + more);
        int[] words = new int[7];
        for (int i = 0; i < words.length; i++) words[i] = load(cpu, op, i * op.size, op.size);
        Fpu fpu = cpu.fpu;
        fpu.setControl(words[0]);
        fpu.setTags(words[2]);
        fpu.setStatus(words[1]);
        Pointers last = fpu.pointers;
        if (!isRealMode(cpu)) {
            last.instruction = words[3];
            last.codeSelector = words[4] & 0xFFFF;
            last.opcode = op.size == 4 ? words[4] >> 16 & 0x7FF : 0;
            last.data = words[5];
            last.dataSelector = words[6] & 0xFFFF;
        } else {
            last.instruction = words[3] & 0xFFFF | words[4] << 4 & 0xFFFF0000;
            last.codeSelector = 0;
            last.opcode = words[4] & 0x7FF;
            last.data = words[5] & 0xFFFF | words[6] << 4 & 0xFFFF0000;
            last.dataSelector = 0;
        }
    }

    private static void save(Cpu cpu, Op op) {
        int environment = environmentBytes(op);
        cpu.probeStore(op, environment + 10 * REGISTERS);
        storeEnvironment(cpu, op);
        for (int i = 0; i < REGISTERS; i++) store80(cpu, op, environment + 10 * i, cpu.fpu.register(i));
        cpu.fpu.initialize();
    }

    private static void restore(Cpu cpu, Op op) {
        int environment = environmentBytes(op);
        loadEnvironment(cpu, op, 10 * REGISTERS);
        for (int i = 0; i < REGISTERS; i++) cpu.fpu.setRegister(i, load80(cpu, op, environment + 10 * i));
    }

    private static void fxsave(Cpu cpu, Op op) {
        Sse.checkAlignment(cpu, op);
        cpu.probeStore(op, FloatingPoint.BYTES);
        Fpu fpu = cpu.fpu;
        Pointers last = fpu.pointers;
        store(cpu, op, 0, 4, fpu.control() | fpu.status() << 16);
        store(cpu, op, 4, 4, fpu.used() | last.opcode << 16);
        store(cpu, op, 8, 4, last.instruction);
        store(cpu, op, 12, 2, last.codeSelector);
        store(cpu, op, 16, 4, last.data);
        store(cpu, op, 20, 2, last.dataSelector);
        store(cpu, op, FxImage.MXCSR, 4, cpu.simd.mxcsr());
        if (FxImage.hasMask(cpu)) store(cpu, op, FxImage.MXCSR_MASK, 4, FxImage.mxcsrBits(cpu));
        for (int i = 0; i < REGISTERS; i++) {
            store80(cpu, op, FxImage.REGISTERS + 16 * i, fpu.register(i));
            for (int n = 0; n < 4; n++) store(cpu, op, FxImage.XMM + 16 * i + 4 * n, 4, cpu.simd.doubleword(i, n));
        }
    }

    private static void fxrstor(Cpu cpu, Op op) {
        Sse.checkAlignment(cpu, op);
        cpu.probeLoad(op, FloatingPoint.BYTES);
        cpu.simd.setMxcsr(SseMoves.checked(cpu, load(cpu, op, FxImage.MXCSR, 4)));
        Fpu fpu = cpu.fpu;
        fpu.setControl(load(cpu, op, 0, 2));
        fpu.setStatus(load(cpu, op, 2, 2));
        fpu.setUsed(load(cpu, op, 4, 1));
        Pointers last = fpu.pointers;
        last.opcode = load(cpu, op, 6, 2) & 0x7FF;
        last.instruction = load(cpu, op, 8, 4);
        last.codeSelector = load(cpu, op, 12, 2);
        last.data = load(cpu, op, 16, 4);
        last.dataSelector = load(cpu, op, 20, 2);
        for (int i = 0; i < REGISTERS; i++) {
            fpu.setRegister(i, load80(cpu, op, FxImage.REGISTERS + 16 * i));
            cpu.simd.setRegister(i, load64(cpu, op, FxImage.XMM + 16 * i), load64(cpu, op, FxImage.XMM + 16 * i + 8));
        }
    }

    private static int load(Cpu cpu, Op op, int offset, int bytes) {
        return cpu.load(op.segment, cpu.address(op) + offset & op.addressMask, bytes);
    }

    private static void store(Cpu cpu, Op op, int offset, int bytes, int value) {
        cpu.store(op.segment, cpu.address(op) + offset & op.addressMask, bytes, value);
    }

    private static long load64(Cpu cpu, Op op, int offset) {
        return Integer.toUnsignedLong(load(cpu, op, offset, 4)) | (long) load(cpu, op, offset + 4, 4) << 32;
    }

    private static Float80 load80(Cpu cpu, Op op, int offset) {
        long significand = load64(cpu, op, offset);
        return new Float80(load(cpu, op, offset + 8, 2), significand);
    }

    private static void store80(Cpu cpu, Op op, int offset, Float80 value) {
        store(cpu, op, offset, 4, (int) value.significand());
        store(cpu, op, offset + 4, 4, (int) (value.significand() >>> 32));
        store(cpu, op, offset + 8, 2, value.signExponent());
    }
}
