package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.Mem;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Xmm;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.Parameters;

/**
 * What the system side sees of SSE2: who has it, when it is refused, and its state. What the instructions compute is held
 * against the host's processor by the oracle.
 */
class Sse2Test {
    private static final int UD = 6, NM = 7, GP = 13, XF = 19, NONE = -1;
    private static final int EM = 1 << 2, TS = 1 << 3, OSFXSR = 1 << 9, OSXMMEXCPT = 1 << 10;
    private static final int MASKED = 0x1F80, DENORMALS_ARE_ZEROS = 0x40;
    private static final int IMAGE = Bare.DATA + 0x100;
    private static final Mem CONTROL = Mem.absolute(Bare.DATA);

    /** What works on general registers and memory alone. */
    private static final Set<String> WITHOUT_UNIT = Set.of("movnti");

    private static final Set<String> UNALIGNED = Set.of("movupd", "movdqu");

    private static Stream<InstructionForm> rows() {
        return InstructionTable.rows().stream().filter(row -> row.timing().startsWith("sse2."));
    }

    @Test
    void partsThatCameBeforeRaiseInvalidOpcodeForAll() {
        Bare katmai = bare("p3-katmai");
        assertThat(rows())
                .hasSizeGreaterThan(130)
                .allSatisfy(row -> assertThat(run(katmai, 0, OSFXSR, a -> a.bytes(code(row, 0))))
                        .isEqualTo(UD));
    }

    /** PAUSE has no feature bit: it is a NOP with a prefix. */
    @ParameterizedTest
    @CsvSource({"i486", "p5", "p3-katmai", "p4-northwood"})
    void everyPartExecutesPause(String part) {
        assertThat(run(bare(part), EM | TS, 0, a -> a.emit("pause"))).isEqualTo(NONE);
    }

    @Test
    void emulationMissingSupportAndATaskSwitchRefuseWhatUsesTheUnit() {
        Bare northwood = bare("p4-northwood");
        assertThat(rows()).allSatisfy(row -> {
            boolean free = WITHOUT_UNIT.contains(row.mnemonic());
            // Of MMX registers alone, which the operating system need not know of.
            boolean mmx = row.timing().startsWith("sse2.mmx.");
            Consumer<Assembler> code = a -> a.bytes(code(row, 0));
            assertThat(run(northwood, 0, OSFXSR, code)).isEqualTo(NONE);
            assertThat(run(northwood, EM, OSFXSR, code)).isEqualTo(free ? NONE : UD);
            assertThat(run(northwood, 0, 0, code)).isEqualTo(free || mmx ? NONE : UD);
            assertThat(run(northwood, TS, OSFXSR, code)).isEqualTo(free ? NONE : NM);
        });
        for (String fence : List.of("lfence", "mfence")) {
            assertThat(run(northwood, EM | TS, 0, a -> a.emit(fence))).isEqualTo(NONE);
        }
    }

    @Test
    void sixteenBytesInMemoryAreAlignedButForMovesThatSayNot() {
        Bare northwood = bare("p4-northwood");
        assertThat(rows().filter(Sse2Test::hasMemory)).hasSizeGreaterThan(90).allSatisfy(row -> {
            boolean wide = row.operands().stream().anyMatch(o -> isMemory(o) && o.size() == OperandForm.Size.X);
            boolean faults = wide && !UNALIGNED.contains(row.mnemonic());
            for (int offset : new int[] {4, 8}) {
                assertThat(run(northwood, 0, OSFXSR, a -> a.bytes(code(row, offset))))
                        .as("%s at %d", row.mnemonic(), offset)
                        .isEqualTo(faults ? GP : NONE);
            }
        });
    }

    @Test
    void unmaskedExceptionsOfDoublesAreXfOnlyIfTheOperatingSystemWantsThem() {
        Bare northwood = bare("p4-northwood");
        northwood.words(Bare.DATA, MASKED & ~0x200);
        Consumer<Assembler> divide = a -> {
            a.emit("ldmxcsr", CONTROL.dword());
            a.emit("pcmpeqd", Xmm.XMM0, Xmm.XMM0);
            a.emit("psrlq", Xmm.XMM0, imm(54));
            a.emit("psllq", Xmm.XMM0, imm(52));
            a.emit("xorpd", Xmm.XMM1, Xmm.XMM1);
            a.emit("divpd", Xmm.XMM0, Xmm.XMM1);
        };
        assertThat(run(northwood, 0, OSFXSR | OSXMMEXCPT, divide)).isEqualTo(XF);
        assertThat(run(northwood, 0, OSFXSR, divide)).isEqualTo(UD);
        northwood.words(Bare.DATA, MASKED);
        assertThat(run(northwood, 0, OSFXSR, divide)).isEqualTo(NONE);
    }

