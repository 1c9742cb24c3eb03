package org.sidestep.kernel.l4.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelInvariants;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.kernel.KernelProvider;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.boot.Tss;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.layout.Field;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.x2.UserSegment;

/**
 * What must hold of the kernel's structures whenever it returns to user level. Reads them from the machine's memory, at no
 * cost to the guest; what it finds wrong is in {@link #violations}.
 */
public final class Invariants implements KernelInvariants, Observer {

    /** A broken structure tends to break every later exit too. */
    private static final int MOST = 20;

    private final ThreadLayout thread;
    private final Tcb tcb;
    private final Field next;
    private final Field previous;
    private final List<Integer> exits;
    private final int firstTimed;
    private final List<String> violations = new ArrayList<>();

    private Machine machine;
    private Structures structures;
    private long exitsSeen;
    private int last;

    /** The invariants of the kernel that {@code request} assembles to {@code image}; the scheduler one of this package's two. */
    public Invariants(KernelProvider.Request request, KernelImage image) {
        Kernel kernel = new Kernel(request);
        thread = kernel.thread;
        tcb = kernel.tcb;
        next = thread.tcb.field("scheduler.next");
        previous = thread.tcb.field("scheduler.previous");
        firstTimed = image.program().address("timeout.first");
        exits = image.probes().getOrDefault(KernelProbes.KERNEL_EXIT, List.of()).stream()
                .map(image.program()::address)
                .toList();
    }

    @Override
    public Invariants attach(Machine checked) {
        exits.forEach(checked::watch);
        checked.observe(this);
        return this;
    }

    /** With the exit at which each was found. */
    @Override
    public List<String> violations() {
        return violations;
    }

    /** How many exits were checked. */
    public long exitsSeen() {
        return exitsSeen;
    }

    @Override
    public void passed(Machine at, int address) {
        if (violations.size() >= MOST || !exits.contains(address)) return;
        machine = at;
        structures = new Structures(at, thread);
        exitsSeen++;
        int current = structures.current();
        Map<Integer, Integer> threads = structures.threads();
        current(current);
        threads.forEach((each, state) -> {
            ready(each, state, each == current);
            sending(each, state);
            receiving(each);
            framed(each, state, each == current);
            halted(each, state);
            named(each);
        });
        timeouts(threads);
    }

    private void current(int current) {
        int space = get(current, thread.space);
        require(get(current, thread.state) == State.READY, current, "runs but is not READY");
        boolean switched = current != last;
        last = current;
        require(
                !switched || machine.peek(MemoryMap.CURRENT_UTCB) == get(current, thread.localId),
                current,
                "was switched to, but the current UTCB is another");
        require(
                machine.control(Cr.CR3) == get(current, thread.pageDirectory),
                current,
                "runs in another page directory");
        require(
                (machine.peek(Tss.ioMapBase().displacement()) & 0xFFFF) == get(space, SpaceLayout.IO_MAP_BASE),
                current,
                "runs with another space's I/O bitmap");
    }

    private void ready(int each, int state, boolean current) {
        int after = get(each, next);
        boolean queued = after != 0;
        require(
                queued == (state == State.READY && !current),
                each,
                "is in the ready queue exactly if READY and not running");
        if (!queued) return;
        require(get(after, previous) == each, each, "is not before its successor in the ready queue");
        require(get(get(each, previous), next) == each, each, "is not after its predecessor in the ready queue");
    }

    private void sending(int each, int state) {
        int receiver = get(each, tcb.receiver);
        require((receiver != 0) == (state == State.SENDING), each, "has a receiver exactly if SENDING");
        if (receiver == 0) return;
        require(get(receiver, tcb.firstSender) != 0, each, "is queued at a receiver whose queue is empty");
        require(
                get(get(each, tcb.nextSender), tcb.previousSender) == each,
                each,
                "is not before its successor in the send queue");
        require(
                get(get(each, tcb.nextSender), tcb.receiver) == receiver,
                each,
                "shares a send queue with another's sender");
    }

    private void receiving(int each) {
        int first = get(each, tcb.firstSender);
        if (first == 0) return;
        require(get(first, thread.state) == State.SENDING, each, "has a first sender that is not SENDING");
        require(get(first, tcb.receiver) == each, each, "has a first sender that sends to another");
    }

    private void framed(int each, int state, boolean current) {
        boolean framed = state == State.READY && !current || state == State.SENDING || state == State.WAITING_FRAME;
        if (!framed) return;
        int frame = each + MemoryMap.TCB_SIZE - Frame.SIZE;
        int flags = get(frame, Frame.EFLAGS);
        require((get(frame, Frame.CS) & 0xFFFF) == UserSegment.CODE, each, "has a frame with a wrong CS");
        require((get(frame, Frame.SS) & 0xFFFF) == UserSegment.DATA, each, "has a frame with a wrong SS");
        require(
                (flags & (Eflags.IF | Eflags.IOPL)) == Eflags.IF,
                each,
                "has a frame with interrupts off or I/O privilege");
    }

    private void halted(int each, int state) {
        if (get(each, tcb.halted) == 0) return;
        require(
                state == State.INACTIVE || state == State.SENDING || state == State.WAITING_FRAME,
                each,
                "is halted, but may run");
    }

    private void named(int each) {
        int localId = get(each, thread.localId);
        int space = get(each, thread.space);
        if (localId == 0 || space == 0) return;
        int index = (localId - get(space, SpaceLayout.UTCB_AREA)) / MemoryMap.UTCB_SIZE;
        require(
                machine.peek(get(space, SpaceLayout.UTCB_MAP) + 4 * index) == each,
                each,
                "is not found by its local id");
        require(
                get(space, SpaceLayout.PAGE_DIRECTORY) == get(each, thread.pageDirectory),
                each,
                "has another page directory than its space");
    }

    private void timeouts(Map<Integer, Integer> threads) {
        List<Integer> listed = new ArrayList<>();
        for (int each = machine.peek(firstTimed); each != 0; each = get(each, tcb.nextTimed)) {
            int state = get(each, thread.state);
            require(get(each, tcb.timed) != 0, each, "is in the list of timeouts without knowing it");
            require(state == State.SENDING || state == State.WAITING_FRAME, each, "has a timeout but does not wait");
            if (!listed.isEmpty()) {
                int earlier = listed.get(listed.size() - 1);
                require(
                        Long.compareUnsigned(expiry(each), expiry(earlier)) >= 0,
                        each,
                        "expires before its predecessor in the list");
            }
            listed.add(each);
            if (listed.size() > MemoryMap.THREADS) {
                require(false, each, "is in a list of timeouts that does not end");
                return;
            }
        }
        threads.keySet()
                .forEach(each -> require(
                        (get(each, tcb.timed) != 0) == listed.contains(each),
                        each,
                        "is in the list of timeouts exactly if timed"));
    }

    private long expiry(int each) {
        return (long) get(each, tcb.expiryHigh) << 32 | Integer.toUnsignedLong(get(each, tcb.expiry));
    }

    private int get(int structure, Field field) {
        return structures.get(structure, field);
    }

    private void require(boolean holds, int each, String otherwise) {
        if (holds || violations.size() >= MOST) return;
        violations.add(String.format(
                Locale.ROOT,
                "exit %d at cycle %d: thread %d (state %d) %s",
                exitsSeen,
                machine.cycles(),
                (each - MemoryMap.window(MemoryMap.TCBS)) / MemoryMap.TCB_SIZE,
                get(each, thread.state),
                otherwise));
    }
}
