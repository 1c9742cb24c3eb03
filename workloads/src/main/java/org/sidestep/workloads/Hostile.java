package org.sidestep.workloads;

import java.util.List;
import java.util.stream.Stream;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.Scenario;

/**
 * Honest local IPC beside a space that lies to the kernel about itself, or attacks the servers. It succeeds if neither the
 * honest pair notices nor the {@link Witness}es, who look at the processor's state whenever they run.
 */
public final class Hostile implements Workload {

    private static final String NONE = "none";

    @Override
    public String id() {
        return "hostile";
    }

    @Override
    public String summary() {
        return "a pair that calls each other inside one space, beside a space that attacks the kernel with lies";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                50_000,
                Parameter.choice(
                        "attack",
                        "the lie: about who runs, about who waits; a jump into the middle of the Lipc stub; what is left in"
                                + " segment registers and flags; state that nobody may have; what it tries with the servers, with the"
                                + " kernel's mappings, with strings, and with an interrupt that it is given",
                        attacks().toArray(String[]::new)),
                Parameter.integer("offset", 0, 0, 255, "of the jump into the Lipc stub, in bytes"),
                Parameter.integer("words", 0, 0, 63, "untyped words in each message of the pair"),
                Scenario.timeslice());
    }

    private static List<String> attacks() {
        return Stream.of(
                        AttackWithLies.ALL,
                        AttackWithRegisters.ALL,
                        AttackOnServers.ALL,
                        AttackOnMappings.ALL,
                        AttackOnKernelPages.ALL,
                        AttackOnLargePages.ALL,
                        AttackWithStrings.ALL,
                        AttackOnInterrupts.ALL,
                        List.of(NONE))
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads have nobody to lie to");
        new Assault(program).emit();
    }
}
