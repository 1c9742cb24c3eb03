package org.sidestep.lab.run;

import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.sidestep.asm.Program;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;

/**
 * The bill of a whole run by place: for whom, at which level, in which routine, at which of its labels, and what for. Frames of a
 * stack stand from the thread on and are joined by semicolons, as flame graphs read them.
 */
final class Stacks extends Spending {

    private static final String KERNEL = "kernel";
    private static final String USER = "user";

    private final KernelImage image;
    private final Map<Integer, String> places = new HashMap<>();
    private final SortedMap<String, Long> cycles = new TreeMap<>();
    private boolean measuring;
    private String thread = "";

    Stacks(KernelImage image) {
        super(image);
        this.image = image;
        String label = "";
        String level = "";
        for (Program.Line line : image.program().lines()) {
            switch (line.kind()) {
                case SECTION -> {
                    label = "";
                    level = line.text().startsWith(KERNEL + ".") ? KERNEL : USER;
                }
                case LABEL -> label = line.text();
                case CODE -> places.put(line.address(), level + ";" + frames(label));
                default -> {}
            }
        }
    }

    /** The routine, which is the first part of a label, and the label itself unless it is the routine's. */
    private static String frames(String label) {
        if (label.isEmpty()) return "no label";
        String plain = label.replace(';', ',');
        int dot = plain.indexOf('.');
        return dot < 0 ? plain : plain.substring(0, dot) + ";" + plain;
    }

    @Override
    public void begin(Machine machine) {
        settle(machine);
        measuring = true;
        thread = current(machine);
    }

    @Override
    public void end(Machine machine) {
        settle(machine);
        measuring = false;
    }

    @Override
    public void left(Machine machine) {
        settle(machine);
        thread = current(machine);
    }

    @Override
    public void passed(String probe, Machine machine) {
        if (!probe.equals(KernelProbes.IPC_USER)) return;
        settle(machine);
        thread = current(machine);
    }

    private String current(Machine machine) {
        OptionalInt number = image.running(machine);
        if (number.isEmpty()) return "no thread";
        int known = number.getAsInt();
        return image.observables()
                .threads()
                .getOrDefault(known, "thread " + known)
                .replace(';', ',');
    }

    @Override
    void spent(Machine machine, int address, Cause cause, long spent) {
        if (!measuring) return;
        // The level is that of the code: an instruction that changes levels retires at another one.
        String level = machine.cpl() == 0 ? KERNEL : USER;
        String unknown = level + ";" + (address == NOWHERE ? "between instructions" : "no label");
        String place = places.getOrDefault(address, unknown);
        cycles.merge(String.join(";", List.of(thread, place, cause.title())), spent, Long::sum);
    }

    /** Cycles by stack. */
    SortedMap<String, Long> cycles() {
        return Collections.unmodifiableSortedMap(cycles);
    }
}
