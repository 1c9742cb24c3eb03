package org.sidestep.machine.ia32.firmware;

import static org.sidestep.isa.Reg16.DX;
import static org.sidestep.isa.Reg8.AH;
import static org.sidestep.isa.Reg8.AL;

import org.sidestep.machine.ia32.device.Board;

/** INT 14h: the first serial port, without interrupts. */
final class SerialPort implements BiosService {
    // spotless:off
    private static final int DATA = 0x3F8, LINE_CONTROL = 0x3FB, LINE_STATUS = 0x3FD, MODEM_STATUS = 0x3FE, DATA_READY = 1;
    private static final int TIMEOUT = 0x80, LINE_BITS = 0x1F;
    // spotless:on

    private final Board board;

    SerialPort(Board board) {
        this.board = board;
    }

    @Override
    public boolean serve(BiosCall call) {
        if (call.get(DX) != 0) {
            call.set(AH, TIMEOUT);
            return false;
        }
        switch (call.get(AH)) {
            case 0x00 -> {
                board.out(LINE_CONTROL, 1, call.get(AL) & LINE_BITS);
                status(call);
            }
            case 0x01 -> {
                board.out(DATA, 1, call.get(AL));
                call.set(AH, board.in(LINE_STATUS, 1));
            }
            case 0x02 -> {
                boolean ready = (board.in(LINE_STATUS, 1) & DATA_READY) != 0;
                if (ready) call.set(AL, board.in(DATA, 1));
                call.set(AH, ready ? 0 : TIMEOUT);
            }
            default -> status(call);
        }
        return false;
    }

    private void status(BiosCall call) {
        call.set(AH, board.in(LINE_STATUS, 1));
        call.set(AL, board.in(MODEM_STATUS, 1));
    }
}
