package org.sidestep.machine.ia32.translator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.objectweb.asm.util.TraceClassVisitor;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Limits;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.device.BusMaster;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.engine.CodeCache;
import org.sidestep.machine.ia32.engine.Interpreter;
import org.sidestep.machine.ia32.engine.Translator;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.timing.inorder.P5;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameters;

/** What a dozen blocks are translated to, as text, so that a change of the translator shows what it changes. */
class TranslatedTextTest {
    private static final Path TEXTS = Path.of("src", "test", "resources", "translated");
    private static final int CODE = 0x1000;
    private static final int LIMIT = 7000;

    /** Two accesses that a Pentium makes side by side; the other blocks are those of a Pentium III. */
    private static final String IN_ORDER = "pair-in-order";

    private static final Map<String, Consumer<Assembler>> BLOCKS = new LinkedHashMap<>();

    static {
        BLOCKS.put("add", a -> a.emit("add", EAX, EBX));
        BLOCKS.put("add-byte", a -> a.emit("add", Reg8.AH, Reg8.BL));
        BLOCKS.put("add-dead-flags", a -> {
            a.emit("add", EAX, EBX);
            a.emit("xor", ECX, ECX);
        });
        BLOCKS.put("adc", a -> a.emit("adc", EAX, EBX));
        BLOCKS.put("inc", a -> a.emit("inc", EAX));
        BLOCKS.put("load", a -> a.emit("mov", EAX, EBX.at(4)));
        BLOCKS.put("store", a -> a.emit("mov", EBX.at(4), EAX));
        BLOCKS.put("modify", a -> a.emit("add", EBX.at(8), ECX));
        BLOCKS.put("push-pop", a -> {
            a.emit("push", ESI);
            a.emit("pop", EDX);
        });
        BLOCKS.put("shift", a -> a.emit("shl", EAX, imm(3)));
        BLOCKS.put("multiply", a -> a.emit("imul", EAX, EBX));
        BLOCKS.put("divide", a -> {
            a.emit("mov", ECX, imm(3));
            a.emit("div", ECX);
        });
        BLOCKS.put("set", a -> {
            a.emit("cmp", EAX, EBX);
            a.emit("setl", Reg8.CL);
        });
        BLOCKS.put("scan", a -> a.emit("bsf", EAX, EBX));
        BLOCKS.put(IN_ORDER, a -> {
            a.emit("mov", EAX, EBX.at(4));
            a.emit("mov", ESI.at(8), ECX);
        });
    }

    private static Stream<String> names() {
        return BLOCKS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void blocksAreTranslatedAsTheCommittedTextSays(String name) throws IOException {
        Path file = TEXTS.resolve(name + ".txt");
        String text = text(name.equals(IN_ORDER) ? new P5() : new P3Coppermine(), BLOCKS.get(name));
        if (System.getProperty("update") != null) {
            Files.createDirectories(TEXTS);
            Files.writeString(file, text);
        }
        assertThat(text)
                .as("write the texts anew: ./mvnw -q -Dquick -pl machine-ia32 -am test -Dtest=TranslatedTextTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Dupdate")
                .isEqualTo(Files.readString(file));
    }

    /** The instructions in an endless loop, translated when that has gone round once. */
    private static String text(CpuModel model, Consumer<Assembler> instructions) {
        Assembler asm = new Assembler();
        asm.section("code", CODE, CODE);
        Label top = asm.bind(asm.fresh("top"));
        instructions.accept(asm);
        asm.emit("jmp", top);
        Ram ram = new Ram(1 << 20);
        ram.store(CODE, asm.link().segments().get(0).bytes());
        CodeCache code = new CodeCache(ram);
        Parameters figures = Parameters.defaults(model);
        Board board = new Board(1000, new Memory(ram), BoardOptions.PLAIN);
        Cpu cpu = new Cpu(ram, board, code, model.identity(figures), model.timing(figures));
        Interpreter interpreter = new Interpreter(cpu, code, ram, null);
        Captured captured = new Captured(cpu, code);
        interpreter.translate(captured, 2);
        cpu.goTo(CODE);
        cpu.r[4] = 0x8000;
        interpreter.run(Limits.instructions(20), false);
        return captured.text;
    }

    private record Memory(Ram ram) implements BusMaster {
        @Override
        public int size() {
            return ram.size();
        }

        @Override
        public byte[] fetch(int address, int length) {
            return ram.copy(address, length);
        }

        @Override
        public void store(int address, byte[] bytes) {
            ram.store(address, bytes);
        }

        @Override
        public void protect(int from, int to, boolean readOnly) {
            ram.protect(from, to, readOnly);
        }
    }

    /** Writes the region around the first hot block as text, and runs nothing. */
    private static final class Captured implements Translator {
        private final Cpu cpu;
        private final CodeCache code;
        private String text = "nothing is hot";

        Captured(Cpu cpu, CodeCache code) {
            this.cpu = cpu;
            this.code = code;
        }

        @Override
        public void hot(Block block) {
            StringWriter out = new StringWriter();
            Region region = Region.around(block, code, cpu.mmu, false, LIMIT);
            MemoizedTiming clock = (MemoizedTiming) cpu.timing;
            new RegionWriter(region, clock).write(new TraceClassVisitor(new PrintWriter(out)));
            String all = out.toString().replace("\r\n", "\n");
            // What every region begins and ends with says nothing of the block.
            String run = all.substring(
                    all.indexOf("TABLESWITCH"),
                    all.indexOf("INVOKESTATIC org/sidestep/machine/ia32/translator/Frame.leave"));
            text = run.strip() + "\n\n" + all.substring(all.indexOf("private report"));
        }

        @Override
        public boolean run(Block block, long budget) {
            throw new IllegalStateException();
        }

        @Override
        public int executed() {
            throw new IllegalStateException();
        }

        @Override
        public Block block() {
            throw new IllegalStateException();
        }

        @Override
        public boolean isUnfinished() {
            throw new IllegalStateException();
        }

        @Override
        public int handOver() {
            throw new IllegalStateException();
        }
    }
}
