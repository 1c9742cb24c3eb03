package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.CX;
import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;
import static org.sidestep.isa.Reg8.CH;
import static org.sidestep.isa.Reg8.CL;
import static org.sidestep.isa.Reg8.DH;
import static org.sidestep.isa.Reg8.DL;

import org.sidestep.machine.ia32.device.Board;

/** INT 1Ah: the count of timer ticks since midnight, and the clock in the CMOS chip, both as BCD and as it is. */
final class ClockServices implements BiosService {
    // spotless:off
    private static final int INDEX = 0x70, DATA = 0x71;
    private static final int SECOND = 0, MINUTE = 2, HOUR = 4, DAY = 7, MONTH = 8, YEAR = 9, CENTURY = 0x32;
    private static final int TICKS_PER_DAY = 0x1800B0, SECONDS_PER_DAY = 86400;
    // spotless:on

    private final Board board;

    ClockServices(Board board) {
        this.board = board;
    }

    @Override
    public boolean serve(BiosCall call) {
        GuestMemory memory = call.memory;
        call.carry(false);
        switch (call.get(AH)) {
            case 0x00 -> {
                call.set(CX, memory.word(DataArea.TICKS + 2));
                call.set(DX, memory.word(DataArea.TICKS));
                call.set(AL, memory.octet(DataArea.MIDNIGHT_PASSED));
                memory.octet(DataArea.MIDNIGHT_PASSED, 0);
            }
            case 0x01 -> {
                memory.word(DataArea.TICKS + 2, call.get(CX));
                memory.word(DataArea.TICKS, call.get(DX));
                memory.octet(DataArea.MIDNIGHT_PASSED, 0);
            }
            case 0x02 -> {
                call.set(CX, cmos(HOUR) << 8 | cmos(MINUTE));
                call.set(DX, cmos(SECOND) << 8);
            }
            case 0x03 -> {
                cmos(HOUR, call.get(CH));
                cmos(MINUTE, call.get(CL));
                cmos(SECOND, call.get(DH));
            }
            case 0x04 -> {
                call.set(CX, cmos(CENTURY) << 8 | cmos(YEAR));
                call.set(DX, cmos(MONTH) << 8 | cmos(DAY));
            }
            case 0x05 -> {
                cmos(CENTURY, call.get(CH));
                cmos(YEAR, call.get(CL));
                cmos(MONTH, call.get(DH));
                cmos(DAY, call.get(DL));
            }
            default -> call.carry(true);
        }
        return false;
    }

    /** Ticks since midnight by the CMOS clock. */
    int ticks() {
        long seconds = (binary(cmos(HOUR)) * 60L + binary(cmos(MINUTE))) * 60 + binary(cmos(SECOND));
        return (int) (seconds * TICKS_PER_DAY / SECONDS_PER_DAY);
    }

    private static int binary(int bcd) {
        return (bcd >> 4) * 10 + (bcd & 15);
    }

    private int cmos(int register) {
        board.out(INDEX, 1, register);
        return board.in(DATA, 1);
    }

    private void cmos(int register, int value) {
        board.out(INDEX, 1, register);
        board.out(DATA, 1, value);
    }
}
