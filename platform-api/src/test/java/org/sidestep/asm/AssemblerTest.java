package org.sidestep.asm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESP;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.binutils.Binutils;
import org.sidestep.isa.Far;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;

class AssemblerTest {

    @TempDir
    Path directory;

    private final Assembler asm = new Assembler();

    @BeforeEach
    void openASection() {
        asm.section("text", 0xF0000000, 0x100000);
    }

    private String hex() {
        return HexFormat.ofDelimiter(" ").formatHex(asm.link().segments().get(0).bytes());
    }

    @Test
    void aProgramThatGrowsWithoutEndIsRefusedBeforeTheHostsMemoryIsFull() {
        assertThatThrownBy(() -> {
                    while (true) asm.bytes(new byte[1 << 20]);
                })
                .isInstanceOf(AssemblyException.class)
                .hasMessageContaining("section 'text' grows without end");
        asm.section("notes", 0xE0000000, 0x200000);
        assertThatThrownBy(() -> {
                    while (true) asm.bind(asm.fresh("again"));
                })
                .isInstanceOf(AssemblyException.class)
                .hasMessageContaining("without end");
    }

    /** Routines a to j are aligned and end, but for c, which goes on into d; x is not aligned and stays behind e. */
    private Program shuffled(long seed) {
        Assembler shuffled = new Assembler();
        shuffled.section("text", 0xF0000000, 0x100000);
        shuffled.emit("nop");
        for (String name : "a b c d e x f g h i j".split(" ")) {
            if (!name.equals("x")) shuffled.align(16);
            shuffled.routine(name, "");
            shuffled.bind(shuffled.label(name));
            shuffled.emit("call", shuffled.label("a"));
            if (!name.equals("c")) shuffled.emit("ret");
        }
        shuffled.shuffle(new Random(seed));
        return shuffled.link();
    }

