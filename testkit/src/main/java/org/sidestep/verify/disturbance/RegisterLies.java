package org.sidestep.verify.disturbance;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.sidestep.isa.Reg32;
import org.sidestep.verification.Disturbance;
import org.sidestep.verification.Occasion;
import org.sidestep.verification.Promise;
import org.sidestep.verification.Strike;

/** A thread enters the kernel with registers that are no arguments. */
public final class RegisterLies implements Disturbance {

    @Override
    public String id() {
        return "register-lies";
    }

    @Override
    public String summary() {
        return "each register takes each interesting value before each entry into the kernel";
    }

    @Override
    public List<Strike> at(Occasion occasion) {
        if (!occasion.entersKernel() || !occasion.expendable()) return List.of();
        List<Strike> strikes = new ArrayList<>();
        Names names = new Names(occasion);
        for (Reg32 register : Reg32.values()) {
            for (int value : InterestingValues.at(occasion)) strikes.add(lie(register, value, names.value(value)));
        }
        return strikes;
    }

    private static Strike lie(Reg32 register, int value, String name) {
        return new Strike(
                String.format(Locale.ROOT, "%s := %s", register.name().toLowerCase(Locale.ROOT), name),
                Promise.CONTAINMENT,
                machine -> machine.setRegister(register, value));
    }
}
