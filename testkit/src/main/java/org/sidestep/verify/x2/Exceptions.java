package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Step.Action;
import org.sidestep.x2.Protocol;

/**
 * X.2 reference manual, "Exception Protocol", "IA-32 Exception Message": a message with all registers, as if the thread called its handler,
 * whose answer sets them.
 */
final class Exceptions {

    /** UTCBs and interface pages are at addresses that begin so. */
    private static final int INTERFACE = 0xBF;

    private static final int INTERFACE_SHIFT = 24;

    private static final int EIP = 0;
    private static final int EFLAGS = 1;
    private static final int VECTOR = 2;
    private static final int ERROR = 3;
    private static final int ESP = 7;

    /** In the order of the message. */
    private static final List<Reg32> REGISTERS =
            List.of(Reg32.EDI, Reg32.ESI, Reg32.EBP, Reg32.ESP, Reg32.EBX, Reg32.EDX, Reg32.ECX, Reg32.EAX);

    private static final int FIRST_REGISTER = 4;

    private static final int INVALID_OPCODE = 6;
    private static final int GENERAL_PROTECTION = 13;

    /** Bytes of the return address on the stack of a thread that raises one. */
    private static final int PUSHED = 4;

    private final Player layout;

    Exceptions(Player layout) {
        this.layout = layout;
    }

    /** The call that an exception is: to its handler, and from it. */
    Step call(Party party, Step raised) {
        List<Integer> words = new ArrayList<>(List.of(
                at(raised.action()), 0, raised.action() == Action.UNDEFINED ? INVALID_OPCODE : GENERAL_PROTECTION, 0));
        for (Reg32 register : REGISTERS) words.add(register == Reg32.ESP ? stack(party) : raised.register(register));
        Map<Reg32, Integer> registers =
                Map.of(Reg32.EAX, raised.name(), Reg32.EDX, raised.name(), Reg32.ESI, Protocol.EXCEPTION.tag());
        return new Step(
                raised.action(),
                registers,
                words,
                List.of(0),
                raised.name(),
                raised.transfer(),
                raised.text(),
                Moments.NONE);
    }

    /** The words of what the kernel sends for a thread, as they are received; null for what may be anything. */
    static List<Integer> seen(Action action, List<Integer> words) {
        List<Integer> seen = new ArrayList<>(words);
        if (action == Action.PREEMPTION || action == Action.QUANTUM) seen.replaceAll(word -> null);
        if (!action.isException()) return seen;
        seen.set(EFLAGS, null);
        if (words.get(VECTOR) == INVALID_OPCODE) seen.set(ERROR, null);
        return seen;
    }

    /** The thread raises it once more. */
    static Actor again(Actor actor) {
        return actor.calling(raised(actor.step().action(), actor.step().words(), actor.step()));
    }

    /**
     * The thread with the words of an answer, as far as they go, in its registers.
     *
     * @throws Oracle.Undecided if it goes on where the model does not follow
     */
    Actor answered(Party party, Actor actor, List<Integer> answer) {
        Step call = actor.step();
        List<Integer> words = new ArrayList<>(call.words());
        for (int i = 0; i < Math.min(answer.size(), words.size()); i++) words.set(i, answer.get(i));
        int ip = words.get(EIP);
        boolean called = words.get(ESP) == stack(party);
        boolean over = ip == layout.address(ScriptedThreads.UNDEFINED_OVER)
                || ip == layout.address(ScriptedThreads.PRIVILEGED_OVER);
        Actor actorThere = actor.restarting(false);
        if (called && over || onEmptyStack(party, words, ScriptedThreads.RETURNED))
            return actorThere.returning(Answer.of(registers(words)));
        if (onEmptyStack(party, words, ScriptedThreads.ENTRY))
            return actorThere.returning(null).restarting(true);
        for (Action action : List.of(Action.UNDEFINED, Action.PRIVILEGED))
            if (called && ip == at(action)) return actorThere.calling(raised(action, words, call));
        boolean nowhere = isNowhere(ip) || isNowhere(words.get(ESP)) && (over || isPlace(ip));
        if (!nowhere) throw new Oracle.Undecided();
        return actorThere.calling(new Step(Action.STRAY, Map.of(), List.of(), List.of(), "goes on elsewhere"));
    }

    /** Whether what is there reads the stack. */
    private boolean isPlace(int ip) {
        return ip == layout.address(ScriptedThreads.RETURNED) || ip == layout.address(ScriptedThreads.ENTRY);
    }

    private boolean isNowhere(int address) {
        boolean program =
                address >= layout.address(ScriptedThreads.BEGIN) && address < layout.address(ScriptedThreads.END);
        boolean kernels = address >>> INTERFACE_SHIFT == INTERFACE;
        return !program && !kernels;
    }

    private boolean onEmptyStack(Party party, List<Integer> words, String label) {
        return words.get(EIP) == layout.address(label) && words.get(ESP) == party.block();
    }

    private static Step raised(Action action, List<Integer> words, Step call) {
        return new Step(
                action,
                registers(words),
                List.of(),
                List.of(),
                call.name(),
                call.transfer(),
                call.text(),
                Moments.NONE);
    }

    private static Map<Reg32, Integer> registers(List<Integer> words) {
        Map<Reg32, Integer> registers = new EnumMap<>(Reg32.class);
        for (int i = 0; i < REGISTERS.size(); i++)
            if (REGISTERS.get(i) != Reg32.ESP) registers.put(REGISTERS.get(i), words.get(FIRST_REGISTER + i));
        return registers;
    }

    /** Where an exception's instruction is. */
    static String label(Action action) {
        return action == Action.UNDEFINED ? ScriptedThreads.UNDEFINED : ScriptedThreads.PRIVILEGED;
    }

    private int at(Action action) {
        return layout.address(label(action));
    }

    /** Where a thread's stack is that has come there. */
    static int stack(Party party) {
        return party.block() - PUSHED;
    }

    /**
     * A whole answer.
     *
     * @param values of the general registers, in the order of the message; that of ESP is not looked at
     */
    static List<Integer> answer(int ip, int flags, int stack, List<Integer> values) {
        List<Integer> words = new ArrayList<>(List.of(ip, flags, 0, 0));
        words.addAll(values);
        words.set(ESP, stack);
        return words;
    }

    /** How many general registers a message has. */
    static int registerCount() {
        return REGISTERS.size();
    }
}
