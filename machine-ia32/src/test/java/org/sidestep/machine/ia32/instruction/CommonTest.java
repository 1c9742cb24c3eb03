package org.sidestep.machine.ia32.instruction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Instruction;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.device.BoardOptions;
import org.sidestep.machine.ia32.device.TestMemory;
import org.sidestep.machine.ia32.engine.CodeCache;
import org.sidestep.machine.ia32.fault.Fault;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.timing.unit.UnitModel;
import org.sidestep.plugin.Configured;
import org.sidestep.plugin.Parameters;

/** The common forms by number do what the classes that know all forms have them do. */
class CommonTest {
    private static final long SEED = 31;
    private static final int BYTES = 8 << 20;

    /** Registers point here, so that what they address is memory. */
    private static final int LOW = 0x20000;

    private static final int HIGH = 0x40000;
    private static final int FAR = 0x10000;
    private static final int ENOUGH = 40;
    private static final int FORMS = 44;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Decoder decoder = new Decoder();
    private final Processor common = new Processor();
    private final Processor general = new Processor();

    private static final class Processor {
        final Ram ram = new Ram(BYTES);
        final Cpu cpu;

        Processor() {
            UnitModel model = new UnitModel();
            Parameters parameters = Configured.defaults(model).parameters();
            Board board = new Board(1_000_000, new TestMemory(new byte[0]), BoardOptions.PLAIN);
            cpu = new Cpu(ram, board, new CodeCache(ram), model.identity(parameters), model.timing(parameters));
        }

        /** Executes from a state that depends on {@code seed} alone; returns all that the instruction has left behind. */
        String execute(Semantics semantics, Op op, long seed) {
            SplittableRandom state = new SplittableRandom(seed);
            for (int i = 0; i < 8; i++) cpu.r[i] = state.nextInt(LOW, HIGH);
            cpu.flags.replace(state.nextInt(), 0x8D5);
            cpu.eip = state.nextInt(LOW, HIGH);
            cpu.next = cpu.eip + op.length;
            int address = cpu.address(op);
            int stack = cpu.r[Cpu.ESP];
            ram.write32(address, state.nextInt());
            ram.write32(stack, state.nextInt());
            String fault = "";
            try {
                semantics.execute(cpu, op);
            } catch (Fault raised) {
                fault = raised.toString();
            }
            return "%s eflags %x next %x memory %x stack %x %x %s"
                    .formatted(
                            Arrays.toString(cpu.r),
                            cpu.flags.value(),
                            cpu.next,
                            ram.read32(address),
                            ram.read32(stack - 4),
                            ram.read32(stack),
                            fault);
        }
    }

    @Test
    void eachFormDoesWhatTheGeneralOneDoes() {
        Map<Integer, Integer> tried = new TreeMap<>();
        for (int i = 0; i < 3_000_000; i++) {
            Instruction instruction = instruction();
            int number = instruction == Decoder.UNDEFINED || instruction == Decoder.TOO_LONG
                    ? Common.NONE
                    : Common.number(instruction);
            if (number == Common.NONE || !staysInMemory(instruction)) continue;
            if (tried.merge(number, 1, Integer::sum) > ENOUGH) continue;
            Op op = new Op(instruction, Common.SEMANTICS, number, null);
            long seed = random.nextLong();
            assertThat(common.execute(Common.SEMANTICS, op, seed))
                    .as(instruction.form + ", seed " + seed)
                    .isEqualTo(general.execute(InstructionSet.general(instruction), op, seed));
        }
        assertThat(tried).hasSize(FORMS);
        assertThat(tried.values()).allMatch(times -> times >= ENOUGH / 2);
    }

    private Instruction instruction() {
        byte[] code = new byte[16];
        random.nextBytes(code);
        int[] at = {0};
        return decoder.decode((ByteSource) () -> code[at[0]++] & 0xFF, true);
    }

    private static boolean staysInMemory(Instruction i) {
        boolean absolute = i.base < 0 && i.index < 0;
        return absolute ? i.displacement >= 0 && i.displacement < BYTES - 4 : Math.abs(i.displacement) < FAR;
    }
}
