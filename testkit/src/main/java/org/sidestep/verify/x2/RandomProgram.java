package org.sidestep.verify.x2;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A program: some threads, in the order in which they are let go, each with its priority and what it does. When it has done all,
 * a thread waits for ever.
 *
 * @param timeless without finite timeouts, and hence with nothing that depends on how long anything takes
 */
record RandomProgram(List<Role> roles, boolean timeless) {

    /**
     * A thread of a program.
     *
     * @param pager global id
     */
    record Role(Party party, int priority, int pager, List<Step> steps) {

        Role {
            steps = List.copyOf(steps);
        }
    }

    RandomProgram {
        roles = List.copyOf(roles);
    }

    /** All programs that are one step shorter, or have one thread less, those that miss most first. */
    List<RandomProgram> shorter() {
        List<RandomProgram> shorter = new ArrayList<>();
        for (int i = 0; i < roles.size(); i++) {
            if (roles.size() == 1) break;
            List<Role> others = new ArrayList<>(roles);
            others.remove(i);
            shorter.add(new RandomProgram(others, timeless));
        }
        for (int i = 0; i < roles.size(); i++) {
            Role role = roles.get(i);
            for (int part = role.steps.size(); part >= 1; part /= 2) {
                for (int from = 0; from + part <= role.steps.size(); from += part) {
                    List<Step> steps = new ArrayList<>(role.steps);
                    steps.subList(from, from + part).clear();
                    List<Role> changed = new ArrayList<>(roles);
                    changed.set(i, new Role(role.party, role.priority, role.pager, steps));
                    shorter.add(new RandomProgram(changed, timeless));
                }
            }
        }
        return shorter;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Role role : roles) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s, id %x, local id %x, priority %d, pager %x\n",
                    role.party.name(),
                    role.party.globalId(),
                    role.party.localId(),
                    role.priority,
                    role.pager));
            for (int i = 0; i < role.steps.size(); i++)
                text.append(String.format(Locale.ROOT, "  %d: %s\n", i, role.steps.get(i)));
        }
        return text.toString();
    }
}
