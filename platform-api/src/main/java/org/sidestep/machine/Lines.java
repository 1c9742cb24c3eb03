package org.sidestep.machine;

import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Takes the bytes that leave a machine, each (0..255) while the instruction that writes it executes. A consumer may call
 * {@link BootedMachine#requestStop} and nothing else of the machine.
 *
 * @param serial the first serial port, COM1
 * @param debugConsole port E9
 * @param ports further ports; a device at that port gets the byte as well
 */
public record Lines(IntConsumer serial, IntConsumer debugConsole, Map<Integer, IntConsumer> ports) {
    public Lines {
        ports = Map.copyOf(ports);
    }
}
