package org.sidestep.verify.disturbance;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.workload.Observables.Deed;

/** Makes threads of the workload do something: writes the word that they look at, and lets the timer interrupt. */
final class Deeds {

    private static final int TIMER = 0;

    private Deeds() {}

    /** One strike for each deed. */
    static List<Strike> strikes(Occasion occasion, List<Deed> deeds, Promise promise) {
        Program program = occasion.image().program();
        return deeds.stream()
                .map(deed -> {
                    int word = physical(program, program.address(deed.word()));
                    byte[] value = bytes(deed.value());
                    return new Strike(deed.name(), promise, machine -> strike(machine, word, value));
                })
                .toList();
    }

    private static byte[] bytes(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array();
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
