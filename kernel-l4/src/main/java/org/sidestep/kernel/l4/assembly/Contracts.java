package org.sidestep.kernel.l4.assembly;

import java.util.LinkedHashMap;
import java.util.Map;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;

/** Labels, each with what it promises: the table that {@link Labels} fills. */
abstract class Contracts {

    private final Assembler asm;
    private final Map<String, String> contracts = new LinkedHashMap<>();

    Contracts(Assembler asm) {
        this.asm = asm;
    }

    /** A routine that is jumped to and does not return. */
    final Label jump(String name, String contract) {
        return add(name, contract);
    }

    /** A routine that is called, and returns. */
    final Label call(String name, String contract) {
        return add(name, contract);
    }

    /** A place that is no routine. */
    final Label word(String name, String meaning) {
        return add(name, meaning);
    }

    private Label add(String name, String contract) {
        contracts.put(name, contract);
        return asm.label(name);
    }

    /** The register contract of a label of this table, by which its routine begins. */
    public final String contract(Label label) {
        return contracts.get(label.name());
    }

    /** All labels of the table, by name. */
    public final Map<String, String> contracts() {
        return contracts;
    }
}
