package org.sidestep.machine.ia32.device;

/** The local APIC and the I/O APIC between the 8259 pair and the processor. */
final class Apics {
    final LocalApic local;
    final IoApic io;

    Apics(int kiloHertz) {
        local = new LocalApic(kiloHertz);
        io = new IoApic(local);
    }

    Apics(Apics other) {
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

    boolean isAt(int physical) {
        return local.isAt(physical) || isIo(physical);
    }

    private static boolean isIo(int physical) {
        return (physical & ~0xFFF) == IoApic.BASE;
    }

    /** Registers are 32 bits wide, each at the beginning of 16 bytes; narrower reads give a part of them. */
    int read(int physical) {
        int value = isIo(physical) ? io.read(physical & 0xFF0) : local.read(physical);
        return value >>> 8 * (physical & 3);
    }

    void write(int physical, int value) {
        if ((physical & 3) != 0) return;
        if (isIo(physical)) {
            io.write(physical & 0xFF0, value);
        } else {
            int ended = local.write(physical, value);
            if (ended >= 0) io.endOfInterrupt(ended);
        }
    }
}
