package org.sidestep.machine.ia32;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/**
 * How many guest instructions a second of processor time the machine executes: arguments are {@code p3} or {@code unit},
 * a guest, its repeat count and how often to measure.
 */
final class GuestSpeed {
    private GuestSpeed() {}

    public static void main(String[] arguments) throws IOException {
        CpuModel model = arguments[0].equals("p3") ? new P3Coppermine() : new UnitModel();
        byte[] guest = GuestTest.guest(arguments[1], Integer.parseInt(arguments[2]));
        Ia32MachineProvider provider = new Ia32MachineProvider();
        for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
            Machine machine = provider.create(Parameters.of(provider, Map.of()), Configured.defaults(model));
            machine.load(guest);
            long begin = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            machine.run(Limits.instructions(2_000_000_000));
            long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begin;
            System.out.printf(
                    "%s %s: %d instructions, %d cycles, %.1f million instructions a second%n",
                    arguments[0],
                    arguments[1],
                    machine.instructions(),
                    machine.cycles(),
                    machine.instructions() * 1e3 / time);
        }
    }
}
