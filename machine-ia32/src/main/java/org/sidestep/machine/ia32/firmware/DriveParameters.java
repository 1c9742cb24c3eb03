package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.SI;

import org.sidestep.isa.Seg;

/**
 * What INT 13h, AH = 48h tells of a drive (BIOS Enhanced Disk Drive specification 1.1).
 *
 * @param cylinders of a drive without a geometry -1, as are heads and sectors of a track
 */
record DriveParameters(int flags, int cylinders, int heads, int sectorsOfTrack, long sectors, int sectorSize) {
    private static final int SIZE = 26;

    /** Fills the table at DS:SI; false if it has not the room. */
    boolean store(BiosCall call) {
        GuestMemory memory = call.memory;
        int table = call.address(Seg.DS, call.get(SI));
        if (memory.word(table) < SIZE) return false;
        memory.word(table, SIZE);
        memory.word(table + 2, flags);
        memory.number(table + 4, 4, cylinders);
        memory.number(table + 8, 4, heads);
        memory.number(table + 12, 4, sectorsOfTrack);
        memory.number(table + 16, 8, sectors);
        memory.word(table + 24, sectorSize);
        return true;
    }
}
