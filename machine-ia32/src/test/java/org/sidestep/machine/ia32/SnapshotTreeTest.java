package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Mem;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;

/** Trees of snapshots are cheap, and going from any node to any other is right. */
class SnapshotTreeTest {
    private static final int MEGABYTES = 64;
    private static final int SNAPSHOTS = 1000;
    private static final int PAGES = 10;

    /** Takes the snapshots in a Java machine with a heap of its own; prints the sum of what the nodes' pages say. */
    public static final class Tree {
        private Tree() {}

        public static void main(String[] arguments) {
            Random random = new Random(1);
            Bare bare = new Bare(UnitMachine.of(MEGABYTES));
            // No page is empty, so that nothing is saved because there is nothing to save.
            for (int page = 0x100; page < MEGABYTES << 8; page++) bare.words(page << 12, page);
            List<Machine.Snapshot> nodes = new ArrayList<>(List.of(bare.machine.snapshot()));
            List<int[]> places = new ArrayList<>(List.of(new int[0]));
            while (nodes.size() <= SNAPSHOTS) {
                bare.machine.restore(nodes.get(random.nextInt(nodes.size())));
                int[] at = new int[PAGES];
                for (int i = 0; i < PAGES; i++) {
                    at[i] = 0x100000 + (random.nextInt(MEGABYTES - 1 << 8) << 12);
                    bare.words(at[i] + 4, nodes.size());
                }
                nodes.add(bare.machine.snapshot());
                places.add(at);
            }
            for (int n = nodes.size() - 1; n >= 0; n--) {
                bare.machine.restore(nodes.get(n));
                for (int at : places.get(n)) {
                    if (bare.word(at + 4) != n) throw new AssertionError("node %d at %08x".formatted(n, at));
                }
            }
            System.out.println(nodes.size() + " nodes");
        }
    }

    @Test
    void aThousandSnapshotsOfA64MegabyteMachineThatEachChangedTenPagesFitIn256Megabytes() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process = new ProcessBuilder(
                        java.toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Tree.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("1001 nodes");
    }

    /** Stores to a few pages, by code that is itself overwritten now and then. */
    private static void program(Bare bare, int constant) {
        bare.assemble(Bare.CODE, a -> {
            a.emit("mov", EBX, imm(constant));
            a.bind(a.label("loop"));
            a.emit("imul", EAX, EAX, imm(1103515245));
            a.emit("add", EAX, EBX);
            a.emit("mov", ECX, EAX);
            a.emit("and", ECX, imm(0x7FFC));
            a.emit("mov", Mem.base(ECX, 0x100000), EAX);
            a.emit("jmp", a.label("loop"));
        });
    }

    private record Node(Machine.Snapshot snapshot, byte[] memory, long hash) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyWalkThroughATreeOfRunningMachinesIsRight(long seed) {
        Random random = new Random(seed);
        Bare bare = new Bare();
        Machine machine = bare.machine;
        program(bare, 12345);
        machine.setEip(Bare.CODE);
        List<Node> nodes = new ArrayList<>(List.of(node(machine)));
        for (int step = 0; step < 200; step++) {
            if (random.nextInt(4) == 0) program(bare, random.nextInt());
            machine.run(Limits.instructions(machine.instructions() + random.nextInt(100)));
            if (random.nextInt(2) == 0) nodes.add(node(machine));
            if (random.nextInt(2) > 0) continue;
            Node to = nodes.get(random.nextInt(nodes.size()));
            machine.restore(to.snapshot);
            assertThat(machine.peekPhysical(0, 4 << 20)).as("step %d", step).isEqualTo(to.memory);
            assertThat(machine.debugger().hash()).as("step %d", step).isEqualTo(to.hash);
        }
    }

    private static Node node(Machine machine) {
        return new Node(
                machine.snapshot(),
                machine.peekPhysical(0, 4 << 20),
                machine.debugger().hash());
    }

    @Test
    void decodedCodeOfUnchangedPagesSurvivesARestore() {
        Bare bare = new Bare();
        Ia32Machine machine = (Ia32Machine) bare.machine;
        program(bare, 1);
        machine.setEip(Bare.CODE);
        Machine.Snapshot first = machine.snapshot();
        machine.run(Limits.instructions(machine.instructions() + 1000));
        Machine.Snapshot second = machine.snapshot();
        machine.run(Limits.instructions(machine.instructions() + 1000));
        long decoded = machine.decodedBlocks();
        machine.restore(first);
        machine.run(Limits.instructions(machine.instructions() + 1000));
        machine.restore(second);
        machine.run(Limits.instructions(machine.instructions() + 1000));
        assertThat(machine.decodedBlocks()).isEqualTo(decoded);
    }
}
