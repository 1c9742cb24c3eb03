package org.sidestep.verify;

import java.util.Optional;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Machine;
import org.sidestep.machine.NotMapped;
import org.sidestep.testkit.Booted;

/**
 * A call of a stub by what it is, under whichever policy: who makes it, from where, with what, and how many messages he has received
 * before.
 */
record Call(String thread, long messages, int from, int to, int timeouts, int waitsFor, int tag) {

    /** That of which a machine stands at the first instruction; nothing if its caller cannot be known. */
    static Optional<Call> at(Booted booted) {
        Machine machine = booted.machine();
        try {
            int from = machine.peek(machine.register(Reg32.ESP));
            return booted.image().running(machine).stream()
                    .mapToObj(number -> booted.image().observables().threads().getOrDefault(number, "thread " + number))
                    .map(thread -> new Call(
                            thread,
                            booted.received(0).stream()
                                    .filter(each -> each.thread().equals(thread))
                                    .count(),
                            from,
                            machine.register(Reg32.EAX),
                            machine.register(Reg32.ECX),
                            machine.register(Reg32.EDX),
                            machine.register(Reg32.ESI)))
                    .findFirst();
        } catch (NotMapped e) {
            return Optional.empty();
        }
    }
}
