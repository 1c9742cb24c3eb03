package org.sidestep.machine.ia32.device;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All devices of one board, as one thing that can be copied for a snapshot. */
final class Chips {
    final SystemControlPorts control;
    final PowerSwitch power;
    final PicPair pics;
    final Pit pit;
    final Rtc rtc;
    final CoprocessorError coprocessor;
    final Uart com1;
    final KeyboardController keyboard;
    final Vga vga;
    final AtaChannel primary;
    final AtaChannel secondary;
    final Disk floppy;
    final Dma dma;
    final FloppyController floppyController;
    /** Null on a board without them. */
    final Apics apics;
    /** Null on a board without firmware: what needs no firmware needs no PCI bus. */
    final PciBus pci;

    /** The devices that live by themselves. */
    private final List<Device> timed;

    Chips(int kiloHertz, BusMaster memory, BoardOptions options, Console console) {
        control = new SystemControlPorts();
        power = new PowerSwitch();
        pics = new PicPair();
        pit = new Pit(kiloHertz);
        rtc = new Rtc(kiloHertz);
        CmosSettings.note(rtc, memory.size(), options);
        coprocessor = new CoprocessorError();
        com1 = new Uart(kiloHertz, console);
        keyboard = new KeyboardController(kiloHertz, control);
        vga = new Vga(kiloHertz, memory);
        List<AtaUnit> drives = drives(kiloHertz, options);
        int onPrimary = Math.min(2, options.disks().size());
        primary = new AtaChannel(AtaChannel.PRIMARY, List.copyOf(drives.subList(0, onPrimary)));
        secondary = new AtaChannel(AtaChannel.SECONDARY, List.copyOf(drives.subList(onPrimary, drives.size())));
        floppy = options.floppy().map(Disk::new).orElse(null);
        dma = new Dma(memory);
        floppyController = new FloppyController(kiloHertz, floppy, dma);
        apics = options.apic() ? new Apics(kiloHertz) : null;
        pci = options.rom().isPresent() ? new PciBus(memory) : null;
        timed = List.of(rtc, com1, keyboard, vga, primary, secondary, floppyController);
        if (options.posted()) afterFirmware();
        else keyboard.attend();
    }

    /** Disks in their order, then the CD-ROM drive. */
    private static List<AtaUnit> drives(int kiloHertz, BoardOptions options) {
        List<AtaUnit> drives = new ArrayList<>();
        for (Disk disk : options.disks()) drives.add(new AtaDrive(kiloHertz, disk, drives.size()));
        options.disc().ifPresent(disc -> drives.add(new AtapiDrive(kiloHertz, disc)));
        return drives;
    }

    /** What starts after firmware finds the timer and the interrupt controllers programmed. */
    private void afterFirmware() {
        pics.afterFirmware();
        pit.afterFirmware();
    }

    Chips(Chips other, BusMaster memory, Console console) {
        control = new SystemControlPorts(other.control);
        power = new PowerSwitch(other.power);
        pics = new PicPair(other.pics);
        pit = new Pit(other.pit);
        rtc = new Rtc(other.rtc);
        coprocessor = new CoprocessorError(other.coprocessor);
        com1 = new Uart(other.com1, console);
        keyboard = new KeyboardController(other.keyboard, control);
        vga = new Vga(other.vga, memory);
        primary = new AtaChannel(other.primary);
        secondary = new AtaChannel(other.secondary);
        floppy = other.floppy == null ? null : new Disk(other.floppy);
        dma = new Dma(other.dma, memory);
        floppyController = new FloppyController(other.floppyController, floppy, dma);
        apics = other.apics == null ? null : new Apics(other.apics);
        pci = other.pci == null ? null : new PciBus(other.pci, memory);
        timed = List.of(rtc, com1, keyboard, vga, primary, secondary, floppyController);
    }

    /** What answers at {@code port}, or null. The timer, which needs the time, is asked by the board. */
    Device at(int port) {
        return switch (port) {
            case PicPair.MASTER, PicPair.MASTER + 1, PicPair.SLAVE, PicPair.SLAVE + 1 -> pics;
            case PicPair.ELCR, PicPair.ELCR + 1 -> pics;
            case Rtc.INDEX, Rtc.DATA -> rtc;
            case KeyboardController.DATA, KeyboardController.COMMAND -> keyboard;
            case SystemControlPorts.PORT_A, SystemControlPorts.RESET -> control;
            case CoprocessorError.CLEAR -> coprocessor;
            case AtaChannel.PRIMARY + AtaChannel.CONTROL -> primary;
            case AtaChannel.SECONDARY + AtaChannel.CONTROL -> secondary;
            default -> inRange(port);
        };
    }

    private Device inRange(int port) {
        if (port >> 3 == Uart.BASE >> 3) return com1;
        if (Dma.isAt(port)) return dma;
        if (port >> 3 == FloppyController.BASE >> 3) return floppyController;
        if (port >> 5 == Vga.BASE >> 5) return vga;
        if (port >> 3 == AtaChannel.PRIMARY >> 3) return primary;
        return port >> 3 == AtaChannel.SECONDARY >> 3 ? secondary : null;
    }

    /** The channel whose data port this is, or null. */
    AtaChannel withDataAt(int port) {
        if (port == AtaChannel.PRIMARY) return primary;
        return port == AtaChannel.SECONDARY ? secondary : null;
    }

    /** The disks, in the order in which they are plugged in. */
    List<Disk> disks() {
        return Stream.of(primary, secondary)
                .flatMap(channel -> channel.drives().stream())
                .filter(AtaDrive.class::isInstance)
                .map(drive -> ((AtaDrive) drive).disk())
                .toList();
    }

    void advanceTo(long cycle) {
        for (Device device : timed) device.advanceTo(cycle);
        if (apics != null) apics.local.advanceTo(cycle);
    }

    long nextEvent() {
        long next = apics == null ? Clock.NEVER : apics.local.nextEvent();
        for (Device device : timed) next = Math.min(next, device.nextEvent());
        return next;
    }
}
