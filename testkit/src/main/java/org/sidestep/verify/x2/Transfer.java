package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.Time;

/** Strings on their way, with the page faults of either side (X.2 reference manual, "Ipc": XferTimeouts). */
final class Transfer {

    private static final int TIMEOUT = 0xFFFF;

    /** With what it ends, or stops. */
    enum Ending {
        OVER,
        /** A timeout of zero: no fault is allowed. */
        TIMEOUT,
        /** A thread of the program must be told of it. */
        FAULT
    }

    private final Ids ids;
    private final Player layout;
    private final State state;
    private final int sender;
    private final int receiver;
    private final Memory memory;
    private final int window;
    private final List<Strings.Copied> buffers = new ArrayList<>();
    /** Physical addresses in the window that have been written to. */
    private final Set<Integer> written;

    private Ending ending = Ending.OVER;
    private int faulting = Actor.NOBODY;
    private int faultAddress;

    Transfer(Ids ids, Player layout, State state, int sender, int receiver) {
        this.ids = ids;
        this.layout = layout;
        this.state = state;
        this.sender = sender;
        this.receiver = receiver;
        memory = state.changedMemory();
        window = layout.address(ScriptedThreads.WINDOW);
        written = new HashSet<>(state.progress(sender).written());
    }

    /** Copies from where it was until all is copied, or something stops it. */
    Ending carryOut(Strings.Plan plan) {
        int done = state.progress(sender).bytes();
        for (Strings.Move move : plan.moves().subList(done, plan.moves().size())) {
            if (!maySee(sender, move.source(), false)) break;
            Byte value = read(move.source());
            if (!maySee(receiver, move.target(), true)) break;
            write(move.target(), value);
            done++;
        }
        state.progress(sender, state.progress(sender).to(done, buffers, written));
        return ending;
    }

    /** Who has faulted. */
    int faulting() {
        return faulting;
    }

    int faultAddress() {
        return faultAddress;
    }

    /** The shorter of both timeouts begins with the first fault; the sender's if they are alike. Whether it is more than zero. */
    private boolean mayFault() {
        Progress progress = state.progress(sender);
        if (progress.hasFaulted()) return true;
        double senders = until(state.at(sender).step().transfer() >>> Time.HIGH_SHIFT);
        double receivers = until(state.at(receiver).step().transfer() & TIMEOUT);
        double deadline = Math.min(senders, receivers);
        state.progress(sender, progress.faulted(senders <= receivers, deadline));
        return deadline > state.now();
    }

    private double until(int timeout) {
        return timeout == Time.NEVER ? Actor.NEVER : state.now() + Moments.micros(timeout);
    }

    private boolean isWindow(int address) {
        return Integer.compareUnsigned(address - window, ScriptedThreads.WINDOW_PAGES * Fpage.PAGE_SIZE) < 0;
    }

    /** Whether an address can be accessed, by a page fault that is over at once if need be. */
    private boolean maySee(int party, int address, boolean write) {
        if (!isWindow(address) || !memory.faults(space(party), address, write)) return true;
        if (!mayFault()) {
            ending = Ending.TIMEOUT;
            return false;
        }
        if (state.at(party).pager() != layout.pager()) {
            ending = Ending.FAULT;
            faulting = party;
            faultAddress = address;
            return false;
        }
        if (ids.isCutOff(state, party) || ids.isDiverted(state, party)) throw new Oracle.Undecided();
        int priority = Math.min(state.at(party).priority(), state.at(sender).priority());
        state.passedOver |= state.better(state.ready(), priority);
        return true;
    }

    /** Null if it depends on how much is copied at once: this transfer has written there. */
    private Byte read(int address) {
        if (!isWindow(address)) return Strings.at(ids.party(sender), address - layout.strings(ids.party(sender)));
        Byte value = memory.readByte(space(sender), address);
        return written.contains(memory.physical(space(sender), address)) ? null : value;
    }

    private void write(int address, Byte value) {
        if (!isWindow(address)) {
            if (value == null) return;
            int offset = address - layout.buffers(ids.party(receiver));
            buffers.add(new Strings.Copied(offset, ByteBuffer.wrap(new byte[] {value})));
            return;
        }
        memory.writeByte(space(receiver), address, value);
        written.add(memory.physical(space(receiver), address));
    }

    private int space(int party) {
        return ids.space(state, party);
    }
}
