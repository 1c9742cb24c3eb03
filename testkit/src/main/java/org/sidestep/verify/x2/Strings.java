package org.sidestep.verify.x2;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.sidestep.x2.StringItem;

/** The strings that programs send: simple ones, out of what each party has of bytes into its buffers. */
final class Strings {

    private Strings() {}

    /** What is where in a party's strings. */
    static byte at(Party party, int offset) {
        return (byte) (party.number() * 37 + offset * 11 + (offset >>> 4));
    }

    /** Some bytes in a party's buffers. */
    record Copied(int offset, ByteBuffer bytes) {}

    /** What became of the strings of a message. */
    record Copy(List<Copied> buffers, int bytes, boolean cut) {}

    /**
     * Copies strings into buffers, by the manual's "String Items and String Buffers".
     *
     * @param items of the message, descriptor and pointer in turn, as offsets from where the sender's strings begin
     * @param accepted BR0 and following of the receiver
     */
    static Copy copy(Party from, int strings, List<Integer> items, int buffers, List<Integer> accepted) {
        List<Copied> copied = new ArrayList<>();
        boolean more = !accepted.isEmpty() && (accepted.get(0) & StringItem.ACCEPTOR) != 0;
        int bytes = 0;
        int br = 1;
        for (int mr = 0; mr < items.size(); mr += 2) {
            if (!more || br + 1 >= accepted.size()) return new Copy(copied, bytes, true);
            int length = items.get(mr) >>> StringItem.LENGTH_SHIFT;
            int room = accepted.get(br) >>> StringItem.LENGTH_SHIFT;
            byte[] text = new byte[Math.min(length, room)];
            int offset = items.get(mr + 1) - strings;
            for (int i = 0; i < text.length; i++) text[i] = at(from, offset + i);
            copied.add(new Copied(accepted.get(br + 1) - buffers, ByteBuffer.wrap(text)));
            bytes += text.length;
            if (room < length) return new Copy(copied, bytes, true);
            more = (accepted.get(br) & StringItem.MORE) != 0;
            br += 2;
        }
        return new Copy(copied, bytes, false);
    }
}
