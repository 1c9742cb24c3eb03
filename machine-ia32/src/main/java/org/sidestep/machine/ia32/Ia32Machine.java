package org.sidestep.machine.ia32;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.IntConsumer;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.BootSource;
import org.sidestep.machine.BootedMachine;
import org.sidestep.machine.Counters;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Debugger;
import org.sidestep.machine.Engine;
import org.sidestep.machine.Input;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Moment;
import org.sidestep.machine.NotMapped;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Probe;
import org.sidestep.machine.Recorder;
import org.sidestep.machine.Recording;
import org.sidestep.machine.StatePart;
import org.sidestep.machine.StateTape;
import org.sidestep.machine.Stop;
import org.sidestep.machine.Timing;
import org.sidestep.machine.Watch;
import org.sidestep.machine.ia32.boot.LinuxLoader;
import org.sidestep.machine.ia32.boot.MultibootLoader;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.device.BusMaster;
import org.sidestep.machine.ia32.engine.CodeCache;
import org.sidestep.machine.ia32.engine.Interpreter;
import org.sidestep.machine.ia32.firmware.Bios;
import org.sidestep.machine.ia32.memory.Image;
import org.sidestep.machine.ia32.memory.PageHash;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.translator.BlockTranslator;

/**
 * A PC with one IA-32 processor. Before {@link #load} it is in the Multiboot machine state (flat protected mode, paging
 * and interrupts off) with EIP 0, so that bare code can be poked and run.
 */
public final class Ia32Machine implements BootedMachine {
    private static final Limits NO_LIMITS = new Limits(Long.MAX_VALUE, Long.MAX_VALUE);

    private static final int MEGABYTE = 1 << 20;

    /** Firmware in the first megabyte takes two segments. */
    private static final int MOST_FIRMWARE = 0x20000;

    private final Ram ram;
    private final Board board;
    private final CodeCache code;
    private final Cpu cpu;
    private final Interpreter interpreter;
    private final CpuModel.Identity identity;
    private final Debugger debugger;

    /** What those who record have seen so far. */
    private final List<List<Recording.Entry>> recordings = new ArrayList<>();

    Ia32Machine(int memory, CpuModel.Identity identity, Timing timing) {
        this(memory, identity, timing, BoardOptions.PLAIN);
    }

    Ia32Machine(int memory, CpuModel.Identity identity, Timing timing, BoardOptions options) {
        ram = new Ram(memory);
        timing.memory(memory);
        board = new Board(identity.kiloHertz(), new Bus(), options);
        code = new CodeCache(ram);
        cpu = new Cpu(ram, board, code, identity, timing);
        interpreter = new Interpreter(cpu, code, ram, this);
        if (Engine.chosen() == Engine.TRANSLATOR && BlockTranslator.suits(timing))
            interpreter.translate(new BlockTranslator(cpu, code, ram, interpreter.trail()), Engine.hot());
        ram.attach(new Bus());
        debugger = new Ia32Debugger(cpu, interpreter, new DebugMemory(), this::hash);
        this.identity = identity;
        // Firmware of the guest's own writes its own tables.
        if (options.apic() && options.rom().isEmpty()) storeTables();
    }

    private void storeTables() {
        int[] words = identity.cpuid(1);
        board.storeTables(words[0], words[3]);
    }

    /** What lies between processor, memory and devices. */
    private final class Bus implements Ram.Outside, BusMaster {
        @Override
        public int read(int address, int size) {
            if (board.isDevice(address)) board.advanceTo(cpu.timing().cycles());
            return board.read(address, size);
        }

        @Override
        public void write(int address, int size, int value) {
            // What gets lost changes nothing that the processor would have to attend to.
            if (!board.isDevice(address)) return;
            board.advanceTo(cpu.timing().cycles());
            board.write(address, size, value);
            cpu.attention();
        }

        @Override
        public int size() {
            return ram.size();
        }

        @Override
        public byte[] fetch(int address, int length) {
            return ram.copy(address, length);
        }

