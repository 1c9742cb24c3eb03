package org.sidestep.verify.disturbance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.workload.Observables.Deed;

/**
 * The timer wakes a thread of the workload, which does one of the deeds that it can be made to do. All of that is code of the
 * workload; from outside come the interrupt and the word that says which deed.
 */
public final class AnotherThread implements Disturbance {

    private static final int TIMER = 0;

    @Override
    public String id() {
        return "another-thread";
    }

    @Override
    public String summary() {
        return "a thread that a tick wakes cancels, halts, reprioritises or deletes another, or sends to it";
    }

    /** Inside the kernel interrupts are off: what would come there comes at its exit. */
    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.user() || !occasion.interruptible()) return List.of();
        Program program = occasion.image().program();
        return occasion.image().observables().deeds().stream()
                .map(deed -> strike(deed, physical(program, program.address(deed.word()))))
                .toList();
    }

    private static Strike strike(Deed deed, int word) {
        byte[] value = ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(deed.value())
                .array();
        return new Strike(deed.name(), Promise.EQUIVALENCE, machine -> strike(machine, word, value));
    }

    private static void strike(Machine machine, int word, byte[] value) {
        machine.pokePhysical(word, value);
        machine.interruptAt(machine.instructions(), TIMER);
    }

    private static int physical(Program program, int address) {
        for (Program.Segment segment : program.segments()) {
            int offset = address - segment.address();
            if (Integer.compareUnsigned(offset, segment.memorySize()) < 0) return segment.physical() + offset;
        }
        throw new IllegalStateException("a deed's word lies in no section");
    }
}
