package org.sidestep.lab.experiment;

import java.util.Locale;
import org.sidestep.experiment.Cell;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.yaml.Node.Location;
import org.sidestep.lab.yaml.Node.Scalar;

/** What {@code --set name=value} asks for: {@code ipc=lazy}, {@code workload.rounds=1000}, {@code limit.cycles=1000000}. */
public record Change(String name, String value) {

    static final String LIMIT_CYCLES = Cell.LIMIT;
    private static final String LAYOUTS = "layouts";

    /** What {@code --layouts} asks for. */
    public static Change layouts(String count) {
        return new Change(LAYOUTS, count);
    }

    /** Whether it is about the number of layouts. */
    boolean ofLayouts() {
        return name.equals(LAYOUTS);
    }

    /** Whether it is about the whole run, not about what cells have. */
    boolean ofRun() {
        return ofLayouts() || name.equals(LIMIT_CYCLES);
    }

    /**
     * Reads {@code name=value}.
     *
     * @throws BadInput if there is no {@code =}
     */
    public static Change parse(String text) {
        int equals = text.indexOf('=');
        if (equals <= 0) throw new BadInput(String.format(Locale.ROOT, "'%s' is not of the form name=value", text));
        return new Change(
                text.substring(0, equals).strip(), text.substring(equals + 1).strip());
    }

    Scalar scalar() {
        return new Scalar(at(), value);
    }

    Location at() {
        return new Location(ofLayouts() ? "--layouts " + value : "--set " + this, 0, 0);
    }

    @Override
    public String toString() {
        return name + "=" + value;
    }
}
