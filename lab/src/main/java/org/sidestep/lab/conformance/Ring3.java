package org.sidestep.lab.conformance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;

/**
 * A machine that runs single instructions in ring 3, in memory laid out like the oracle's process, and stops at the
 * first instruction of whatever exception handler they end in.
 */
final class Ring3 {
    static final int CODE = 0x10000000;
    static final int DATA = 0x20000000;
    static final int STACK = 0x30000000;
    static final int READ_ONLY = 0x40000000;
    static final int REGION = 0x10000;
    static final int[] REGIONS = {CODE, DATA, STACK};

    private static final int GDT = 0x1000;
    private static final int IDT = 0x2000;
    private static final int TSS = 0x3000;
    private static final int DIRECTORY = 0x4000;
    private static final int TABLES = 0x5000;
    private static final int HANDLERS = 0xA000;
    private static final int START = 0xB000;
    private static final int FRAME = 0xB100;
    private static final int SAVE = 0xB040;
    private static final int FLOATS = 0xE000;
    private static final int KERNEL_STACK = 0xD000;
    private static final int PHYSICAL = 0x100000;
    private static final int LONGEST_LOOP = 100_000;
    private static final Reg32[] LOADED = {Reg32.EAX, Reg32.EBX, Reg32.ECX, Reg32.EDX, Reg32.ESI, Reg32.EDI, Reg32.EBP};

    private final Machine machine;
    private final Machine.Snapshot booted;

    /** @param machine with nothing loaded, and two megabytes of memory at least */
    Ring3(Machine machine) {
        this.machine = machine;
        words(GDT, 0, 0, 0xFFFF, 0x00CF9B00, 0xFFFF, 0x00CF9300, TSS << 16 | 0x67, 0x8900);
        // User code 0x23 and data 0x2B, as Linux has them.
        words(GDT + 0x20, 0xFFFF, 0x00CFFB00, 0xFFFF, 0x00CFF300);
        words(TSS + 4, KERNEL_STACK, 0x10);
        words(TSS + 100, 0x68 << 16);
        for (int vector = 0; vector < 32; vector++) {
            int dpl = vector == 3 || vector == 4 ? 3 : 0;
            words(IDT + 8 * vector, 0x08 << 16 | HANDLERS + vector, 0x8E00 | dpl << 13);
            machine.debugger().breakpoint(HANDLERS + vector);
        }
        map(0, 0, 16, 3);
        for (int i = 0; i < REGIONS.length; i++) map(REGIONS[i], PHYSICAL + i * REGION, 16, 7);
        map(READ_ONLY, PHYSICAL + 3 * REGION, 1, 5);
        boot();
        booted = machine.snapshot();
    }

    static boolean inRegion(int linear) {
        for (int base : REGIONS) if (Integer.compareUnsigned(linear - base, REGION) < 0) return true;
        return false;
    }

    /** The regions as a vector wants them. */
    static byte[][] regions(Words vector, byte[] code) {
        byte[][] regions = new byte[REGIONS.length][REGION];
        System.arraycopy(code, 0, regions[0], 0, code.length);
        regions[0][code.length] = (byte) 0xCC;
        for (Map.Entry<Integer, byte[]> memory : vector.memory().entrySet()) put(regions, memory);
        return regions;
    }

    /** Writes bytes at a linear address. */
    static void put(byte[][] regions, Map.Entry<Integer, byte[]> memory) {
        byte[] region = regions[(memory.getKey() >>> 28) - 1];
        System.arraycopy(memory.getValue(), 0, region, memory.getKey() & REGION - 1, memory.getValue().length);
    }

