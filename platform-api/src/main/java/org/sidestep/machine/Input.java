package org.sidestep.machine;

import java.util.HexFormat;

/** Something that comes to a machine from outside. */
public sealed interface Input {

    /** Keys are pressed; see {@link BootedMachine#press}. Bytes in hex. */
    record Keys(String characters) implements Input {
        public static Keys of(byte[] characters) {
            return new Keys(HexFormat.of().formatHex(characters));
        }
    }

    /** Characters arrive at the serial port; see {@link BootedMachine#type}. Bytes in hex. */
    record Serial(String characters) implements Input {
        public static Serial of(byte[] characters) {
            return new Serial(HexFormat.of().formatHex(characters));
        }
    }

    /** An interrupt request line is pulsed; see {@link Machine#interruptAt}. */
    record Pulse(int irq) implements Input {}

    /** Nothing comes any more, and the run ends. */
    record End() implements Input {}
}