        @Override
        public void store(int address, byte[] bytes) {
            pokePhysical(address, bytes);
        }

        @Override
        public void protect(int from, int to, boolean readOnly) {
            ram.protect(from, to, readOnly);
            cpu.remapped();
        }
    }

    @Override
    public void load(byte[] elf) {
        enter(store(new BootSource.Multiboot(new BootSource.Image("image", elf), "", List.of())));
    }

    private void enter(MultibootLoader.Entry entry) {
        cpu.setRegister(Reg32.EAX, MultibootLoader.BOOTLOADER_MAGIC);
        cpu.setRegister(Reg32.EBX, entry.ebx());
        cpu.goTo(entry.eip());
    }

    /** Puts a kernel and its modules into memory. */
    private MultibootLoader.Entry store(BootSource.Multiboot source) {
        MultibootLoader.Entry entry =
                MultibootLoader.load(source, !board.disks().isEmpty(), ram);
        interpreter.discardCode();
        return entry;
    }

    /**
     * Starts a kernel as a boot loader does, above the built-in BIOS, whose ROM this machine has: its vector table is there for
     * a kernel that goes back to real mode, its ROM has the loader's descriptors, and after a reset it loads the kernel anew.
     */
    void startLoaded(BootSource.Multiboot kernel) {
        Bios bios = attach(Optional.of(() -> pokePhysical(
                MultibootLoader.START,
                MultibootLoader.start(storeAboveBios(kernel), Bios.descriptors(), Bios.descriptorsLimit()))));
        enter(storeAboveBios(kernel));
        bios.prepare();
        cpu.setDescriptorTable(Bios.descriptors(), Bios.descriptorsLimit());
    }

    private MultibootLoader.Entry storeAboveBios(BootSource.Multiboot kernel) {
        MultibootLoader.Entry entry = store(kernel);
        show(Bios.image());
        storeTables();
        return entry;
    }

    /** Lets the built-in BIOS boot a kernel, whenever it boots, instead of a medium. */
    void startBios(BootSource.Linux kernel) {
        List<LinuxLoader.Piece> pieces = LinuxLoader.pieces(kernel, ram.size());
        startBios(Optional.of(() -> pieces.forEach(piece -> pokePhysical(piece.address(), piece.bytes()))));
    }

    void startBios() {
        startBios(Optional.empty());
    }

    /** Lets the host answer the calls of the built-in BIOS, whose ROM this machine has, and starts it. */
    private void startBios(Optional<Runnable> loader) {
        attach(loader);
        start(Bios.image());
        storeTables();
    }

    private Bios attach(Optional<Runnable> loader) {
        Bios bios = new Bios(cpu, board, new Bus(), identity.kiloHertz(), loader, this::giveUp);
        board.attachFirmware(Bios.CALL, bios::called);
        return bios;
    }

    private void giveUp(String reason) {
        interpreter.boundary().requestStop(new Stop(Stop.Kind.UNDEFINED, 0, reason));
    }

    /** Starts the firmware. */
    void start(byte[] rom) {
        show(rom);
        reset();
    }

    /** Shows the end of the firmware below the first megabyte too. */
    private void show(byte[] rom) {
        int shown = Math.min(rom.length, MOST_FIRMWARE);
        ram.store(MEGABYTE - shown, Arrays.copyOfRange(rom, rom.length - shown, rom.length));
        ram.protect(MEGABYTE - MOST_FIRMWARE, MEGABYTE, true);
        interpreter.discardCode();
    }

    /** Power comes on: real mode, at the reset vector FFFFFFF0. Memory and devices stay as they are. */
    public void reset() {
        cpu.reset();
    }

    /** Goes on in real mode at {@code segment:offset}, with the other segments at 0, as after firmware. */
    public void enterRealMode(int segment, int offset) {
        cpu.enterRealMode(segment, offset);
    }

    /** Masks physical addresses, for the A20 gate: {@code ~(1 << 20)} while it is closed, -1 while it is open. */
    public void setAddressMask(int mask) {
        cpu.setAddressMask(mask);
    }

