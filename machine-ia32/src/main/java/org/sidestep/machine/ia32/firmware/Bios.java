package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.DL;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.sidestep.machine.ia32.boot.PhysicalMemoryMap;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.BusMaster;
import org.sidestep.machine.ia32.device.OpticalDisc;

/** The host's half of the built-in BIOS: answers the calls of its ROM. */
public final class Bios {

    /** The port by which the ROM calls {@link #called}. */
    public static final int CALL = BiosRom.CALL;

    // spotless:off
    private static final int VECTORS = 256, DISKETTE_TABLE_VECTOR = 0x1E, BOOT_SEGMENT = 0x7C0;
    private static final int EQUIPMENT_FLOPPY = 0x0001, EQUIPMENT_FPU = 0x0002, EQUIPMENT_COLOUR_TEXT = 0x0020, EQUIPMENT_ONE_SERIAL = 0x0200;
    private static final int KEYBOARD_START = 0x1E, KEYBOARD_END = 0x3E, ENHANCED_KEYBOARD = 0x10, COM1_BASE = 0x3F8;
    // spotless:on

    private final Cpu cpu;
    private final GuestMemory memory;
    private final Optional<Runnable> loader;
    private final Consumer<String> giveUp;
    private final Video video;
    private final Disks disks;
    private final ClockServices clock;
    private final Map<Integer, BiosService> services = new HashMap<>();

    /**
     * @param loader puts what is booted into memory, with code where a boot sector would be, in the place of the media
     * @param giveUp told why the guest cannot go on
     */
    public Bios(
            Cpu cpu, Board board, BusMaster bus, int kiloHertz, Optional<Runnable> loader, Consumer<String> giveUp) {
        this.cpu = cpu;
        this.loader = loader;
        this.giveUp = giveUp;
        memory = new GuestMemory(cpu, bus);
        video = new Video(board);
        disks = new Disks(board, BiosRom.ROM.offset("table.floppy"));
        clock = new ClockServices(board);
        Keys keys = new Keys(board);
        // spotless:off
        services.put(0x00, call -> unhandled(call, "divide error"));
        services.put(0x06, call -> unhandled(call, "undefined instruction"));
        services.put(0x09, keys::pressed);
        services.put(0x10, video);
        services.put(0x11, call -> answer(call, call.memory.word(DataArea.EQUIPMENT)));
        services.put(0x12, call -> answer(call, call.memory.word(DataArea.MEMORY_SIZE)));
        services.put(0x13, disks);
        services.put(0x14, new SerialPort(board));
        services.put(0x15, new SystemServices(board, bus.size(), BiosRom.ROM.offset("table.system"), kiloHertz));
        services.put(0x16, keys);
        services.put(0x17, Bios::noPrinter);
        services.put(0x18, this::noSystem);
        services.put(0x19, this::bootstrap);
        services.put(0x1A, clock);
        services.put(BiosRom.POST, this::powerOnSelfTest);
        // spotless:on
    }

    /** The contents of the ROM. */
    public static byte[] image() {
        return BiosRom.ROM.image();
    }

    /**
     * Finds out before the machine is switched on whether its BIOS could boot a CD-ROM.
     *
     * @throws org.sidestep.machine.BadImage if not; the message says why
     */
    public static void checkBootable(OpticalDisc disc) {
        BootCatalog.read(disc);
    }

    /** Linear address of a descriptor table in the ROM with flat code at selector 08 and flat data at 10. */
    public static int descriptors() {
        return (BiosRom.SEGMENT << 4) + BiosRom.ROM.offset("table.descriptors");
    }

    /** The limit of that table. */
    public static int descriptorsLimit() {
        return 4 * BiosRom.FLAT_DESCRIPTORS.length - 1;
    }

    /** The ROM has written to {@link #CALL}. */
    public void called() {
        BiosCall call = new BiosCall(cpu, memory);
        BiosService service = services.get(call.vector());
        // Only the ROM knows what it calls; a guest that writes to the port itself gets no answer.
        if (service != null) call.answer(service.serve(call));
    }

    private boolean unhandled(BiosCall call, String what) {
        giveUp.accept(String.format(Locale.ROOT, "%s at %s, and the guest has no handler for it", what, call.caller()));
        return false;
    }

    private static boolean answer(BiosCall call, int ax) {
        call.set(AX, ax);
        return false;
    }

    private static boolean noPrinter(BiosCall call) {
        call.set(AH, 1);
        return false;
    }

    private boolean noSystem(BiosCall call) {
        video.print(memory, "\r\nNo bootable floppy, CD-ROM or disk.\r\n");
        return false;
    }

    /** Loads what is booted; whether there is nothing. */
    private boolean bootstrap(BiosCall call) {
        if (loader.isPresent()) {
            loader.get().run();
            enter(call, BOOT_SEGMENT);
            return false;
        }
        Optional<Boot> found = disks.boot();
        found.ifPresent(boot -> {
            memory.write(boot.segment() << 4, boot.code());
            call.set(DL, boot.drive());
            enter(call, boot.segment());
        });
        return found.isEmpty();
    }

    /** Tells the ROM where to go on: the usual place is 0000:7C00, not 07C0:0000. */
    private static void enter(BiosCall call, int segment) {
        call.set(BX, segment & 0xF000);
        call.set(AX, segment << 4);
    }

    private boolean powerOnSelfTest(BiosCall call) {
        prepare();
        return false;
    }

    /** Fills the vector table and the data area; called by the ROM or, for what is loaded without it having run, by the host. */
    public void prepare() {
        disks.reset();
        for (int vector = 0; vector < VECTORS; vector++) {
            memory.number(4 * vector, 4, BiosRom.SEGMENT << 16 | BiosRom.ROM.handler(vector));
        }
        memory.number(4 * DISKETTE_TABLE_VECTOR, 4, BiosRom.SEGMENT << 16 | BiosRom.ROM.offset("table.floppy"));
        memory.write(DataArea.BASE, new byte[DataArea.SIZE]);
        memory.word(DataArea.COM1, COM1_BASE);
        memory.word(DataArea.EBDA_SEGMENT, PhysicalMemoryMap.LOW_MEMORY_END >> 4);
        memory.word(PhysicalMemoryMap.LOW_MEMORY_END, 1);
        memory.word(
                DataArea.EQUIPMENT,
                (disks.hasFloppy() ? EQUIPMENT_FLOPPY : 0)
                        | EQUIPMENT_FPU
                        | EQUIPMENT_COLOUR_TEXT
                        | EQUIPMENT_ONE_SERIAL);
        memory.word(DataArea.MEMORY_SIZE, PhysicalMemoryMap.lowerKilobytes());
        for (int at : new int[] {DataArea.KEYBOARD_HEAD, DataArea.KEYBOARD_TAIL, DataArea.KEYBOARD_START}) {
            memory.word(at, KEYBOARD_START);
        }
        memory.word(DataArea.KEYBOARD_END, KEYBOARD_END);
        memory.octet(DataArea.KEYBOARD_MODE, ENHANCED_KEYBOARD);
        memory.octet(DataArea.DISK_COUNT, disks.hardDisks());
        memory.number(DataArea.TICKS, 4, clock.ticks());
        video.setMode(memory, 3);
    }
}
