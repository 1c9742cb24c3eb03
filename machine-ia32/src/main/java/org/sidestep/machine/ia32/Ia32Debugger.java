package org.sidestep.machine.ia32;

import java.util.Locale;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.ToLongFunction;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CachedSegment;
import org.sidestep.machine.DataAccess;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.DescriptorTable;
import org.sidestep.machine.FloatingPoint;
import org.sidestep.machine.StatePart;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Watch;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Descriptor;
import org.sidestep.machine.ia32.cpu.FxImage;
import org.sidestep.machine.ia32.cpu.SegmentRegister;
import org.sidestep.machine.ia32.cpu.TableRegister;
import org.sidestep.machine.ia32.engine.Interpreter;
import org.sidestep.machine.ia32.fault.Fault;

/** The processor from outside. */
public final class Ia32Debugger implements Debugger {
    private static final int EFLAGS_DEFINED = 0x3F7FD5;
    private static final int RIGHTS = 0xF0FF;

    private final Cpu cpu;
    private final Interpreter interpreter;
    private final Memory memory;
    private final ToLongFunction<Set<StatePart>> hash;

    /** Memory behind the current page tables; see {@link Debugger#peek} and {@link Debugger#poke}. */
    public interface Memory {
        byte[] peek(int linear, int length);

        void poke(int linear, byte[] bytes);

        long epoch();

        boolean changedPages(long since, IntConsumer page);
    }

    public Ia32Debugger(Cpu cpu, Interpreter interpreter, Memory memory, ToLongFunction<Set<StatePart>> hash) {
        this.cpu = cpu;
        this.interpreter = interpreter;
        this.memory = memory;
        this.hash = hash;
    }

    @Override
    public Watch breakpoint(int linear) {
        return interpreter.watches().addBreakpoint(linear);
    }

    @Override
    public Watch watchData(int first, int last, DataAccess.Kind kind, DataListener listener) {
        if (Integer.compareUnsigned(first, last) > 0) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "no addresses from %08x to %08x", first, last));
        }
        return cpu.watches.add(first, last, kind, listener);
    }

    @Override
    public void requestStop(String reason) {
        interpreter.boundary().requestStop(new Stop(Stop.Kind.REQUEST, 0, reason));
    }

    @Override
    public byte[] peek(int linear, int length) {
        return memory.peek(linear, length);
    }

    @Override
    public void poke(int linear, byte[] bytes) {
        memory.poke(linear, bytes);
    }

    @Override
    public long memoryEpoch() {
        return memory.epoch();
    }

    @Override
    public boolean changedPages(long since, IntConsumer page) {
        return memory.changedPages(since, page);
    }

    @Override
    public long quietUntil() {
        return interpreter.boundary().quietUntil();
    }

    @Override
    public boolean translationsCurrent() {
        return cpu.mmu.translationsCurrent();
    }

    @Override
    public void setEflags(int value) {
        cpu.flags.replace(value & EFLAGS_DEFINED, -1);
        cpu.settleLevel();
    }

    @Override
    public CachedSegment segment(Seg register) {
        return of(cpu.segments[register.number()]);
    }

    @Override
    public void setSegment(Seg register, CachedSegment value) {
        set(cpu.segments[register.number()], value);
        if (register == Seg.CS) cpu.settleLevel();
    }

    @Override
    public CachedSegment ldtr() {
        return of(cpu.ldtr);
    }

    @Override
    public void setLdtr(CachedSegment value) {
        set(cpu.ldtr, value);
    }

    @Override
    public CachedSegment tr() {
        return of(cpu.tr);
    }

    @Override
    public void setTr(CachedSegment value) {
        set(cpu.tr, value);
    }

    private static CachedSegment of(SegmentRegister register) {
        Descriptor descriptor = register.descriptor();
        if (descriptor == null) return CachedSegment.unusable(register.selector);
        int rights = descriptor.high() >> 8 & RIGHTS;
        return new CachedSegment(register.selector, descriptor.base(), descriptor.limit(), rights, true);
    }

    private static void set(SegmentRegister register, CachedSegment value) {
        int selector = value.selector() & 0xFFFF;
        if (value.usable()) register.load(selector, new Descriptor(value.low(), value.high()));
        else register.loadNull(selector);
    }

    @Override
    public DescriptorTable gdtr() {
        return of(cpu.gdtr);
    }

    @Override
    public void setGdtr(DescriptorTable value) {
        set(cpu.gdtr, value);
    }

    @Override
    public DescriptorTable idtr() {
        return of(cpu.idtr);
    }

    @Override
    public void setIdtr(DescriptorTable value) {
        set(cpu.idtr, value);
    }

    private static DescriptorTable of(TableRegister register) {
        return new DescriptorTable(register.base, register.limit);
    }

    private static void set(TableRegister register, DescriptorTable value) {
        register.base = value.base();
        register.limit = value.limit();
    }

    @Override
    public void setControl(Cr register, int value) {
        try {
            cpu.control.set(register.number(), value);
        } catch (Fault fault) {
            throw new IllegalArgumentException(String.format(Locale.ROOT, "%s cannot be %08x", register, value), fault);
        }
        cpu.settleLevel();
    }

    @Override
    public int debug(Dr register) {
        return cpu.debug.get(index(register));
    }

    @Override
    public void setDebug(Dr register, int value) {
        cpu.debug.set(index(register), value);
    }

    private static int index(Dr register) {
        return register == Dr.DR4 || register == Dr.DR5 ? register.number() + 2 : register.number();
    }

    @Override
    public long modelSpecific(int number) {
        requireModelSpecific(number);
        return cpu.readModelSpecific(number);
    }

    @Override
    public void setModelSpecific(int number, long value) {
        requireModelSpecific(number);
        try {
            cpu.writeModelSpecific(number, value);
        } catch (Fault fault) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "model-specific register %x cannot be written", number), fault);
        }
    }

    private void requireModelSpecific(int number) {
        if (!cpu.isApicBase(number) && !cpu.msr.exists(number)) {
            throw new IllegalArgumentException(
                    String.format(Locale.ROOT, "there is no model-specific register %x", number));
        }
    }

    @Override
    public FloatingPoint floatingPoint() {
        return FxImage.of(cpu);
    }

    @Override
    public void setFloatingPoint(FloatingPoint state) {
        FxImage.load(cpu, state);
    }

    @Override
    public long hash(Set<StatePart> parts) {
        return hash.applyAsLong(parts);
    }
}