    @Override
    public void close() {
        ram.release();
    }

    @Override
    public Stop run(Limits limits) {
        return interpreter.run(limits, false);
    }

    @Override
    public Stop step() {
        return interpreter.run(NO_LIMITS, true);
    }

    @Override
    public long cycles() {
        return cpu.timing().cycles();
    }

    @Override
    public long instructions() {
        return interpreter.instructions();
    }

    @Override
    public Counters counters() {
        Timing timing = cpu.timing();
        return new Counters(
                cpu.tlbMisses(),
                timing.l1Misses(),
                timing.l2Misses(),
                timing.mispredictions(),
                cpu.cr3Loads(),
                interpreter.boundary().interrupts(),
                interpreter.boundary().faults());
    }

    @Override
    public SortedMap<String, Long> charges() {
        return cpu.timing().charges();
    }

    @Override
    public int register(Reg32 register) {
        return cpu.r[register.number()];
    }

    @Override
    public void setRegister(Reg32 register, int value) {
        cpu.setRegister(register, value);
    }

    @Override
    public int eip() {
        return cpu.eip;
    }

    @Override
    public void setEip(int eip) {
        cpu.goTo(eip);
    }

    @Override
    public int eflags() {
        return cpu.eflags();
    }

    @Override
    public int selector(Seg segment) {
        return cpu.selector(segment);
    }

    @Override
    public int control(Cr register) {
        return cpu.control(register);
    }

    @Override
    public int cpl() {
        return cpu.cpl();
    }

    @Override
    public int codeAddress() {
        return cpu.codeAddress();
    }

    @Override
    public int peek(int linear) {
        int value = 0;
        for (int i = 0; i < 4; i++) value |= peekByte(linear + i) << 8 * i;
        return value;
    }

    private int peekByte(int linear) {
        return ram.read8(physical(linear));
    }

    /** Where memory or firmware is mapped. */
    private int physical(int linear) {
        long physical = cpu.peek(linear);
        if (physical < 0 || !ram.contains((int) physical, 1) && !board.isRom((int) physical))
            throw new NotMapped(linear);
        return (int) physical;
    }

    /** Memory through the page tables, whatever the rights. */
    private final class DebugMemory implements Ia32Debugger.Memory {
        @Override
        public byte[] peek(int linear, int length) {
            byte[] bytes = new byte[length];
            for (int i = 0; i < length; i++) bytes[i] = (byte) peekByte(linear + i);
            return bytes;
        }

        @Override
        public void poke(int linear, byte[] bytes) {
            for (int i = 0; i < bytes.length; i++) {
                if (!ram.contains(physical(linear + i), 1)) throw new NotMapped(linear + i);
            }
            for (int i = 0; i < bytes.length; i++) {
                int at = physical(linear + i);
                ram.write8(at, bytes[i]);
                interpreter.changed(at, 1);
            }
        }

        @Override
        public long epoch() {
            return ram.epoch();
        }

        @Override
        public boolean changedPages(long since, IntConsumer page) {
            return ram.changedPages(since, page);
        }
    }

    @Override
    public byte[] peekPhysical(int address, int length) {
        return ram.copy(address, length);
    }

    @Override
    public int peekPhysical(int address) {
        return ram.contains(address, Integer.BYTES) ? ram.read32(address) : BootedMachine.super.peekPhysical(address);
    }

    @Override
    public void pokePhysical(int address, byte[] bytes) {
        ram.store(address, bytes);
        interpreter.changed(address, bytes.length);
    }

    @Override
    public void interruptAt(long instruction, int irq) {
        Moment moment = interpreter.moment();
        if (instruction > moment.instructions()) moment = Moment.atInstruction(instruction);
        Input input = new Input.Pulse(irq);
        interpreter.boundary().schedule(moment, input);
        note(moment, input);
    }

    @Override
    public String console() {
        return board.console();
    }

    @Override
    public void type(byte[] characters) {
        take(Input.Serial.of(characters));
    }