    private void boot() {
        ByteBuffer code = buffer(64);
        code.put(bytes(0x0F, 0x01, 0x15)).putInt(START + 0x80); // lgdt
        code.put(bytes(0x0F, 0x01, 0x1D)).putInt(START + 0x88); // lidt
        code.put(bytes(0xB8)).putInt(0x2B).put(bytes(0x8E, 0xD8, 0x8E, 0xC0)); // ds, es
        code.put(bytes(0xB8)).putInt(0x18).put(bytes(0x0F, 0x00, 0xD8)); // ltr
        code.put(bytes(0xB8)).putInt(DIRECTORY).put(bytes(0x0F, 0x22, 0xD8)); // cr3
        code.put(bytes(0xB8)).putInt(0x80010031).put(bytes(0x0F, 0x22, 0xC0)); // cr0
        code.put(bytes(0xB8)).putInt(0x600).put(bytes(0x0F, 0x22, 0xE0)); // cr4: SSE and its exceptions
        code.put(bytes(0xB0, 0xFF, 0xE6, 0x21, 0xE6, 0xA1)); // no interrupts
        machine.pokePhysical(START, code.array());
        machine.pokePhysical(
                START + 0x80,
                buffer(16)
                        .putShort((short) 0xFF)
                        .putInt(GDT)
                        .putShort((short) 0)
                        .putShort((short) 0xFF)
                        .putInt(IDT)
                        .array());
        machine.setEip(START);
        machine.run(Limits.instructions(16));
        if (machine.control(Cr.CR0) >= 0) throw new IllegalStateException("the fixture did not turn paging on");
        ByteBuffer enter = buffer(13);
        enter.put(bytes(0x0F, 0xAE, 0x0D)).putInt(FLOATS); // fxrstor
        enter.put(bytes(0xBC)).putInt(FRAME).put(bytes(0xCF)); // mov esp, FRAME; iret
        machine.pokePhysical(START, enter.array());
        machine.pokePhysical(
                SAVE, buffer(7).put(bytes(0x0F, 0xAE, 0x05)).putInt(FLOATS).array()); // fxsave
    }

    /** What came of a vector. */
    record Outcome(
            int trap,
            int error,
            int cr2,
            Map<String, Integer> registers,
            Map<String, String> floats,
            byte[][] regions) {}

    /** Runs a vector to its exception; nothing if it loops for long. */
    Optional<Outcome> run(Words vector, byte[][] regions) {
        for (int i = 0; i < REGIONS.length; i++) machine.pokePhysical(PHYSICAL + i * REGION, regions[i]);
        int flags = vector.hex("eflags", 0x202) & 0x50DD5 | 0x202;
        machine.pokePhysical(FLOATS, FloatImage.of(vector));
        words(FRAME, CODE, 0x23, flags, vector.hex("esp", STACK + 0x8000), 0x2B);
        for (Reg32 register : LOADED) machine.setRegister(register, vector.hex(register.text(), 0));
        machine.setEip(START);
        Stop stop = machine.run(Limits.instructions(machine.instructions() + LONGEST_LOOP));
        if (stop.kind() == Stop.Kind.BREAKPOINT) return Optional.of(outcome());
        machine.restore(booted);
        return Optional.empty();
    }

    private Outcome outcome() {
        int trap = machine.eip() - HANDLERS;
        boolean coded = trap == 8 || trap >= 10 && trap <= 14;
        int frame = machine.register(Reg32.ESP);
        int error = coded ? machine.peek(frame) : 0;
        if (coded) frame += 4;
        Map<String, Integer> registers = new LinkedHashMap<>();
        for (Reg32 register : LOADED) registers.put(register.text(), machine.register(register));
        registers.put("eip", machine.peek(frame));
        registers.put("eflags", machine.peek(frame + 8));
        registers.put("esp", machine.peek(frame + 12));
        byte[][] regions = new byte[REGIONS.length][];
        for (int i = 0; i < REGIONS.length; i++) regions[i] = machine.peekPhysical(PHYSICAL + i * REGION, REGION);
        int cr2 = trap == 14 ? machine.control(Cr.CR2) : 0;
        machine.setEip(SAVE);
        machine.step();
        Map<String, String> floats = FloatImage.values(machine.peekPhysical(FLOATS, FloatImage.BYTES));
        return new Outcome(trap, error, cr2, registers, floats, regions);
    }

    private void map(int linear, int physical, int pages, int rights) {
        int table = TABLES + (linear >>> 28) * 0x1000;
        words(DIRECTORY + (linear >>> 22) * 4, table | 7);
        for (int i = 0; i < pages; i++) words(table + 4 * i, physical + i * 0x1000 | rights);
    }

    private void words(int physical, int... values) {
        ByteBuffer buffer = buffer(4 * values.length);
        for (int value : values) buffer.putInt(value);
        machine.pokePhysical(physical, buffer.array());
    }

    private static ByteBuffer buffer(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return bytes;
    }
}
