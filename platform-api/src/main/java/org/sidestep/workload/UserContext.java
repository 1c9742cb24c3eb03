package org.sidestep.workload;

import org.sidestep.layout.Field;
import org.sidestep.layout.Struct;

/**
 * A user-level thread: a block in the workload's own memory that takes the place of a kernel thread and its UTCB when
 * {@link UserProgram#threadsAtUserLevel()} holds. Its address takes the place of the local id in EAX and EDI of Lipc; the
 * message registers lie where a UTCB has them.
 *
 * <p>The workload fills in {@link #IP} and {@link #SP}: the first message sent to the context is received there, with the
 * result registers of Ipc. It lays out its contexts one after the other, each with {@link #BELOW} bytes below its address.
 */
public final class UserContext {

    private UserContext() {}

    private static final Struct BELOW_MR0 = Struct.downwards("context", 0);
    private static final Struct MESSAGE = Struct.upwards("context", 0);

    /** Where the context goes on when it gets a message. */
    public static final Field IP = BELOW_MR0.word("ip");
    /** The stack pointer with which it goes on. */
    public static final Field SP = BELOW_MR0.word("sp");

    public static final Field MR0 = MESSAGE.word("mr0");
    public static final Field MR1 = MESSAGE.word("mr1");
    public static final Field MR2 = MESSAGE.word("mr2");

    /** Bytes from one context to the next: the bits above number the contexts of a workload. */
    public static final int SIZE = 0x200;

    /** A context's address is this modulo {@link #SIZE}: neither a local id, nor nil, any, or a global id of a low version. */
    public static final int MARK = 0x80;

    /** Bytes used below a context's address. */
    public static final int BELOW = MARK;
}
