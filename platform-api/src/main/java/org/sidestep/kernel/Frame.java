package org.sidestep.kernel;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/** The complete user context at the top of a kernel stack, as PUSHA and the processor leave it. Offsets from ESP. */
public final class Frame {

    private Frame() {}

    private static final Struct FRAME = Struct.upwards("frame", 0);

    public static final Field EDI = FRAME.word("edi");
    public static final Field ESI = FRAME.word("esi");
    public static final Field EBP = FRAME.word("ebp");
    /** What PUSHA pushed for ESP: unused. */
    public static final Field IGNORED = FRAME.word("ignored");

    public static final Field EBX = FRAME.word("ebx");
    public static final Field EDX = FRAME.word("edx");
    public static final Field ECX = FRAME.word("ecx");
    public static final Field EAX = FRAME.word("eax");
    /** Vector, or the kernel's own number for a system call. */
    public static final Field VECTOR = FRAME.word("vector");

    public static final Field ERROR = FRAME.word("error");
    public static final Field EIP = FRAME.word("eip");
    public static final Field CS = FRAME.word("cs");
    public static final Field EFLAGS = FRAME.word("eflags");
    public static final Field ESP = FRAME.word("esp");
    public static final Field SS = FRAME.word("ss");

    /** Bytes. */
    public static final int SIZE = FRAME.size();
}
