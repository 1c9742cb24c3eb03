package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.AX;
import static org.sidestep.isa.Reg16.BX;
import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DI;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg16.SI;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import java.util.List;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.ia32.boot.PhysicalMemoryMap;
import org.sidestep.machine.ia32.device.Board;

/** INT 15h: memory, line 20, and what else grew there (Advanced Configuration and Power Interface 1.0, chapter 14, for E820h). */
final class SystemServices implements BiosService {
    // spotless:off
    private static final int UNSUPPORTED = 0x86, SMAP = 0x534D4150, ENTRY = 20;
    private static final int PORT_A = 0x92, A20 = 0x02, MEGABYTES_16 = 16 << 10, MOST_BELOW_16M = 15 << 10;
    private static final int SOURCE = 0x10, DESTINATION = 0x18, BASE = 2;
    // spotless:on

    private final Board board;
    private final int memorySize;
    private final int systemTable;
    private final int kiloHertz;

    /** When the current wait ends, in cycles, or -1. */
    private long waitEnd = -1;

    /** @param systemTable offset of the system configuration table in the ROM */
    SystemServices(Board board, int memorySize, int systemTable, int kiloHertz) {
        this.board = board;
        this.memorySize = memorySize;
        this.systemTable = systemTable;
        this.kiloHertz = kiloHertz;
    }

    @Override
    public boolean serve(BiosCall call) {
        int extended = PhysicalMemoryMap.upperKilobytes(memorySize);
        switch (call.get(AX)) {
            case 0x2400, 0x2401 -> {
                board.out(PORT_A, 1, call.get(AL) == 1 ? A20 : 0);
                call.status(0);
            }
            case 0x2402 -> {
                call.status(0);
                call.set(AL, board.in(PORT_A, 1) >> 1 & 1);
            }
            case 0x2403 -> {
                call.status(0);
                call.set(BX, 3);
            }
            case 0xE801 -> {
                call.set(AX, Math.min(extended, MOST_BELOW_16M));
                call.set(BX, Math.max(0, extended + 1024 - MEGABYTES_16) >> 6);
                call.set(CX, call.get(AX));
                call.set(DX, call.get(BX));
                call.carry(false);
            }
            case 0xE820 -> memoryMap(call);
            default -> {
                return byFunction(call, extended);
            }
        }
        return false;
    }

    private boolean byFunction(BiosCall call, int extended) {
        switch (call.get(AH)) {
            case 0x4F -> call.carry(true);
            case 0x86 -> {
                return pause(call);
            }
            case 0x87 -> moveBlock(call);
            case 0x88 -> {
                call.set(AX, Math.min(extended, 0xFFFF));
                call.carry(false);
            }
            case 0x90, 0x91 -> call.status(0);
            case 0xC0 -> {
                call.status(0);
                call.set(BX, systemTable);
                call.set(Seg.ES, BiosRom.SEGMENT);
            }
            case 0xC1 -> {
                call.carry(false);
                call.set(Seg.ES, call.memory.word(DataArea.EBDA_SEGMENT));
            }
            default -> call.status(UNSUPPORTED);
        }
        return false;
    }

    private void memoryMap(BiosCall call) {
        List<PhysicalMemoryMap.Range> ranges = PhysicalMemoryMap.of(memorySize).ranges();
        int index = call.get(Reg32.EBX);
        boolean wanted = call.get(Reg32.EDX) == SMAP && call.get(Reg32.ECX) >= ENTRY;
        if (!wanted || index < 0 || index >= ranges.size()) {
            call.status(UNSUPPORTED);
            return;
        }
        PhysicalMemoryMap.Range range = ranges.get(index);
        int at = call.address(Seg.ES, call.get(DI));
        call.memory.number(at, 8, range.from());
        call.memory.number(at + 8, 8, range.length());
        call.memory.number(at + 16, 4, range.type().number());
        call.set(Reg32.EAX, SMAP);
        call.set(Reg32.ECX, ENTRY);
        call.set(Reg32.EBX, index + 1 < ranges.size() ? index + 1 : 0);
        call.carry(false);
    }

    /** Moves CX words between the linear addresses of two descriptors that the caller has prepared. */
    private static void moveBlock(BiosCall call) {
        int table = call.address(Seg.ES, call.get(SI));
        byte[] words = call.memory.read(base(call.memory, table + SOURCE), 2 * Math.min(call.get(CX), 0x8000));
        call.memory.write(base(call.memory, table + DESTINATION), words);
        call.status(0);
        call.zero(true);
    }

    private static int base(GuestMemory memory, int descriptor) {
        return (int) memory.number(descriptor + BASE, 3) | memory.octet(descriptor + 7) << 24;
    }

    /** CX:DX microseconds, looked at once a timer tick or whatever else interrupts. */
    private boolean pause(BiosCall call) {
        long now = board.now();
        long microseconds = (long) call.get(CX) << 16 | call.get(DX);
        if (waitEnd < 0) waitEnd = now + microseconds * kiloHertz / 1000;
        if (now < waitEnd) return true;
        waitEnd = -1;
        call.status(0);
        return false;
    }
}
