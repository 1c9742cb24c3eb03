package org.sidestep.machine.ia32.device;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntConsumer;
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
    private static final int POST = 0x80;
    private static final int DEBUG_CONSOLE = 0xE9;
    private static final int EXIT = 0xF4;

    private static final int IRQ_TIMER = 0;
    private static final int IRQ_KEYBOARD = 1;
    private static final int IRQ_COM1 = 4;
    private static final int IRQ_FLOPPY = 6;
    private static final int IRQ_RTC = 8;
    private static final int IRQ_AUX = 12;
    private static final int IRQ_COPROCESSOR = 13;
    private static final int IRQ_PRIMARY_DISKS = 14;
    private static final int IRQ_SECONDARY_DISKS = 15;

    private final BusMaster memory;
    private final BoardOptions options;
    private final Console console;
    private final Rom rom;
    private Chips chips;
    private int post;
    private int exitCode = -1;
    private String refusal;
    private int firmwarePort = -1;
    private Runnable firmware = () -> {};
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
        rom = new Rom(options.rom().orElse(new byte[0]));
        chips = new Chips(kiloHertz, memory, options, console);
        wire();
    }

    /** The cycle at which a device changes by itself; {@link Long#MAX_VALUE} if never. */
    public long nextEvent() {
        return nextEvent;
    }

    /** Lets the devices live until {@code cycle}, which never goes back. */
    public void advanceTo(long cycle) {
        while (nextEvent <= cycle) {
            now = nextEvent;
            chips.advanceTo(now);
            wire();
        }
        now = cycle;
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
        chips.advanceTo(now);
        int first = firstCycle(port, size);
        int value = readCycle(port, first);
        if (first < size) value |= readCycle(port + first & 0xFFFF, size - first) << 8 * first;
        wire();
        return value;
    }

    /** Writes {@code size} (1, 2 or 4) bytes at {@code port}. */
    public void out(int port, int size, int value) {
        chips.advanceTo(now);
        int first = firstCycle(port, size);
        writeCycle(port, first, value);
        if (first < size) writeCycle(port + first & 0xFFFF, size - first, value >>> 8 * first);
        wire();
    }

    /** Whether a device answers at a physical address where there is no RAM: time must have been {@link #advanceTo} for it. */
    public boolean isDevice(int address) {
        return hasApic() && chips.apics.isAt(address);
    }

    /** Reads {@code size} (1, 2 or 4) bytes at a physical address where there is no RAM. */
    public int read(int address, int size) {
        if (!isDevice(address)) return rom.read(address, size);
        chips.advanceTo(now);
        return chips.apics.read(address);
    }

    /** Whether firmware lies at a physical address above memory. */
    public boolean isRom(int address) {
        return rom.holds(address);
    }

    /** Writes {@code size} (1, 2 or 4) bytes at a physical address where there is no RAM. */
    public void write(int address, int size, int value) {
        if (!isDevice(address)) return;
        if (size != 4) {
            refuse(() -> String.format(
                    Locale.ROOT, "write of %d bytes at %08x: a register of an APIC has four", size, address));
            return;
        }
        chips.advanceTo(now);
        chips.apics.write(address, value);
        if (chips.apics.io.isOpen(IRQ_KEYBOARD)) chips.keyboard.attend();
        wire();
    }

    /** Whether a device answers at {@code port}, or a PC is expected to be asked there for one that it does not have. */
    public boolean knows(int port) {
        return isPit(port)
                || chips.at(port) != null
                || isPci(port)
                || AbsentDevices.contain(port)
                || port == firmwarePort
                || isDebugConsole(port)
                || PowerSwitch.isAt(port)
                || port == POST
                || port == EXIT;
    }

    /** In strict mode, stops the machine because of an access to something that does not exist. */
    public void refuse(Supplier<String> access) {
        if (options.strict() && refusal == null) refusal = access.get();
    }

    /** The first access that strict mode has refused. */
    public Optional<String> refusal() {
        return Optional.ofNullable(refusal);
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
        firmwarePort = port;
        firmware = called;
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
        chips.advanceTo(now);
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
        return exitCode >= 0;
    }

    /** The first byte written to the exit port; 0 after the machine was switched off. */
    public int exitCode() {
        return exitCode;
    }

    /** What the guest has written to the serial port and the debug console, in order. */
    public String console() {
        return console.text();
    }

    /** The state of all devices: opaque and immutable. */
    public State save() {
        return new State(new Content(new Chips(chips, memory, console), console.text(), post, exitCode, refusal), now);
    }

    /** Goes back to a state that {@link #save} of this board returned, or of another of the same clock and options. */
    public void restore(State state) {
        Content content = state.content;
        chips = new Chips(content.chips, memory, console);
        console.restore(content.console);
        post = content.post;
        exitCode = content.exitCode;
        refusal = content.refusal;
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
    private record Content(Chips chips, String console, int post, int exitCode, String refusal) {}

    private void wire() {
        line(IRQ_TIMER, chips.pit.output(now));
        line(IRQ_KEYBOARD, chips.keyboard.keyboardInterrupt());
        line(IRQ_COM1, chips.com1.interrupt());
        line(IRQ_FLOPPY, chips.floppyController.interrupt());
        line(IRQ_RTC, chips.rtc.interrupt());
        line(IRQ_AUX, chips.keyboard.auxInterrupt());
        line(IRQ_COPROCESSOR, chips.coprocessor.interrupt());
        line(IRQ_PRIMARY_DISKS, chips.primary.interrupt());
        line(IRQ_SECONDARY_DISKS, chips.secondary.interrupt());
        if (hasApic()) chips.apics.local.lint0(chips.pics.requested());
        nextEvent = Math.min(chips.pit.nextEvent(now), chips.nextEvent());
    }

    private void line(int irq, boolean high) {
        chips.pics.line(irq, high);
        if (hasApic()) chips.apics.io.line(irq, high);
    }

    /** What of an access goes with the first bus cycle: the processor splits it at the end of a doubleword. */
    private static int firstCycle(int port, int size) {
        return Math.min(size, 4 - (port & 3));
    }

    /**
     * One bus cycle. The host bridge takes those for its own registers, and what is behind the ISA bus gets the rest: a
     * channel of disks all bytes at once, any other device a byte for each port, as 8-bit devices do on that bus.
     */
    private int readCycle(int port, int size) {
        if (isPciAddress(port, size)) return chips.pci.address();
        AtaChannel wide = chips.withDataAt(port);
        if (wide != null) return wide.read(size);
        int value = 0;
        for (int i = 0; i < size; i++) value |= (answers(port + i, size) ? readByte(port + i) & 0xFF : 0xFF) << 8 * i;
        return value;
    }

    private void writeCycle(int port, int size, int value) {
        if (isPciAddress(port, size)) {
            chips.pci.setAddress(value);
            return;
        }
        if (chips.power.out(port, size, value)) exit(0);
        AtaChannel wide = chips.withDataAt(port);
        if (wide != null) wide.write(size, value);
        else for (int i = 0; i < size; i++) if (answers(port + i, size)) writeByte(port + i, value >> 8 * i & 0xFF);
    }

    /** Whether the byte register at {@code port} takes part in a cycle of that size: chips on the board do not split any. */
    private boolean answers(int port, int size) {
        return size == 1 || port != SystemControlPorts.RESET && port != firmwarePort;
    }

    private void exit(int code) {
        if (!exited()) exitCode = code;
    }

    private int readByte(int port) {
        if (isPit(port)) return chips.pit.in(port, now);
        if (isPciData(port)) return chips.pci.in(port);
        if (port == POST) return post;
        Device device = chips.at(port);
        if (device != null) return device.in(port);
        // A debug console answers with the value by which a guest recognises it.
        return isDebugConsole(port) ? DEBUG_CONSOLE : 0xFF;
    }

    private void writeByte(int port, int value) {
        IntConsumer listener = options.lines().ports().get(port);
        if (listener != null) listener.accept(value);
        if (port == firmwarePort) firmware.run();
        switch (port) {
            case POST -> post = value;
            case DEBUG_CONSOLE -> console.debug(value);
            case EXIT -> exit(value);
            default -> {
                Device device = chips.at(port);
                if (isPit(port)) chips.pit.out(port, value, now);
                else if (isPciData(port)) chips.pci.out(port, value);
                else if (device != null) device.out(port, value);
                if (port == PicPair.MASTER + 1 && chips.pics.isOpen(IRQ_KEYBOARD)) chips.keyboard.attend();
            }
        }
    }

    /** A port that somebody listens to, and no device, is one more debug console. */
    private boolean isDebugConsole(int port) {
        return port == DEBUG_CONSOLE || options.lines().ports().containsKey(port);
    }

    /** The address register is a doubleword; narrower accesses go to what else is at these ports. */
    private boolean isPciAddress(int port, int size) {
        return chips.pci != null && port == PciBus.ADDRESS && size == 4;
    }

    private boolean isPci(int port) {
        return chips.pci != null && port >> 3 == PciBus.ADDRESS >> 3;
    }

    private boolean isPciData(int port) {
        return chips.pci != null && port >> 2 == PciBus.DATA >> 2;
    }

    private static boolean isPit(int port) {
        return port >= Pit.COUNTERS && port <= Pit.CONTROL || port == Pit.PORT_B;
    }
}
