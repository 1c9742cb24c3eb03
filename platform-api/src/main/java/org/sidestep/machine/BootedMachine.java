package org.sidestep.machine;

import java.util.Optional;

/** A machine with a person or a script at its console. */
public interface BootedMachine extends Machine {

    /** Characters arrive at the console: at the first serial port, which takes them as fast as the guest reads. */
    void type(byte[] characters);

    /** Keys of a US keyboard are pressed and released, such that they mean these ASCII characters. */
    void press(byte[] characters);

    /** The lines of the text screen, each ended, without trailing blanks. */
    String screen();

    /**
     * Makes {@link #run} return {@link Stop.Kind#REQUEST} after the current instruction. For consumers of {@link Lines} and
     * observers, hence on the thread that runs the machine.
     */
    void requestStop(String reason);

    /** Operand and address size in bits, 16 or 32, of instructions without prefixes. */
    int codeSize();

    /**
     * The mistake of the guest that the state of the machine shows, in one line for a person, if the run has ended badly.
     * Nothing if it shows none; asking has no effect.
     */
    default Optional<String> diagnosis() {
        return Optional.empty();
    }

    /**
     * Where the machine is and how it got there, for a person: registers, descriptor tables, the instructions around the
     * current one, the last instructions and branches. Several lines, the last one ended.
     */
    String report();
}
