package org.sidestep.lab.boot;

import org.sidestep.machine.BootSource.Image;

/** What is typed at the guest's console. */
public interface Input extends AutoCloseable {

    /** What has been typed since the last call. */
    byte[] arrived();

    /** Waits until something has been typed, or for {@code milliseconds}; says whether more may still come. */
    boolean await(long milliseconds);

    /** Whether a person may be typing, so that guest time should not run ahead of time outside. */
    default boolean isLive() {
        return false;
    }

    @Override
    default void close() {}

    /** Nobody types. */
    Input NONE = of(new Image("", new byte[0]));

    /** Everything is typed before the guest starts: the same in every run. */
    static Input of(Image file) {
        return new Input() {
            private byte[] rest = file.bytes();

            @Override
            public byte[] arrived() {
                byte[] all = rest;
                rest = new byte[0];
                return all;
            }

            @Override
            public boolean await(long milliseconds) {
                return false;
            }
        };
    }
}
