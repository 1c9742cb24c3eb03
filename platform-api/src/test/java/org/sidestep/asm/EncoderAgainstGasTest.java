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
import org.sidestep.isa.Far;

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
        assertThat(differences(samples, 32)).as("of %d samples", samples.size()).isEmpty();
        assertThat(samples).hasSizeGreaterThan(10_000);
    }

    @Test
    void soItIsInSixteenBitCode() {
        // Four bytes in memory are a far pointer to GNU as, and one of the samples is too large for a word.
        List<Samples.Sample> samples = Samples.all().stream()
                .filter(sample -> sample.operands().stream().noneMatch(Far.class::isInstance))
                .filter(sample -> !sample.gas().matches("(call|jmp) DWORD PTR.*|pushw? -?\\d{6,}"))
                .toList();
        assertThat(differences(samples, 16)).isEmpty();
        assertThat(samples).hasSizeGreaterThan(10_000);
    }

    private List<String> differences(List<Samples.Sample> samples, int bits) {
        StringBuilder source = new StringBuilder(".code%d\n".formatted(bits));
        for (Samples.Sample sample : samples) source.append(sample.gas()).append("\n.balign 16,0xCC\n");
        byte[] expected = Binutils.assemble(directory, source.toString());
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            byte[] bytes = samples.get(i).bytes(bits / 8);
            byte[] ours = Arrays.copyOf(bytes, SLOT);
            Arrays.fill(ours, bytes.length, SLOT, (byte) 0xCC);
            byte[] theirs = Arrays.copyOfRange(expected, i * SLOT, (i + 1) * SLOT);
            if (!Arrays.equals(ours, theirs))
                differences.add(samples.get(i).gas() + ": " + hex(ours) + ", gas " + hex(theirs));
        }
        return differences;
    }

    private static String hex(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
