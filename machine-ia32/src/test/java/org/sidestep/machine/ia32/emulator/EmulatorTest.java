package org.sidestep.machine.ia32.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.machine.ia32.UnitMachine;

/** Each case ends alike here and in QEMU, but for the differences that {@link QemuDifferences} explains. */
class EmulatorTest {

    @TestFactory
    Stream<DynamicTest> everyCaseEndsAsInQemu(@TempDir Path directory) {
        assumeTrue("true".equals(System.getenv("CI")) || Qemu.isInstalled(), "qemu-system-i386 is not installed");
        return Suite.all()
                .map(suite -> DynamicTest.dynamicTest(suite.name(), () -> {
                    List<String> differences = differences(suite.cases(), directory);
                    assertThat(differences).isEmpty();
                }));
    }

    private static List<String> differences(List<Case> cases, Path directory) throws IOException {
        byte[] image = CaseImage.of(cases);
        int length = 4 * CaseOutcome.WORDS * cases.size();
        ByteBuffer theirs = Qemu.run(image, Layout.RECORDS, length, directory);
        ByteBuffer ours = here(image, length);
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            int at = 4 * CaseOutcome.WORDS * i;
            String text = CaseOutcome.difference(cases.get(i), ours, theirs, at);
            if (!text.isEmpty()) differences.add(cases.get(i).name + ": " + text);
        }
        return differences;
    }

    private static ByteBuffer here(byte[] image, int length) {
        Machine machine = UnitMachine.of(Layout.MEGABYTES);
        machine.load(image);
        Stop stop = machine.run(Limits.instructions(2_000_000_000));
        assertThat(stop.kind()).as(stop.reason()).isEqualTo(Stop.Kind.EXIT);
        return ByteBuffer.wrap(machine.peekPhysical(Layout.RECORDS, length)).order(ByteOrder.LITTLE_ENDIAN);
    }
}
