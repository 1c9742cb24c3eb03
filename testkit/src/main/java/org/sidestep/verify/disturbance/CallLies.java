package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.sidestep.isa.Reg32;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/**
 * A thread calls a stub with registers of its own choice. Whether the kernel is ever entered with them is up to the stub, whose
 * guards must see in each argument what the kernel would see.
 */
public final class CallLies implements Disturbance {

    private static final Set<Reg32> ARGUMENTS = Set.of(Reg32.EAX, Reg32.ECX, Reg32.EDX, Reg32.ESI);
    /** Which timeouts pass before that depends on how fast a policy is. */
    private static final long SECONDS = 10_000_000;

    @Override
    public String id() {
        return "call-lies";
    }

    @Override
    public String summary() {
        return "each register takes each interesting value where a stub is called, and each bit of each argument is another";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.beginsStub() || !occasion.expendable()) return List.of();
        List<Strike> strikes = new ArrayList<>();
        Names names = new Names(occasion);
        for (Reg32 register : Reg32.values()) {
            for (int value : values(register, occasion)) {
                Promise promise = isArgument(register, value, occasion) ? Promise.LIKENESS : Promise.CONTAINMENT;
                String name = register.name().toLowerCase(Locale.ROOT) + " := " + names.value(value);
                strikes.add(new Strike(name, promise, machine -> machine.setRegister(register, value)));
            }
        }
        return strikes;
    }

    private static Set<Integer> values(Reg32 register, Occasion occasion) {
        Set<Integer> values = new LinkedHashSet<>(InterestingValues.at(occasion));
        int now = occasion.machine().register(register);
        if (ARGUMENTS.contains(register)) for (int bit = 0; bit < Integer.SIZE; bit++) values.add(now ^ 1 << bit);
        values.remove(now);
        return values;
    }

    /** Whether a value says the same in a register under every policy. */
    private static boolean isArgument(Reg32 register, int value, Occasion occasion) {
        return switch (register) {
            case EAX -> isName(value, occasion);
            case ECX -> isTimeless(value >>> Time.HIGH_SHIFT) && isTimeless(value & 0xFFFF);
            case EDX, ESI -> true;
            default -> false;
        };
    }

    /** A local id that is nobody's leads a stub anywhere, and only the kernel says that it is none. */
    private static boolean isName(int value, Occasion occasion) {
        return (value & ThreadId.GLOBAL) != 0
                || occasion.inhabitants().stream()
                        .anyMatch(
                                each -> each.localId() == value && each.space().equals(occasion.space()));
    }

    private static boolean isTimeless(int time) {
        if (time == Time.NEVER || time == Time.ZERO) return true;
        if ((time & Time.POINT) != 0) return false;
        return (long) (time & Time.MANTISSA) << (time >>> Time.EXPONENT_SHIFT) >= SECONDS;
    }
}
