package org.sidestep.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.sidestep.asm.Program;
import org.sidestep.machine.Machine;

/** In which bytes one program differs from another of the same layout: so a mutant runs where the original has been booted. */
public record Patch(List<Piece> pieces) {

    /** Bytes at a physical and a linear address, before and after. */
    public record Piece(int physical, int address, byte[] before, byte[] after) {}

    /**
     * What makes {@code original} into {@code changed}.
     *
     * @throws IllegalArgumentException if they have not the same layout
     */
    public static Patch between(Program original, Program changed) {
        List<Piece> pieces = new ArrayList<>();
        for (int i = 0; i < original.segments().size(); i++) {
            Program.Segment before = original.segments().get(i);
            Program.Segment after = changed.segments().get(i);
            boolean same = before.physical() == after.physical() && before.bytes().length == after.bytes().length;
            if (!same)
                throw new IllegalArgumentException(
                        String.format(Locale.ROOT, "section %s is of another size", before.name()));
            compare(before, after, pieces);
        }
        return new Patch(pieces);
    }

    private static void compare(Program.Segment before, Program.Segment after, List<Piece> pieces) {
        byte[] old = before.bytes();
        byte[] young = after.bytes();
        for (int at = 0; at < old.length; at++) {
            if (old[at] == young[at]) continue;
            int end = at;
            while (end < old.length && old[end] != young[end]) end++;
            pieces.add(new Piece(
                    before.physical() + at,
                    before.address() + at,
                    Arrays.copyOfRange(old, at, end),
                    Arrays.copyOfRange(young, at, end)));
            at = end;
        }
    }

    /**
     * Changes the memory of a machine that has the original.
     *
     * @throws IllegalStateException if it has not: this is another kernel
     */
    public void apply(Machine machine) {
        for (Piece piece : pieces) {
            if (!Arrays.equals(machine.peekPhysical(piece.physical, piece.before.length), piece.before))
                throw new IllegalStateException(
                        String.format(Locale.ROOT, "at %08x stands something else", piece.physical));
            machine.pokePhysical(piece.physical, piece.after);
        }
    }
}
