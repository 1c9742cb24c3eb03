package org.sidestep.machine.ia32.device;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The devices of a PC behind its I/O ports and above its memory, and the wires between them. Device time is machine time in
 * processor cycles.
 *
 * <p>The processor calls {@link #advanceTo} whenever its clock has reached {@link #nextEvent} and before every access;
 * after each of these calls it asks {@link #interruptRequested} again. What the host has typed is part of
 * the state.
 */
public final class Board {

    private static final int A20 = 1 << 20;

    private final BusMaster memory;
    private final BoardOptions options;
    private final Console console;
    private final Refusals refusals;
    private final Rom rom;
    private final FirmwarePort firmware = new FirmwarePort();
    private final InterruptLines lines = this::line;
    private Chips chips;

    /** The chips, and how they are reached; made anew whenever there are other chips. */
    private Device[] devices;

    private Ports ports;
    private long now;
    private long nextEvent;

    /**
     * Devices at cycle 0: as the firmware of a PC leaves them or, for a ROM that is this firmware, as power does.
     *
     * @param kiloHertz the processor's clock
     */
    public Board(int kiloHertz, BusMaster memory, BoardOptions options) {
        this.memory = memory;
        this.options = options;
        console = new Console(options.lines().serial(), options.lines().debugConsole());
        refusals = new Refusals(options.strict());
        rom = new Rom(options.rom().orElse(new byte[0]));
        plugIn(new Chips(kiloHertz, options, surroundings()));
        wire();
    }

    private Surroundings surroundings() {
        return new Surroundings(memory, console, refusals);
    }

    private void plugIn(Chips all) {
        chips = all;
        devices = chips.all().toArray(Device[]::new);
        ports = new Ports(options.lines().ports());
        firmware.connect(ports);
        for (Device device : devices) device.connect(ports);
        chips.pics.whenMaskWritten(() -> attendKeyboard(chips.pics.isOpen(InterruptLines.KEYBOARD)));
        if (hasApic()) chips.apics.io.whenWritten(() -> attendKeyboard(chips.apics.io.isOpen(InterruptLines.KEYBOARD)));
    }

    /** A guest that lets interrupts of the keyboard in waits for keys. */
    private void attendKeyboard(boolean open) {
        if (open) chips.keyboard.attend();
    }

    /** The cycle at which a device changes by itself; {@link Long#MAX_VALUE} if never. */
    public long nextEvent() {
        return nextEvent;
    }

    /** Lets the devices live until {@code cycle}, which never goes back. */
    public void advanceTo(long cycle) {
        while (nextEvent <= cycle) {
            now = nextEvent;
            tellTime();
            wire();
        }
        now = cycle;
    }

    private void tellTime() {
        for (Device device : devices) device.advanceTo(now);
    }

    /**
     * The FERR# pin of the processor: an instruction waits because of a floating-point error. Whether it may go on all the
     * same, as the IGNNE# pin says.
     */
    public boolean ignoresCoprocessorError() {
        boolean ignored = chips.coprocessor.report();
        wire();
        return ignored;
    }

    /** FERR# is released: no floating-point error is pending any more. */
    public void coprocessorErrorSettled() {
        chips.coprocessor.settled();
    }

    /** The INTR pin of the processor. */
    public boolean interruptRequested() {
        return hasApic() ? chips.apics.requested(chips.pics) : chips.pics.requested();
    }

    /** The interrupt acknowledge cycle: the vector to deliver. */
    public int acknowledge() {
        int vector = hasApic() ? chips.apics.acknowledge(chips.pics) : chips.pics.acknowledge();
        wire();
        return vector;
    }

    /** Whether a non-maskable interrupt waits; asking takes it. */
    public boolean takeNmi() {
        return hasApic() && chips.apics.local.takeNmi();
    }

    public boolean hasApic() {
        return options.apic();
    }

    /** IA32_APIC_BASE, of a board with APICs. */
    public long apicBase() {
        return chips.apics.local.base();
    }

    public void setApicBase(long value) {
        chips.apics.local.setBase(value);
    }

    /** Whether CPUID shows a local APIC. */
    public boolean apicEnabled() {
        return hasApic() && chips.apics.local.enabled();
    }

    /**
     * Stores the tables by which software finds the APICs, as firmware would.
     *
     * @param signature EAX of CPUID leaf 1
     * @param features EDX of the same leaf
     */
    public void storeTables(int signature, int features) {
        memory.store(MpTable.ADDRESS, MpTable.of(signature, features));
        chips.apics.io.setId(MpTable.IO_APIC_ID);
    }

    /**
     * Raises interrupt request {@code irq} from outside until it is acknowledged.
     *
     * @throws IllegalArgumentException if {@code irq} is not 0..15
     */
    public void pulse(int irq) {
        if (irq < 0 || irq > 15) throw new IllegalArgumentException("no interrupt request line " + irq);
        chips.pics.pulse(irq);
        if (!hasApic()) return;
        chips.apics.io.line(irq, true);
        chips.apics.io.line(irq, false);
    }

    /** Reads {@code size} (1, 2 or 4) bytes at {@code port}; where nothing answers, all ones. */
    public int in(int port, int size) {
        tellTime();
        int value = ports.read(port, size);
        wire();
        return value;
    }

    /** Writes {@code size} (1, 2 or 4) bytes at {@code port}. */
    public void out(int port, int size, int value) {
        tellTime();
        ports.write(port, size, value);
        wire();
    }

    /** Whether a device answers at {@code port}, or a PC is expected to be asked there for one that it does not have. */
    public boolean knows(int port) {
        return ports.contain(port) || AbsentDevices.contain(port);
    }

    /** Whether a device answers at a physical address where there is no RAM: time must have been {@link #advanceTo} for it. */
    public boolean isDevice(int address) {
        return mappedAt(address) != null;
    }

    private MappedDevice mappedAt(int address) {
        return hasApic() && chips.apics.isAt(address) ? chips.apics : null;
    }

    /** Reads {@code size} (1, 2 or 4) bytes at a physical address where there is no RAM. */
    public int read(int address, int size) {
        MappedDevice device = mappedAt(address);
        if (device == null) return rom.read(address, size);
        tellTime();
        return device.load(address, size);
    }

    /** Whether firmware lies at a physical address above memory. */
    public boolean isRom(int address) {
        return rom.holds(address);
    }

    /** Writes {@code size} (1, 2 or 4) bytes at a physical address where there is no RAM. */
    public void write(int address, int size, int value) {
        MappedDevice device = mappedAt(address);
        if (device == null) return;
        tellTime();
        device.store(address, size, value);
        wire();
    }

    /** In strict mode, stops the machine because of an access to something that does not exist. */
    public void refuse(Supplier<String> access) {
        refusals.refuse(access);
    }

    /** The first access that strict mode has refused. */
    public Optional<String> refusal() {
        return refusals.first();
    }

    /** The bits of physical addresses that pass the A20 gate; the processor asks after every {@link #out}. */
    public int addressMask() {
        return chips.control.a20() ? -1 : ~A20;
    }

    /** What has asked for a reset of the processor, if a reset stops this machine. */
    public Optional<String> resetRequest() {
        return options.restarts() ? Optional.empty() : chips.control.resetRequest();
    }

    /** The processor has shut down; on a board that restarts, that is a reset. */
    public void shutdown() {
        chips.control.requestReset("a shutdown");
    }

    public boolean restarts() {
        return options.restarts();
    }

    /** Whether the INIT pin of the processor has been pulled since it last asked. Devices keep their state. */
    public boolean initRequested() {
        if (!options.restarts() || chips.control.resetRequest().isEmpty()) return false;
        chips.control.resetDone();
        return true;
    }

    /** Lets built-in firmware answer writes to {@code port}, while the instruction executes. */
    public void attachFirmware(int port, Runnable called) {
        firmware.attach(port, called);
        firmware.connect(ports);
    }

    /** Device time: cycles. */
    public long now() {
        return now;
    }

    /** A character leaves as if through the serial port, past its settings. */
    public void print(int character) {
        console.serial(character);
    }

    /** Characters arrive at the serial port. */
    public void type(byte[] characters) {
        tellTime();
        for (byte character : characters) chips.com1.type(character);
        wire();
    }

    /** Keys of a US keyboard are pressed and released, so that they give this text of ASCII characters. */
    public void typeKeys(byte[] characters) {
        for (byte character : characters) chips.keyboard.type(character);
        wire();
    }

    /** The lines of the text screen, without trailing blanks. */
    public String screen() {
        return chips.vga.text();
    }

    /** The disks, to be read past their controllers, as firmware may. */
    public List<Disk> disks() {
        return chips.disks();
    }

    /** The CD-ROM, whatever its drive has done with it. */
    public Optional<OpticalDisc> disc() {
        return options.disc();
    }

    /** The diskette. */
    public Optional<Disk> floppy() {
        return Optional.ofNullable(chips.floppy);
    }

    /** Whether the guest has written to the exit port, or switched the machine off. */
    public boolean exited() {
        return chips.exit.code() >= 0;
    }

    /** The first byte written to the exit port; 0 after the machine was switched off. */
    public int exitCode() {
        return chips.exit.code();
    }

    /** What the guest has written to the serial port and the debug console, in order. */
    public String console() {
        return console.text();
    }

    /** The state of all devices: opaque and immutable. */
    public State save() {
        return new State(
                new Content(
                        new Chips(chips, surroundings()),
                        console.text(),
                        refusals.first().orElse(null)),
                now);
    }

    /** Goes back to a state that {@link #save} of this board returned, or of another of the same clock and options. */
    public void restore(State state) {
        Content content = state.content;
        plugIn(new Chips(content.chips, surroundings()));
        console.restore(content.console);
        refusals.restore(content.refusal);
        if (chips.pci != null) chips.pci.protect();
        now = state.now;
        wire();
    }

    /** A saved state. */
    public static final class State {
        private final Content content;
        private final long now;

        private State(Content content, long now) {
            this.content = content;
            this.now = now;
        }

        /** All but the time. */
        public Object content() {
            return content;
        }

        public long now() {
            return now;
        }
    }

    /** What a saved state consists of, apart from the time. */
    private record Content(Chips chips, String console, String refusal) {}

    private void wire() {
        for (Device device : devices) device.drive(lines);
        if (hasApic()) chips.apics.local.lint0(chips.pics.requested());
        nextEvent = Clock.NEVER;
        for (Device device : devices) nextEvent = Math.min(nextEvent, device.nextEvent());
    }

    private void line(int irq, boolean high) {
        chips.pics.line(irq, high);
        if (hasApic()) chips.apics.io.line(irq, high);
    }
}
