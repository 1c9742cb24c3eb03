package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.isa.Reg32;
import org.sidestep.machine.Machine;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** A thread jumps into the middle of a stub, as if its checks had been passed, or into the middle of an instruction. */
public final class StubJumps implements Disturbance {

    private static final int NO_MEMORY = 0x1234_5600;
    private static final int TIMER = 0;

    /** Whoever is interrupted at once executes nothing there: the kernel asks only between which points of a stub that is. */
    private static final int SPARSE = 4;

    @Override
    public String id() {
        return "stub-jumps";
    }

    @Override
    public String summary() {
        return "a jump to each byte of each stub, with the registers of a call, with useless ones, also while the timer interrupts, and with"
                + " a useless stack";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.callsStub() || !occasion.expendable()) return List.of();
        List<Strike> strikes = new ArrayList<>();
        for (int address : occasion.stubBytes()) {
            strikes.add(jump(address, "as called", machine -> {}));
            strikes.add(jump(address, "useless registers", StubJumps::spoil));
            if (address % SPARSE == 0)
                strikes.add(
                        jump(address, "useless registers but the own id, and a tick", StubJumps::spoilAndInterrupt));
            strikes.add(jump(address, "useless stack", machine -> machine.setRegister(Reg32.ESP, NO_MEMORY)));
        }
        return strikes;
    }

    private static Strike jump(int address, String how, java.util.function.Consumer<Machine> spoil) {
        return new Strike(String.format(Locale.ROOT, "%08x, %s", address, how), Promise.CONTAINMENT, machine -> {
            spoil.accept(machine);
            machine.setEip(address);
        });
    }

    /** Whoever looks at the own id first looks at others then. The interrupt comes before the first instruction. */
    private static void spoilAndInterrupt(Machine machine) {
        int own = machine.register(Reg32.EDI);
        spoil(machine);
        machine.setRegister(Reg32.EDI, own);
        machine.interruptAt(machine.instructions(), TIMER);
    }

    private static void spoil(Machine machine) {
        for (Reg32 register : Reg32.values()) {
            if (register != Reg32.ESP) machine.setRegister(register, NO_MEMORY + 16 * register.number());
        }
    }
}
