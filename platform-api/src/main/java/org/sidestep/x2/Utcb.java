package org.sidestep.x2;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg32;
import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The user thread control block; offsets from MR0, whose address is the local id. */
public final class Utcb {

    private Utcb() {}

    private static final Struct UP = Struct.upwards("utcb", 0);
    private static final Struct DOWN = Struct.downwards("utcb", -12);

    public static final Field MR0 = UP.word("mr0");
    public static final Field MR1 = UP.word("mr1");
    public static final Field MR2 = UP.word("mr2");
    public static final Field MR3 = UP.word("mr3");

    public static final Field THREAD_WORD0 = DOWN.word("threadWord0");
    public static final Field THREAD_WORD1 = DOWN.word("threadWord1");
    public static final Field ACTUAL_SENDER = DOWN.word("actualSender");
    public static final Field INTENDED_RECEIVER = DOWN.word("intendedReceiver");
    public static final Field XFER_TIMEOUTS = DOWN.word("xferTimeouts");
    /** {@link IpcError} or {@link SystemCallError}. */
    public static final Field ERROR_CODE = DOWN.word("errorCode");

    public static final Field PREEMPT_FLAGS = DOWN.word("preemptFlags");
    public static final Field EXCEPTION_HANDLER = DOWN.word("exceptionHandler");
    public static final Field PAGER = DOWN.word("pager");
    public static final Field USER_DEFINED_HANDLE = DOWN.word("userDefinedHandle");
    public static final Field PROCESSOR = DOWN.word("processor");
    public static final Field GLOBAL_ID = DOWN.word("globalId");
    /** The acceptor: the fpage into which a received message may map, and whether strings are received. BR1 is below it, and so on. */
    public static final Field BR0 = DOWN.word("br0");

    /** The bytes that the interface fixes below MR0, thread control registers and buffer registers, begin here ... */
    public static final int FIXED_LOW = -192;
    /** ... and end here. */
    public static final int FIXED_HIGH = -12;

    /** Bytes from the start of a UTCB, where ThreadControl places it, to MR0. */
    public static final int ORIGIN = 256;

    /** Message registers of a thread, MR0 included. */
    public static final int MESSAGE_REGISTERS = 64;
    /** Buffer registers of a thread, BR0 included. */
    public static final int BUFFER_REGISTERS = 33;
    /** So many of them, MR0 included, arrive in ESI, EBX and EBP. */
    public static final int REGISTER_WORDS = 3;

    /** What the interface names in a UTCB, the further message registers as one field. */
    public static List<Field> fields() {
        List<Field> fields = new ArrayList<>(DOWN.fields());
        fields.addAll(UP.fields());
        int named = UP.size();
        fields.add(new Field(UP.name(), "mr4", named, 4 * MESSAGE_REGISTERS - named));
        return fields;
    }

    /** Message register {@code n} of the UTCB that {@code utcb} points to. */
    public static Mem mr(Reg32 utcb, int n) {
        return utcb.at(4 * n).dword();
    }

    /** Buffer register {@code n} of the UTCB that {@code utcb} points to. */
    public static Mem br(Reg32 utcb, int n) {
        return utcb.at(bufferRegister(n)).dword();
    }

    /** Offset of buffer register {@code n}. */
    public static int bufferRegister(int n) {
        return BR0.offset() - 4 * n;
    }
}
