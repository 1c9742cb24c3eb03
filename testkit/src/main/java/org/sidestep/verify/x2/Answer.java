package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;

/**
 * What a step must come back with. What is not named may be anything.
 *
 * @param words MR1 and following, of which the first two are among the registers; null for one that may be anything
 * @param error the ErrorCode, as far as {@code errorMask} says; a mask of 0 leaves it open
 * @param strings what is in the buffers
 * @param actualSender who has sent in another's name; 0 if nobody has
 * @param intendedReceiver to whom it was sent that came to its redirector; 0 if it was sent to this thread
 * @param left of a thread's times; null if it is not told
 */
record Answer(
        Map<Reg32, Integer> registers,
        List<Integer> words,
        int error,
        int errorMask,
        List<Strings.Copied> strings,
        int actualSender,
        int intendedReceiver,
        Left left) {

    /** Of the words of a message, the first two arrive in registers. */
    private static final int IN_REGISTERS = 2;

    /** Of an ErrorCode, phase and cause. */
    private static final int CAUSE = 0xF;

    private static final Set<Integer> PAGE_FAULTS =
            Set.of(Protocol.PAGE_FAULT.tag(Fpage.READ), Protocol.PAGE_FAULT.tag(Fpage.WRITE));

    static Answer of(Map<Reg32, Integer> registers) {
        return new Answer(registers, List.of(), 0, 0, List.of(), 0, 0, null);
    }

    Answer withError(int code, int mask) {
        return new Answer(registers, words, code, mask, strings, actualSender, intendedReceiver, left);
    }

    Answer with(Reg32 register, int value) {
        Map<Reg32, Integer> changed = new TreeMap<>(registers);
        changed.put(register, value);
        return new Answer(changed, words, error, errorMask, strings, actualSender, intendedReceiver, left);
    }

    /** The same with what is left of a thread's times. */
    Answer with(Left times) {
        return new Answer(registers, words, error, errorMask, strings, actualSender, intendedReceiver, times);
    }

    /** The same but for what is only known within limits. */
    Answer exact() {
        return left == null ? this : with((Left) null);
    }

    /** What is known if it is one or the other, which are alike but for that. */
    Answer or(Answer other) {
        return left == null ? this : with(left.or(other.left));
    }

    /** Whether a thread has come back with it. */
    boolean matches(Event event) {
        return differences(event).isEmpty();
    }

    /** In what a thread's return differs. */
    List<String> differences(Event event) {
        List<String> differences = new ArrayList<>();
        registers.forEach((register, value) -> compare(
                differences, register.toString(), value, event.registers().get(register)));
        for (int i = IN_REGISTERS; i < words.size(); i++) {
            if (words.get(i) == null) continue;
            Integer came = i + 1 < event.words().size() ? event.words().get(i + 1) : null;
            compare(differences, "MR" + (i + 1), words.get(i), came);
        }
        compare(differences, "the error code", error & errorMask, event.error() & errorMask);
        if (actualSender != 0) compare(differences, "the actual sender", actualSender, event.actualSender());
        if (intendedReceiver != 0)
            compare(differences, "the intended receiver", intendedReceiver, event.intendedReceiver());
        if (left != null && !left.allows(event.registers().get(Reg32.EDX)))
            differences.add("what is left is not " + left.text());
        for (Strings.Copied string : strings) {
            ByteBuffer came = event.buffers().remaining() == 0
                    ? event.buffers()
                    : event.buffers().slice(string.offset(), string.bytes().remaining());
            if (!came.equals(string.bytes())) differences.add("a string's bytes");
        }
        return differences;
    }

    /** Success or error, of an Ipc with its phase. */
    String outcome() {
        if (errorMask == 0 && intendedReceiver != 0) return "received by the redirector";
        if (errorMask == 0 && actualSender != 0) return "received in another's name";
        int tag = registers.getOrDefault(Reg32.ESI, 0);
        if (errorMask == 0 && tag == Protocol.INTERRUPT.tag()) return "received from an interrupt";
        if (errorMask == 0 && PAGE_FAULTS.contains(tag)) return "received a page fault";
        if (errorMask == 0)
            return registers.containsKey(Reg32.EDI) && registers.containsKey(Reg32.EAX) ? "received" : "done";
        if ((registers.getOrDefault(Reg32.ESI, 0) & MessageTag.ERROR) == 0) return "error " + error;
        String phase = (error & IpcError.RECEIVE) == 0 ? "send" : "receive";
        return String.format(Locale.ROOT, "error %d, %s", (error & CAUSE) >>> 1, phase);
    }

    private static void compare(List<String> differences, String what, int expected, Integer came) {
        if (came != null && came == expected) return;
        String text = came == null ? "nothing" : Integer.toHexString(came);
        differences.add(String.format(Locale.ROOT, "%s is %s instead of %x", what, text, expected));
    }
}
