package org.sidestep.asm;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Register;

/** An instruction whose author is known, while the program is not linked yet. */
public final class Authored {

    private final String author;
    private final String mnemonic;
    private final Operand[] operands;
    private final byte[] longest;
    final Section section;

    /** What stands in the section; replaced when the instruction is. */
    Fragment fragment;

    Authored(String author, String mnemonic, Operand[] operands, Section section, Fragment fragment, Encoding longest) {
        this.author = author;
        this.section = section;
        this.fragment = fragment;
        this.longest = longest.bytes();
        this.mnemonic = mnemonic;
        this.operands = operands;
    }

    private static String text(Operand operand) {
        return operand instanceof Register ? operand.toString().toLowerCase(Locale.ROOT) : operand.toString();
    }

    /** See {@link Assembler#author}. */
    public String author() {
        return author;
    }

    /** As it was emitted: mnemonic and operands, by name where they have one. */
    public String text() {
        return Stream.of(operands)
                .map(Authored::text)
                .collect(Collectors.joining(", ", mnemonic + (operands.length == 0 ? "" : " "), ""));
    }

    /** {@code File.java:line} that emitted it. */
    public String source() {
        return fragment.origin.source();
    }

    /** What it was for; see {@link Assembler#purpose}. */
    public String purpose() {
        return fragment.origin.purpose();
    }

    /** The last label before it, and how many instructions stand between: {@code lipc.forward+2}. */
    public String place() {
        List<Fragment> fragments = section.fragments();
        int between = 0;
        for (int i = fragments.indexOf(fragment) - 1; i >= 0; i--) {
            if (fragments.get(i) instanceof Fragment.Mark mark) return mark.label.name() + "+" + between;
            if (Revision.isCode(fragments.get(i))) between++;
        }
        return section.name() + "+" + between;
    }

    /** Decoded, in its longest form, with 0 for what depends on addresses. */
    public Instruction decoded() {
        return new Decoder().decode(ByteSource.of(longest, 0), true);
    }

    boolean isConditionalBranch() {
        return fragment instanceof Fragment.Branch branch && branch.isConditional();
    }
}
