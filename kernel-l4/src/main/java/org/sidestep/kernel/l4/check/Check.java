package org.sidestep.kernel.l4.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.sidestep.asm.Label;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.ThreadLayout.State;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Selectors;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Tcb.Protocol;
import org.sidestep.kernel.l4.tss.Tss;
import org.sidestep.layout.Field;
import org.sidestep.machine.NotMapped;
import org.sidestep.x2.UserSegment;

/** One check of {@link Invariants}, of a machine as it is now. */
final class Check {

    private final Kernel kernel;
    private final ThreadLayout thread;
    private final Tcb tcb;
    private final Structures structures;
    private final List<String> violations = new ArrayList<>();

    Check(Kernel kernel, Structures structures) {
        this.kernel = kernel;
        this.structures = structures;
        thread = kernel.thread;
        tcb = kernel.tcb;
    }

    /** What is wrong; where the structures lead out of memory, as far as they could be followed. */
    List<String> violations() {
        try {
            all();
        } catch (NotMapped e) {
            violations.add("the kernel's structures lead to where there is no memory: " + e.getMessage());
        }
        return violations;
    }

    private void all() {
        int current = structures.current();
        int[] threads = structures.threads();
        current(current);
        for (int each : threads) {
            int state = structures.state(each);
            sending(each, state);
            receiving(each);
            framed(each, state, each == current);
            transferring(each, state);
            answering(each, each == current);
            halted(each, state);
            named(each);
        }
        ready(threads, current);
        ring(threads);
        timeouts(threads);
        new Mappings(kernel, structures, violations::add).check(threads);
    }

    private void current(int current) {
        int space = get(current, thread.space);
        require(get(current, thread.state) == State.READY, current, "runs but is not READY");
        require(
                structures.machine().control(Cr.CR3) == get(current, thread.pageDirectory),
                current,
                "runs in another page directory");
        require(
                (structures.word(Tss.ioMapBase().displacement()) & 0xFFFF) == get(space, SpaceLayout.IO_MAP_BASE),
                current,
                "runs with another space's I/O bitmap");
    }

    /** Exactly the threads that are READY and do not run are queued, once each. */
    private void ready(int[] threads, int current) {
        List<Integer> queued = kernel.scheduler.queued(structures, violations::add);
        for (int each : threads) {
            int expected = structures.state(each) == State.READY && each != current ? 1 : 0;
            int found = Collections.frequency(queued, each);
            if (found != expected) violate(each, "is " + found + " times in the ready queue instead of " + expected);
        }
        queued.stream()
                .filter(each -> Arrays.binarySearch(threads, each) < 0)
                .distinct()
                .sorted()
                .forEach(each -> violations.add("no thread is in the ready queue: " + Diagnosis.hex(each)));
    }

