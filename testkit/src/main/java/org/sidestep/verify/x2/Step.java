package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.PreemptFlags;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;

/**
 * What a thread does at once: a system call, or an access to memory.
 *
 * @param action what is called
 * @param registers all but ESP, as they are at the call; those not named are 0
 * @param words MR1 and following
 * @param buffers BR0 and following
 * @param name the virtual sender, if the tag has the flag for it; of an exception, its handler
 * @param transfer its transfer timeouts
 * @param text what it is, for a person
 * @param moments which moments its timeouts mean that are points in time, once it has begun
 */
record Step(
        Action action,
        Map<Reg32, Integer> registers,
        List<Integer> words,
        List<Integer> buffers,
        int name,
        int transfer,
        String text,
        Moments moments) {

    /** An exception, which goes to the thread with this id. */
    Step handledBy(int id, String whose) {
        return new Step(action, registers, words, buffers, id, transfer, text + ", handled by " + whose, moments);
    }

    /** In nobody else's name. */
    Step(Action action, Map<Reg32, Integer> registers, List<Integer> words, List<Integer> buffers, String text) {
        this(action, registers, words, buffers, 0, 0, text, Moments.NONE);
    }

    /** In the name of the thread with this id. */
    Step inTheNameOf(int id, String whose) {
        Map<Reg32, Integer> changed = new TreeMap<>(registers);
        changed.merge(Reg32.ESI, MessageTag.PROPAGATED, (tag, flag) -> tag | flag);
        return new Step(action, changed, words, buffers, id, transfer, text + " in the name of " + whose, moments);
    }

    /** With these transfer timeouts. */
    Step transferring(int timeouts) {
        return new Step(action, registers, words, buffers, name, timeouts, text, moments);
    }

    /** The same, begun at a moment: of a thread that spins it is known until when it does. */
    Step begun(double now) {
        if (action != Action.SPIN) return this;
        Moments until = new Moments(now + register(Reg32.ECX), Actor.NEVER);
        return new Step(action, registers, words, buffers, name, transfer, text, until);
    }

    /** It would have been preempted while it spins. */
    Step pending() {
        Map<Reg32, Integer> changed = new TreeMap<>(registers);
        changed.merge(Reg32.EDX, PreemptFlags.PENDING, (flags, flag) -> flags | flag);
        return new Step(action, changed, words, buffers, name, transfer, text, moments);
    }

    /** Until when a thread spins that has begun to. */
    double spinsUntil() {
        return moments.send();
    }

    /** The same, with each of its points in time understood in every way in which it may be between two moments. */
    List<Step> begun(double from, double to) {
        if (!action.isIpc()) return List.of(this);
        int timeouts = register(Reg32.ECX);
        List<Step> begun = new ArrayList<>();
        for (double send : Moments.of(timeouts >>> Time.HIGH_SHIFT, from, to))
            for (double receive : Moments.of(timeouts & 0xFFFF, from, to))
                begun.add(
                        new Step(action, registers, words, buffers, name, transfer, text, new Moments(send, receive)));
        return begun;
    }

    /** What a step calls: the system calls of the interface that random programs make, accesses to memory and to the floating-point unit, exceptions. */
    enum Action {
        IPC(SystemCall.IPC),
        LIPC(SystemCall.LIPC),
        UNMAP(SystemCall.UNMAP),
        EXCHANGE(SystemCall.EXCHANGE_REGISTERS),
        CONTROL(SystemCall.THREAD_CONTROL),
        SWITCH(SystemCall.THREAD_SWITCH),
        SCHEDULE(SystemCall.SCHEDULE),
        /** Sets the redirector of a space. */
        REDIRECT(SystemCall.SPACE_CONTROL),
        /** Loads the word at EAX into EAX. */
        READ(null),
        /** Stores EDX at EAX. */
        WRITE(null),
        /** Puts the number in EDX into the floating-point unit. */
        LOAD(null),
        /** The number that is there into EAX. */
        STORE(null),
        /** Executes an instruction that there is not. */
        UNDEFINED(null),
        /** Executes one that user level must not. */
        PRIVILEGED(null),
        /** Does nothing until ECX microseconds have passed, with the preempt flags in EDX; in EAX what they have become. */
        SPIN(null),
        /** Lets a device raise its interrupt line, which is the keyboard's. */
        RAISE(null),
        /** What the kernel sends for a thread that is preempted; no program does it. */
        PREEMPTION(null),
        /** Its total quantum is used up. */
        QUANTUM(null),
        /** What the kernel sends to a pager that is a thread of the program. */
        FAULT(null),
        /** What the thread of an interrupt sends; no program does it. */
        INTERRUPT(null),
        /** Goes on where nothing is, as the answer to an exception wants it; no program does it. */
        STRAY(null);

        private final SystemCall call;

        Action(SystemCall call) {
            this.call = call;
        }

        /** Null for an access. */
        SystemCall call() {
            return call;
        }

        boolean isIpc() {
            return this == IPC || this == LIPC;
        }

        /** Whether the kernel may have to send something for who does it. */
        boolean mayFault() {
            return this == READ || this == WRITE || isException();
        }

        /** Whether it raises an exception. */
        boolean isException() {
            return this == UNDEFINED || this == PRIVILEGED;
        }

        /** Whether it is a call that the kernel makes for a thread. */
        boolean isOnBehalf() {
            return isException() || this == PREEMPTION || this == QUANTUM || this == FAULT || this == INTERRUPT;
        }
    }

    Step {
        registers = Map.copyOf(registers);
        words = List.copyOf(words);
        buffers = List.copyOf(buffers);
    }

    int register(Reg32 register) {
        return registers.getOrDefault(register, 0);
    }

    @Override
    public String toString() {
        String values = new TreeMap<>(registers)
                .entrySet().stream()
                        .map(each -> each.getKey() + " " + Integer.toHexString(each.getValue()))
                        .collect(Collectors.joining(", "));
        return text + " [" + values + (words.isEmpty() ? "" : "; MR1.. " + hex(words))
                + (buffers.isEmpty() ? "" : "; BR0.. " + hex(buffers))
                + (name == 0 || !action.isIpc() ? "" : "; virtual sender " + Integer.toHexString(name))
                + (transfer == 0 ? "" : "; transfer timeouts " + Integer.toHexString(transfer)) + "]";
    }

    static String hex(List<Integer> words) {
        return words.stream().map(Integer::toHexString).collect(Collectors.joining(" "));
    }
}
