package org.sidestep.machine;

/** Something that a machine has been asked to look out for, until it is taken back. It is no part of the machine's state. */
public interface Watch extends AutoCloseable {

    /** Takes the watch back; again does nothing. May be called by its own listener. */
    @Override
    void close();
}