    @Override
    public void press(byte[] characters) {
        take(Input.Keys.of(characters));
    }

    private void take(Input input) {
        note(interpreter.moment(), input);
        interpreter.boundary().take(input);
    }

    private void note(Moment moment, Input input) {
        for (List<Recording.Entry> recording : recordings) recording.add(new Recording.Entry(moment, input));
    }

    @Override
    public Recorder record() {
        long start = debugger.hash();
        List<Recording.Entry> entries = new ArrayList<>();
        recordings.add(entries);
        return () -> {
            recordings.removeIf(recording -> recording == entries);
            return new Recording(start, entries, interpreter.moment(), debugger.hash());
        };
    }

    @Override
    public void replay(Recording recording) {
        if (recording.start() != debugger.hash()) {
            throw new IllegalArgumentException("the recording is of another machine, or of another image in it");
        }
        for (Recording.Entry entry : recording.entries()) {
            interpreter.boundary().schedule(entry.moment(), entry.input());
        }
        interpreter.boundary().schedule(recording.end(), new Input.End());
    }

    @Override
    public String screen() {
        return board.screen();
    }

    @Override
    public void requestStop(String reason) {
        interpreter.boundary().requestStop(new Stop(Stop.Kind.REQUEST, 0, reason));
    }

    @Override
    public int codeSize() {
        return cpu.codeSize();
    }

    @Override
    public Optional<String> diagnosis() {
        return interpreter.diagnosis();
    }

    @Override
    public String report() {
        return interpreter.report();
    }

    @Override
    public void observe(Observer observer) {
        interpreter.observe(observer);
    }

    @Override
    public Watch watch(int linear) {
        return interpreter.watch(linear);
    }

    @Override
    public Watch watch(int linear, Probe probe) {
        return interpreter.watch(linear, probe);
    }

    @Override
    public Debugger debugger() {
        return debugger;
    }

    /** Everything by value: nothing in a snapshot is shared with a running machine. */
    private record State(
            Image memory, Board.State board, Cpu.State cpu, Interpreter.State interpreter, StateTape.Recording clock)
            implements Snapshot {}

    @Override
    public Snapshot snapshot() {
        return new State(
                ram.save(), board.save(), cpu.save(), interpreter.save(), StateTape.record(cpu.timing()::keep));
    }

    @Override
    public void restore(Snapshot snapshot) {
        State state = (State) snapshot;
        if (state.memory.size() != ram.size()) {
            throw new IllegalArgumentException("the snapshot is of a machine with another memory size");
        }
        state.clock.putBack(cpu.timing()::keep);
        ram.restore(state.memory, interpreter::recheckCode);
        board.restore(state.board);
        cpu.restore(state.cpu);
        interpreter.restore(state.interpreter);
    }

    /** How many blocks of code have been decoded, for those who care for the host's time. */
    long decodedBlocks() {
        return interpreter.decodedBlocks();
    }

    /** How many of the instructions were not interpreted, likewise. */
    public long translatedInstructions() {
        return interpreter.translatedInstructions();
    }

    private long hash(Set<StatePart> parts) {
        // Devices lag behind until they are asked, which makes no difference to them.
        board.advanceTo(cycles());
        long hash = 0;
        for (StatePart part : StatePart.values()) if (parts.contains(part)) hash = PageHash.mixed(hash, hash(part));
        return hash;
    }

    private long hash(StatePart part) {
        return switch (part) {
            case MEMORY -> ram.hash();
            case PROCESSOR -> {
                Cpu.State state = cpu.save();
                yield StateHash.of(List.of(state.registers(), state.mmu().registers()));
            }
            case TRANSLATIONS -> StateHash.of(cpu.save().mmu().translations());
            case DEVICES ->
                StateHash.of(
                        List.of(board.save().content(), interpreter.boundary().pending()));
            case CLOCK ->
                StateHash.of(List.of(
                        cycles(), instructions(), counters(), interpreter.save().lastFault(), charges()));
        };
    }
}
