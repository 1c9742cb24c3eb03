package org.sidestep.machine;

/** A recording that is being made. */
public interface Recorder {

    /** Ends the recording, where the machine is now. While it runs there is no end. */
    Recording finish();
}
