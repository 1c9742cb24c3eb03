package org.sidestep.machine.ia32.device;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** All devices of one board, as one thing that can be copied for a snapshot. */
final class Chips {
    final SystemControlPorts control;
    final ExitPort exit;
    final PowerSwitch power;
    final PostPort post;
    final DebugConsole debugConsole;
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

    Chips(int kiloHertz, BoardOptions options, Surroundings around) {
        control = new SystemControlPorts();
        exit = new ExitPort();
        power = new PowerSwitch(exit);
        post = new PostPort();
        debugConsole = new DebugConsole(around.console());
        pics = new PicPair();
        pit = new Pit(kiloHertz);
        rtc = new Rtc(kiloHertz);
        CmosSettings.note(rtc, around.memory().size(), options);
        coprocessor = new CoprocessorError();
        com1 = new Uart(kiloHertz, around.console());
        keyboard = new KeyboardController(kiloHertz, control);
        vga = new Vga(kiloHertz, around.memory());
        List<AtaUnit> drives = drives(kiloHertz, options);
        int onPrimary = Math.min(2, options.disks().size());
        primary = new AtaChannel(AtaChannel.PRIMARY, List.copyOf(drives.subList(0, onPrimary)));
        secondary = new AtaChannel(AtaChannel.SECONDARY, List.copyOf(drives.subList(onPrimary, drives.size())));
        floppy = options.floppy().map(Disk::new).orElse(null);
        dma = new Dma(around.memory());
        floppyController = new FloppyController(kiloHertz, floppy, dma);
        apics = options.apic() ? new Apics(kiloHertz, around.refusals()) : null;
        pci = options.rom().isPresent() ? new PciBus(around.memory()) : null;
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

    /**
     * What starts after firmware finds the timer and the interrupt controllers programmed, and the last tick answered: the
     * timer's line is up, as it is at first, and that is no request.
     */
    private void afterFirmware() {
        pit.afterFirmware();
        pit.drive(pics::line);
        pics.afterFirmware();
    }

    Chips(Chips other, Surroundings around) {
        control = new SystemControlPorts(other.control);
        exit = new ExitPort(other.exit);
        power = new PowerSwitch(other.power, exit);
        post = new PostPort(other.post);
        debugConsole = new DebugConsole(around.console());
        pics = new PicPair(other.pics);
        pit = new Pit(other.pit);
        rtc = new Rtc(other.rtc);
        coprocessor = new CoprocessorError(other.coprocessor);
        com1 = new Uart(other.com1, around.console());
        keyboard = new KeyboardController(other.keyboard, control);
        vga = new Vga(other.vga, around.memory());
        primary = new AtaChannel(other.primary);
        secondary = new AtaChannel(other.secondary);
        floppy = other.floppy == null ? null : new Disk(other.floppy);
        dma = new Dma(other.dma, around.memory());
        floppyController = new FloppyController(other.floppyController, floppy, dma);
        apics = other.apics == null ? null : new Apics(other.apics, around.refusals());
        pci = other.pci == null ? null : new PciBus(other.pci, around.memory());
    }

    /** All of them; the debug console last, since it takes the ports that are left. */
    List<Device> all() {
        return Stream.of(
                        control,
                        exit,
                        power,
                        post,
                        pics,
                        pit,
                        rtc,
                        coprocessor,
                        com1,
                        keyboard,
                        vga,
                        primary,
                        secondary,
                        dma,
                        floppyController,
                        apics,
                        pci,
                        debugConsole)
                .filter(Objects::nonNull)
                .toList();
    }

    /** The disks, in the order in which they are plugged in. */
    List<Disk> disks() {
        return Stream.of(primary, secondary)
                .flatMap(channel -> channel.drives().stream())
                .filter(AtaDrive.class::isInstance)
                .map(drive -> ((AtaDrive) drive).disk())
                .toList();
    }
}