    @Test
    void routinesAreShuffledAlikeForTheSameSeedAndWhatMustStandTogetherDoes() {
        Set<List<String>> orders = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            Program program = shuffled(seed);
            assertThat(program.segments().get(0).bytes())
                    .isEqualTo(shuffled(seed).segments().get(0).bytes());
            assertThat(program.address("d") - program.address("c")).isEqualTo(16);
            assertThat(program.address("x") - program.address("e")).isEqualTo(6);
            for (String name : "a b c d e f g h i j".split(" ")) {
                assertThat(program.address(name) % 16).as(name).isZero();
            }
            assertThat(program.address("b")).isGreaterThan(0xF0000000);
            orders.add(List.copyOf(program.symbols().keySet()));
        }
        assertThat(orders).hasSizeGreaterThan(15);
    }

    /** Each of ten routines guards one that was emitted behind it and one that was emitted before it. */
    @Test
    void anExitThatLiesBehindItsGuardLiesThereInEachOrderAndOneThatLiesBeforeItWhereItComes() {
        Set<Boolean> before = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            Program program = guarded(seed);
            for (int i = 0; i + 5 < 10; i++) {
                assertThat(program.address("r" + (i + 5))).isGreaterThan(program.address("r" + i));
                before.add(program.address("r" + (9 - i)) > program.address("r" + (8 - i)));
            }
        }
        assertThat(before).containsExactlyInAnyOrder(true, false);
    }

    private static Program guarded(long seed) {
        Assembler guarded = new Assembler();
        guarded.section("text", 0xF0000000, 0x100000);
        for (int i = 0; i < 10; i++) {
            guarded.align(16);
            guarded.routine("r" + i, "");
            guarded.bind(guarded.label("r" + i));
            if (i + 5 < 10) guarded.emit("jz", guarded.label("r" + (i + 5)));
            if (i > 0) guarded.emit("jz", guarded.label("r" + (i - 1)));
            guarded.emit("ret");
        }
        guarded.shuffle(new Random(seed));
        return guarded.link();
    }

    @Test
    void aBranchThatReachesIsShort() {
        asm.emit("jmp", asm.label("end"));
        asm.emit("nop");
        asm.bind(asm.label("end"));
        assertThat(hex()).isEqualTo("eb 01 90");
    }

    @Test
    void aBranchBeyond127BytesIsNear() {
        asm.emit("jz", asm.label("end"));
        asm.reserve(128);
        asm.bind(asm.label("end"));
        assertThat(hex()).startsWith("0f 84 80 00 00 00 00");
    }

    @Test
    void aBranchThatGrowsMakesAnotherOneGrow() {
        asm.emit("jmp", asm.label("far"));
        asm.emit("jmp", asm.label("edge"));
        asm.reserve(124);
        asm.bind(asm.label("edge"));
        asm.emit("jmp", asm.label("far"));
        asm.reserve(200);
        asm.bind(asm.label("far"));
        byte[] bytes = asm.link().segments().get(0).bytes();
        assertThat(bytes).startsWith(0xE9).hasSize(5 + 2 + 124 + 5 + 200);
        assertThat(bytes[5]).isEqualTo((byte) 0xEB);
    }

    @Test
    void randomProgramsRelaxAsInGas() {
        Binutils.require();
        long seed = Long.getLong("sidestep.seed", 4711L);
        SplittableRandom random = new SplittableRandom(seed);
        int labels = 400;
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < labels; i++) {
            String target = "l" + random.nextInt(Math.max(0, i - 20), Math.min(labels, i + 20));
            String mnemonic = new String[] {"jmp", "jne", "call", "ja"}[random.nextInt(4)];
            int gap = random.nextInt(14);
            asm.bind(asm.label("l" + i));
            asm.emit(mnemonic, asm.label(target));
            asm.reserve(gap); // ends in data, so that both pad with zeros
            source.append("l" + i + ": " + mnemonic + " " + target + "\n.skip " + gap + "\n");
            if (random.nextInt(10) == 0) {
                asm.align(8);
                source.append(".balign 8,0\n");
            }
        }
        byte[] theirs = Binutils.assemble(directory, source.toString());
        byte[] ours = asm.link().segments().get(0).bytes();
        assertThat(ours).as("seed %d", seed).isEqualTo(theirs);
    }

    @Test
    void labelsStandForTheirLinearAddress() {
        asm.emit("mov", EAX, asm.label("table"));
        asm.emit("mov", EAX, Mem.at(asm.label("table"), ECX, 4).plus(8));
        asm.emit("jmp", new Far(8, asm.label("table")));
        asm.bind(asm.label("table"));
        asm.word(asm.label("table"));
        assertThat(hex()).isEqualTo("b8 13 00 00 f0 8b 04 8d 1b 00 00 f0 ea 13 00 00 f0 08 00 13 00 00 f0");
    }

    @Test
    void positionIsAnUpperBoundOfTheBytesThatLinkingMakes() {
        asm.emit("jmp", asm.label("end"));
        asm.align(4);
        asm.bind(asm.label("end"));
        assertThat(asm.position()).isEqualTo(8);
        assertThat(hex()).isEqualTo("eb 02 66 90");
    }

    @Test
    void paddingAfterDataIsZero() {
        asm.bytes((byte) 0x55);
        asm.align(4);
        assertThat(hex()).isEqualTo("55 00 00 00");
    }

    @Test
    void aMemoryOperandTakesItsSizeFromTheRegisterBesideIt() {
        asm.emit("mov", Reg8.BL, EAX.at(0));
        asm.emit("add", EAX.at(4), EBX);
        asm.emit("push", EAX.at(0));
        assertThat(hex()).isEqualTo("8a 18 01 58 04 ff 30");
    }

    @Test
    void anUnknownOperandSizeIsRefusedWithTheLegalForms() {
        assertThatThrownBy(() -> asm.emit("inc", EAX.at(4)))
                .isInstanceOf(AssemblyException.class)
                .hasMessageContaining("AssemblerTest.java:")
                .hasMessageContaining("operand size is not known in 'inc [eax+4]'; legal forms: Zv | Eb | Ev");
        assertThatThrownBy(() -> asm.emit("movzx", EAX, EBX.at(0))).hasMessageContaining("size is not known");
        assertThatThrownBy(() -> asm.emit("mov", EBX.at(0), new Imm(1))).hasMessageContaining("size is not known");
    }

    @Test
    void operandsWithoutARowAreRefused() {
        assertThatThrownBy(() -> asm.emit("mov", EAX, Reg8.AL)).hasMessageContaining("no encoding for 'mov eax, al'");
        assertThatThrownBy(() -> asm.emit("mov", Reg8.AL, new Imm(256))).hasMessageContaining("no encoding");
        assertThatThrownBy(() -> asm.emit("frobnicate", EAX)).hasMessageContaining("unknown mnemonic 'frobnicate'");
        assertThatThrownBy(() -> asm.emit("mov", EAX, EBX.at(ESP, 2, 0)))
                .hasMessageContaining("esp cannot be an index");
    }

    @Test
    void mistakesWithLabelsAndSectionsAreNamed() {
        asm.bind(asm.label("twice"));
        assertThatThrownBy(() -> asm.bind(asm.label("twice"))).hasMessageContaining("'twice' is bound twice");
        assertThatThrownBy(() -> asm.continueSection("none")).hasMessageContaining("no section 'none'");
        assertThatThrownBy(() -> asm.section("text", 1, 2)).hasMessageContaining("already open");
        asm.emit("jmp", asm.label("nowhere"));
        assertThatThrownBy(asm::link).hasMessageContaining("'nowhere' is used but never bound");
    }

    @Test
    void aLoopThatDoesNotReachIsRefused() {
        asm.emit("loop", asm.label("end"));
        asm.reserve(200);
        asm.bind(asm.label("end"));
        assertThatThrownBy(asm::link).hasMessageContaining("out of the reach of a short branch");
    }

    @Test
    void sectionsThatOverlapInPhysicalMemoryAreRefused() {
        asm.reserve(0x2000);
        asm.section("more", 0x5000, 0x101000);
        asm.reserve(1);
        assertThatThrownBy(asm::link).hasMessageContaining("'text' and 'more' overlap");
    }

    @Test
    void zeroSectionsHoldNoBytes() {
        asm.zeroSection("bss", 0x8000, 0x8000);
        asm.bind(asm.label("here"));
        asm.reserve(64);
        assertThatThrownBy(() -> asm.emit("nop")).hasMessageContaining("'bss' holds no bytes");
        Program.Segment bss = asm.link().segments().get(0);
        assertThat(bss.bytes()).isEmpty();
        assertThat(bss.memorySize()).isEqualTo(64);
    }

    @Test
    void symbolsComeInOrderOfAddress() {
        asm.section("low", 0x1000, 0x1000);
        asm.bind(asm.label("b"));
        asm.emit("nop");
        asm.bind(asm.label("a"));
        asm.continueSection("text");
        asm.bind(asm.label("high"));
        assertThat(asm.link().symbols().keySet()).containsExactly("b", "a", "high");
    }

    /** Programs are kept by the dozen, and their lines name labels, which know their section. */
    @Test
    void aProgramIsLinkedOnceAndKeepsNothingOfWhatItWasMadeOf() {
        Label begin = asm.bind(asm.label("begin"));
        asm.emit("jmp", begin);
        Program program = asm.link();
        assertThat(begin.section.fragments()).isEmpty();
        assertThat(begin.address()).isEqualTo(program.address("begin"));
        assertThat(program.lines().get(2).text()).isEqualTo("begin");
        assertThat(program.lines().get(2).source()).startsWith("AssemblerTest.java:");
        assertThatThrownBy(asm::link).isInstanceOf(AssemblyException.class);
    }

    @Test
    void freshLabelsAreNamedAfterTheRoutine() {
        asm.routine("ipc.fast", "in EAX");
        assertThat(asm.fresh("loop").name()).isEqualTo("ipc.fast.loop1");
        assertThat(asm.fresh("loop").name()).isEqualTo("ipc.fast.loop2");
    }

    @Test
    void prefixesAndSynonymsAreUnderstood() {
        asm.emit("rep movsd");
        asm.emit("lock cmpxchg", EBX.at(0), EDX);
        asm.emit("cmovz", EAX, EBX);
        asm.emit("setc", Reg8.AL);
        asm.emit("imul", EAX, new Imm(10));
        assertThat(hex()).isEqualTo("f3 a5 f0 0f b1 13 0f 44 c3 0f 92 c0 6b c0 0a");
    }
}