    @ParameterizedTest
    @CsvSource({"p3-katmai, false", "p4-northwood, true"})
    void denormalsAreZerosIsABitOfPartsWithSse2AndTheImageSaysSo(String part, boolean there) {
        Bare bare = bare(part);
        bare.words(Bare.DATA, MASKED | DENORMALS_ARE_ZEROS);
        bare.words(IMAGE + 28, 0);
        assertThat(run(bare, 0, OSFXSR, a -> a.emit("ldmxcsr", CONTROL.dword())))
                .isEqualTo(there ? NONE : GP);
        assertThat(run(bare, 0, OSFXSR, a -> a.emit("fxsave", Mem.absolute(IMAGE))))
                .isEqualTo(NONE);
        assertThat(bare.word(IMAGE + 24)).isEqualTo(MASKED | (there ? DENORMALS_ARE_ZEROS : 0));
        assertThat(bare.word(IMAGE + 28)).as("bits of MXCSR").isEqualTo(there ? 0xFFFF : 0);
        bare.words(IMAGE + 24, MASKED | DENORMALS_ARE_ZEROS);
        assertThat(run(bare, 0, OSFXSR, a -> a.emit("fxrstor", Mem.absolute(IMAGE))))
                .isEqualTo(there ? NONE : GP);
    }

    private static int run(Bare bare, int cr0, int cr4, Consumer<Assembler> code) {
        Consumer<Assembler> before = a -> {
            a.emit("mov", Reg32.EAX, imm(cr4));
            if (cr4 != 0) a.emit("mov", Cr.CR4, Reg32.EAX);
            a.emit("mov", Reg32.EAX, imm(0x11 | cr0));
            a.emit("mov", Cr.CR0, Reg32.EAX);
            a.emit("mov", Reg32.EDI, imm(Bare.DATA));
        };
        Consumer<Assembler> after = a -> {
            a.emit("mov", Reg32.EAX, imm(0x11));
            a.emit("mov", Cr.CR0, Reg32.EAX);
        };
        reset(bare);
        return bare.kernel(before.andThen(code).andThen(after)).vector();
    }

    /** CR0 and CR4 as they were, unless the part does not have CR4. */
    private static void reset(Bare bare) {
        bare.kernel(a -> {
            a.emit("mov", Reg32.EAX, imm(0x11));
            a.emit("mov", Cr.CR0, Reg32.EAX);
            a.emit("xor", Reg32.EAX, Reg32.EAX);
            if (bare.machine.control(Cr.CR4) != 0) a.emit("mov", Cr.CR4, Reg32.EAX);
        });
    }

    private static boolean hasMemory(InstructionForm row) {
        return row.operands().stream().anyMatch(Sse2Test::isMemory);
    }

    private static boolean isMemory(OperandForm operand) {
        return operand.kind().isRegisterOrMemory() || operand.kind() == OperandForm.Kind.M;
    }

    /** The instruction, with memory at EDI and an offset if it can have memory, else with registers 1 and 2. */
    private static byte[] code(InstructionForm row, int offset) {
        ByteArrayOutputStream code = new ByteArrayOutputStream();
        if (row.prefix() > 0) code.write(row.prefix());
        code.write(0x0F);
        code.write(row.opcode());
        int reg = row.digit() >= 0 ? row.digit() : 1;
        code.write((hasMemory(row) ? 0x47 : 0xC2) | reg << 3);
        if (hasMemory(row)) code.write(offset);
        if (row.operands().stream().anyMatch(o -> o.kind() == OperandForm.Kind.I)) code.write(1);
        return code.toByteArray();
    }

    private static Bare bare(String part) {
        CpuModel model = Models.named(part);
        Parameters defaults = Parameters.defaults(model);
        return new Bare(new Ia32Machine(4 << 20, model.identity(defaults), model.timing(defaults)));
    }
}