    /** All threads that exist are in the ring of all threads, once each. */
    private void ring(int[] threads) {
        int head = structures.address(kernel.labels.threads) - tcb.nextThread.offset();
        if (get(head, tcb.nextThread) == 0) return;
        List<Integer> listed = new ArrayList<>();
        for (int each = get(head, tcb.nextThread); each != head; each = get(each, tcb.nextThread)) {
            listed.add(each);
            require(
                    get(get(each, tcb.nextThread), tcb.previousThread) == each,
                    each,
                    "is not before its successor among all threads");
            if (listed.size() > threads.length) break;
        }
        Collections.sort(listed);
        List<Integer> existing = Arrays.stream(threads).boxed().toList();
        if (!listed.equals(existing)) violations.add("not exactly the threads that exist are among all threads");
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

    /** User level may load either, and gets back from a frame what it had. */
    private static boolean isStack(int selector) {
        return selector == UserSegment.DATA || selector == UserSegment.UTCB;
    }

    private void framed(int each, int state, boolean current) {
        boolean framed = state == State.READY && !current || state == State.SENDING || state == State.WAITING_FRAME;
        if (!framed || partner(each) != 0) return;
        int frame = each + MemoryMap.TCB_SIZE - Frame.SIZE;
        int flags = get(frame, Frame.EFLAGS);
        require((get(frame, Frame.CS) & 0xFFFF) == UserSegment.CODE, each, "has a frame with a wrong CS");
        require(isStack(get(frame, Frame.SS) & 0xFFFF), each, "has a frame with a wrong SS");
        require(
                (flags & (Eflags.IF | Eflags.IOPL)) == Eflags.IF,
                each,
                "has a frame with interrupts off or I/O privilege");
    }

    /** The other thread of the transfer of strings in which this one is, or 0. */
    private int partner(int each) {
        int receiver = get(each, tcb.transfer.to);
        return receiver != 0 ? receiver : get(each, tcb.transfer.from);
    }

    /** Two are in a transfer, of which one waits, and the other copies or deals with a fault; both go on inside the kernel. */
    private void transferring(int each, int state) {
        int partner = partner(each);
        if (partner == 0) {
            require(state != State.TRANSFER, each, "waits for the end of no transfer");
            return;
        }
        boolean sends = get(each, tcb.transfer.to) != 0;
        require(!sends || get(each, tcb.transfer.from) == 0, each, "sends and receives strings at once");
        require(partner(partner) == each, each, "is in a transfer with one who is in another");
        boolean waits = state == State.TRANSFER;
        require(
                waits != (structures.state(partner) == State.TRANSFER),
                each,
                "is in a transfer in which not exactly one waits");
        boolean faults = get(each, tcb.protocol) == Protocol.PAGE_FAULT;
        require(
                waits || state == State.READY || (state == State.SENDING || state == State.WAITING_FRAME) && faults,
                each,
                "is in a transfer and does something else");
        int frame = each + MemoryMap.TCB_SIZE - Frame.SIZE;
        int place = get(frame, Frame.EIP);
        boolean known = sends
                ? isAt(place, kernel.labels.transferContinue)
                : isAt(place, kernel.labels.transferFault) || isAt(place, kernel.labels.transferResume);
        require(known, each, "is in a transfer and goes on elsewhere");
        require(get(frame, Frame.EBX) == each, each, "goes on inside the kernel as another");
        require(get(frame, Frame.CS) == Selectors.KERNEL_CODE, each, "goes on inside the kernel with a wrong CS");
        require((get(frame, Frame.EFLAGS) & Eflags.IF) == 0, each, "goes on inside the kernel with interrupts on");
    }

    /** Who is in the middle of an answer to a fault goes on with it, and nothing else. */
    private void answering(int each, boolean current) {
        if (current || get(each, tcb.answering) == 0) return;
        int stub = structures.address(kernel.labels.ipcStub) - MemoryMap.KIP;
        int goesOn = get(each + MemoryMap.TCB_SIZE - Frame.SIZE, Frame.EIP);
        require(
                goesOn == get(get(each, thread.space), SpaceLayout.KIP) + stub,
                each,
                "is in the middle of an answer and goes on elsewhere");
    }

    private boolean isAt(int address, Label label) {
        return address == structures.address(label);
    }

    private void halted(int each, int state) {
        if (get(each, tcb.halted) == 0) return;
        require(
                state == State.INACTIVE || state == State.SENDING || state == State.WAITING_FRAME || partner(each) != 0,
                each,
                "is halted, but may run");
    }

    private void named(int each) {
        int localId = get(each, thread.localId);
        int space = get(each, thread.space);
        if (localId == 0 || space == 0) return;
        int index = (localId - get(space, SpaceLayout.UTCB_AREA)) / MemoryMap.UTCB_SIZE;
        require(
                structures.word(get(space, SpaceLayout.UTCB_MAP) + 4 * index) == each,
                each,
                "is not found by its local id");
        boolean limited = get(space, SpaceLayout.REDIRECTOR) != 0 || get(each, tcb.named) != 0;
        require(
                get(each, tcb.reach) == (limited ? Tcb.NOT_BEYOND : space),
                each,
                "does not know whether its space has a redirector, or somebody is queued in another's name");
        require(
                get(space, SpaceLayout.PAGE_DIRECTORY) == get(each, thread.pageDirectory),
                each,
                "has another page directory than its space");
    }

    private void timeouts(int[] threads) {
        List<Integer> listed = new ArrayList<>();
        for (int each = structures.word(structures.address(kernel.labels.timeoutFirst));
                each != 0;
                each = get(each, tcb.nextTimed)) {
            int state = get(each, thread.state);
            require(get(each, tcb.timed) != 0, each, "is in the list of timeouts without knowing it");
            require(
                    state == State.SENDING || state == State.WAITING_FRAME || state == State.TRANSFER,
                    each,
                    "has a timeout but does not wait");
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
        for (int each : threads) {
            require(
                    (get(each, tcb.timed) != 0) == listed.contains(each),
                    each,
                    "is in the list of timeouts exactly if timed");
        }
    }

    private long expiry(int each) {
        return (long) get(each, tcb.expiryHigh) << 32 | Integer.toUnsignedLong(get(each, tcb.expiry));
    }

    private int get(int structure, Field field) {
        return structures.word(structure, field);
    }

    private void require(boolean holds, int each, String otherwise) {
        if (!holds) violate(each, otherwise);
    }

    private void violate(int each, String what) {
        violations.add(String.format(
                Locale.ROOT,
                "thread %d (state %d) %s",
                (each - MemoryMap.TCBS) / MemoryMap.TCB_SIZE,
                structures.state(each),
                what));
    }
}
