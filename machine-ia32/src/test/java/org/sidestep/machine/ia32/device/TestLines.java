package org.sidestep.machine.ia32.device;

/** What a device drives its interrupt lines to. */
final class TestLines {
    private TestLines() {}

    /** Whether any line is up. */
    static boolean raised(Device device) {
        boolean[] raised = new boolean[1];
        device.drive((irq, up) -> raised[0] |= up);
        return raised[0];
    }
}
