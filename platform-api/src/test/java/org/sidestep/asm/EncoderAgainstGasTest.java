package org.sidestep.asm;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.binutils.Binutils;

class EncoderAgainstGasTest {

    /** Longer than any instruction, so that each sample has a place of its own. */
    private static final int SLOT = 16;

    @TempDir
    Path directory;

    @BeforeEach
    void needsBinutils() {
        Binutils.require();
    }

    @Test
    void everyRowWithBoundaryOperandsIsEncodedAsGasDoes() {
        List<Samples.Sample> samples = Samples.all();
        StringBuilder source = new StringBuilder();
        for (Samples.Sample sample : samples) source.append(sample.gas()).append("\n.balign 16,0xCC\n");
        byte[] expected = Binutils.assemble(directory, source.toString());

        List<String> differences = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            byte[] ours = Arrays.copyOf(samples.get(i).bytes(), SLOT);
            Arrays.fill(ours, samples.get(i).bytes().length, SLOT, (byte) 0xCC);
            byte[] theirs = Arrays.copyOfRange(expected, i * SLOT, (i + 1) * SLOT);
            if (!Arrays.equals(ours, theirs))
                differences.add(samples.get(i).gas() + ": " + hex(ours) + ", gas " + hex(theirs));
        }
        assertThat(differences).as("of %d samples", samples.size()).isEmpty();
        assertThat(samples).hasSizeGreaterThan(10_000);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
