package org.sidestep.asm;

import java.util.List;
import org.sidestep.asm.Program.Line.Kind;

/** A label some instructions behind another: what a policy would declare that is wrong about its own code. */
public final class LaterLabel {

    private LaterLabel() {}

    /** A new label {@code count} instructions behind {@code label}, which is bound. */
    public static Label byInstructions(Assembler asm, Label label, int count) {
        Label later = asm.fresh("later");
        List<Fragment> fragments = label.section.fragments();
        int at = 0;
        while (!(fragments.get(at) instanceof Fragment.Mark mark) || mark.label != label) at++;
        Fragment.Origin origin = fragments.get(at).origin;
        for (int passed = 0; passed < count; at++) {
            if (fragments.get(at).origin.kind() == Kind.CODE) passed++;
        }
        later.section = label.section;
        fragments.add(at, new Fragment.Mark(origin, later));
        return later;
    }
}
