package org.sidestep.machine.ia32.device;

import java.util.Locale;

/** The local APIC and the I/O APIC between the 8259 pair and the processor. */
final class Apics implements MappedDevice {
    final LocalApic local;
    final IoApic io;

    private final Refusals refusals;

    Apics(int kiloHertz, Refusals refusals) {
        this.refusals = refusals;
        local = new LocalApic(kiloHertz);
        io = new IoApic(local);
    }

    Apics(Apics other, Refusals refusals) {
        this.refusals = refusals;
        local = new LocalApic(other.local);
        io = new IoApic(other.io, local);
    }

    boolean requested(PicPair pics) {
        return local.pending() >= 0 || pics.requested() && passesExternal();
    }

    private boolean passesExternal() {
        return local.passesExternal() || io.passesExternal();
    }

    /** The vector to deliver. An external request comes after those of the APICs. */
    int acknowledge(PicPair pics) {
        return local.pending() >= 0 ? local.acknowledge() : pics.acknowledge();
    }

    @Override
    public void advanceTo(long cycle) {
        local.advanceTo(cycle);
    }

    @Override
    public long nextEvent() {
        return local.nextEvent();
    }

    @Override
    public boolean isAt(int physical) {
        return local.isAt(physical) || isIo(physical);
    }

    private static boolean isIo(int physical) {
        return (physical & ~0xFFF) == IoApic.BASE;
    }

    /** Registers are 32 bits wide, each at the beginning of 16 bytes; narrower reads give a part of them. */
    @Override
    public int load(int physical, int size) {
        int value = isIo(physical) ? io.read(physical & 0xFF0) : local.read(physical);
        return value >>> 8 * (physical & 3);
    }

    @Override
    public void store(int physical, int size, int value) {
        if (size != 4) {
            refusals.refuse(() -> String.format(
                    Locale.ROOT, "write of %d bytes at %08x: a register of an APIC has four", size, physical));
            return;
        }
        if ((physical & 3) != 0) return;
        if (isIo(physical)) {
            io.write(physical & 0xFF0, value);
        } else {
            int ended = local.write(physical, value);
            if (ended >= 0) io.endOfInterrupt(ended);
        }
    }
}
