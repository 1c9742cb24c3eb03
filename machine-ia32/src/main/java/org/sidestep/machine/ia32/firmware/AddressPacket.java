package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.SI;

import org.sidestep.isa.Seg;

/**
 * What the extended functions of INT 13h are asked for (BIOS Enhanced Disk Drive Specification 1.1, disk address packet).
 *
 * @param at linear address of the packet, at DS:SI
 * @param count of blocks
 * @param buffer linear address
 * @param block the first one
 */
record AddressPacket(int at, int count, int buffer, long block) {
    private static final int COUNT = 2, OFFSET = 4, SEGMENT = 6, BLOCK = 8;

    static AddressPacket of(BiosCall call) {
        GuestMemory memory = call.memory;
        int at = call.address(Seg.DS, call.get(SI));
        int buffer = (memory.word(at + SEGMENT) << 4) + memory.word(at + OFFSET);
        return new AddressPacket(at, memory.word(at + COUNT), buffer, memory.number(at + BLOCK, 8));
    }

    /** Whether all blocks are on a medium of so many. */
    boolean isWithin(int blocks) {
        return block >= 0 && block + count <= blocks && block <= blocks;
    }

    /** Nothing was transferred. */
    void refuse(GuestMemory memory) {
        memory.word(at + COUNT, 0);
    }
}
