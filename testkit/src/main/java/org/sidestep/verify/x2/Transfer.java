package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.Time;

/**
 * Strings on their way, with the page faults of either side (X.2 reference manual, "Ipc": XferTimeouts). A transfer timeout is zero, or
 * none: the pager is so quick that no other passes.
 */
final class Transfer {

    private static final int TIMEOUT = 0xFFFF;

    private final Ids ids;
    private final Player layout;
    private final State state;
    private final int sender;
    private final int receiver;
    private final Memory memory;
    private final int window;
    private final List<Strings.Copied> buffers = new ArrayList<>();
    /** Physical addresses in the window that have been written to. */
    private final Set<Integer> written = new HashSet<>();

    Transfer(Ids ids, Player layout, State state, int sender, int receiver) {
        this.ids = ids;
        this.layout = layout;
        this.state = state;
        this.sender = sender;
        this.receiver = receiver;
        memory = state.changedMemory();
        window = layout.address(ScriptedThreads.WINDOW);
    }

    /** How many bytes are copied until a fault that may not be, or until all are. */
    int carryOut(Strings.Plan plan) {
        int done = 0;
        for (Strings.Move move : plan.moves()) {
            if (!maySee(sender, move.source(), false)) return done;
            byte value = read(move.source());
            if (!maySee(receiver, move.target(), true)) return done;
            write(move.target(), value);
            done++;
        }
        return done;
    }

    /** What has come into buffers that are not in the window. */
    List<Strings.Copied> buffers() {
        return buffers;
    }

    /** Whether it is the sender's timeout that has ended it. */
    boolean senderIsLimit() {
        return state.at(sender).step().transfer() >>> Time.HIGH_SHIFT == Time.ZERO;
    }

    private boolean isLimited() {
        return senderIsLimit() || (state.at(receiver).step().transfer() & TIMEOUT) == Time.ZERO;
    }

    private boolean isWindow(int address) {
        return Integer.compareUnsigned(address - window, ScriptedThreads.WINDOW_PAGES * Fpage.PAGE_SIZE) < 0;
    }

    /** Whether an address can be accessed, by a page fault if need be. */
    private boolean maySee(int party, int address, boolean write) {
        if (!isWindow(address) || !memory.faults(space(party), address, write)) return true;
        if (isLimited()) return false;
        if (state.at(party).pager() != layout.pager() || ids.isCutOff(state, party)) throw new Oracle.Undecided();
        int priority = Math.min(state.at(party).priority(), state.at(sender).priority());
        state.passedOver |= state.better(state.ready(), priority);
        return true;
    }

    private byte read(int address) {
        if (!isWindow(address)) return Strings.at(ids.party(sender), address - layout.strings(ids.party(sender)));
        byte value = memory.readByte(space(sender), address);
        // it depends on how much is copied at once
        if (written.contains(memory.physical(space(sender), address))) throw new Oracle.Undecided();
        return value;
    }

    private void write(int address, byte value) {
        if (!isWindow(address)) {
            int offset = address - layout.buffers(ids.party(receiver));
            buffers.add(new Strings.Copied(offset, ByteBuffer.wrap(new byte[] {value})));
            return;
        }
        memory.writeByte(space(receiver), address, value);
        written.add(memory.physical(space(receiver), address));
    }

    private int space(int party) {
        return ids.party(party).space();
    }
}
