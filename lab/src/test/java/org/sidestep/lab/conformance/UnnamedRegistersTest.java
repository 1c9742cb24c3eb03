package org.sidestep.lab.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.isa.OperandForm;
import org.sidestep.isa.OperandForm.Access;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Unnamed;
import org.sidestep.lab.BadInput;

/**
 * What the instruction table says of registers that instructions use without naming them, against the host's processor: a
 * register is written if the processor changes it, and read if another value of it makes a difference elsewhere.
 */
class UnnamedRegistersTest {
    private static final long SEED = 10;
    private static final int STATES = 8;
    private static final int FEW_STATES = 2;
    private static final int POINTER = Ring3.DATA + 0x400;
    private static final int STACK_TOP = Ring3.STACK + 0x8000;
    private static final int REP = 0xF3;

    /** Breakpoints for short jumps. */
    private static final String LANDING = "cc".repeat(16);

    /** Named operands are these where the encoding leaves a choice. */
    private static final int REG = Reg32.ESI.number();

    private static final int RM = Reg32.EBX.number();

    @TempDir
    Path directory;

    /** One encoding of a row. */
    private record Case(InstructionForm row, boolean repeated, String code) {
        /** Where the table says that nothing is used, little has to be seen. */
        int states() {
            boolean used =
                    !row.unnamed().equals(InstructionTable.rows("nop").get(0).unnamed());
            return used ? STATES : FEW_STATES;
        }

        String name() {
            return row.index() + " " + row.mnemonic() + " " + code;
        }
    }

    @Test
    void theProcessorReadsAndWritesWhatTheTableSays() {
        HostCpu host = host();
        List<Case> cases = InstructionTable.rows().stream()
                .filter(row -> IntegerVectors.isTested(row) && !row.timing().equals("int"))
                .flatMap(row -> cases(row).stream())
                .toList();
        List<String> lines = new ArrayList<>();
        for (int c = 0; c < cases.size(); c++) lines.addAll(vectors(c, cases.get(c)));
        Map<String, Words> results = host.results(lines);
        List<String> wrong = new ArrayList<>();
        int judged = 0;
        for (int c = 0; c < cases.size(); c++) {
            Use seen = seen(c, cases.get(c), results);
            if (!seen.completed) continue;
            judged++;
            wrong.addAll(judge(cases.get(c), seen));
        }
        assertThat(wrong).as("seed %d", SEED).isEmpty();
        assertThat(judged).isGreaterThan(cases.size() * 2 / 3);
    }

    @Test
    void theStackOfTheX87MovesAsTheTableSays() {
        HostCpu host = host();
        List<InstructionForm> rows = InstructionTable.rows().stream()
                .filter(row -> row.timing().startsWith("fp.") && !HostDifferences.isNeverAlike(row))
                .filter(row -> !row.timing().matches("fp\\.(init|ldcw)"))
                .toList();
        List<String> lines = new ArrayList<>();
        for (InstructionForm row : rows) {
            lines.add(String.format(
                    Locale.ROOT,
                    "id=%d code=%s fcw=37f fsw=%x ftw=ff00 edi=%x%s",
                    row.index(),
                    code(row, false, Reg32.EDI.number()),
                    4 << 11,
                    POINTER,
                    floats()));
        }
        Map<String, Words> results = host.results(lines);
        List<String> wrong = new ArrayList<>();
        for (InstructionForm row : rows) {
            Words result = results.get(Integer.toString(row.index()));
            int moved = 4 - (result.hex("fsw", 0) >> 11 & 7) & 7;
            if (moved != (row.unnamed().pushes() & 7)) wrong.add(row.mnemonic() + " moves by " + moved);
        }
        assertThat(wrong).isEmpty();
    }

    private HostCpu host() {
        try {
            return new HostCpu(directory);
        } catch (BadInput unavailable) {
            assumeTrue(System.getenv("CI") != null, "a compiler for 32-bit programs is needed");
            throw unavailable;
        }
    }

    private static String floats() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 8; i++) text.append(String.format(Locale.ROOT, " st%d=3ffe8%015x", i, 0x1000L + i));
        return text.toString();
    }

    private static List<Case> cases(InstructionForm row) {
        boolean string = row.operands().stream().anyMatch(o -> o.kind() == Kind.X || o.kind() == Kind.Y);
        Case plain = new Case(row, false, code(row, false, RM));
        return string ? List.of(plain, new Case(row, true, code(row, true, RM))) : List.of(plain);
    }

    /** Memory is at an absolute address if it must be memory, or else at a register; immediates are small. */
    private static String code(InstructionForm row, boolean repeated, int rm) {
        StringBuilder code = new StringBuilder();
        if (repeated) octet(code, REP);
        if (row.prefix() > 0) octet(code, row.prefix());
        if (row.map() != 0) octet(code, row.map());
        octet(code, row.opcode());
        if (row.hasModrm()) {
            boolean memory = row.operands().stream().anyMatch(o -> o.kind() == Kind.M);
            int reg = row.digit() >= 0 ? row.digit() : REG;
            int fixed = row.rm() >= 0 ? row.rm() : rm;
            octet(code, memory ? reg << 3 | 5 : 0xC0 | reg << 3 | (stacked(row) ? 2 : fixed));
            if (memory) word(code, POINTER);
        }
        for (OperandForm operand : row.operands()) immediate(code, operand);
        return code.toString();
    }

    private static boolean stacked(InstructionForm row) {
        return row.operands().stream().anyMatch(o -> o.kind() == Kind.STI);
    }

    private static void immediate(StringBuilder code, OperandForm operand) {
        if (operand.kind() == Kind.O) word(code, POINTER);
        if (operand.kind() != Kind.I && operand.kind() != Kind.J) return;
        switch (operand.size()) {
            case B, BS -> octet(code, 5);
            case W -> code.append("0800");
            default -> word(code, 5);
        }
    }

    private static void octet(StringBuilder code, int value) {
        code.append(HexFormat.of().toHexDigits((byte) value));
    }

    private static void word(StringBuilder code, int value) {
        code.append(HexFormat.of().toHexDigits(Integer.reverseBytes(value)));
    }

    /** For some states, each as it is and with another value of each register. */
    private static List<String> vectors(int number, Case tested) {
        List<String> lines = new ArrayList<>();
        for (int state = 0; state < tested.states(); state++) {
            Map<String, Integer> registers = registers(number, state);
            lines.add(line(number, state, "", tested, registers));
            Map<String, Integer> others = registers(number, state + STATES);
            for (String name : registers.keySet()) {
                Map<String, Integer> changed = new LinkedHashMap<>(registers);
                changed.put(name, others.get(name));
                lines.add(line(number, state, name, tested, changed));
            }
        }
        return lines;
    }

    /** Those by which strings go are pointers; counts are small, and so that divisions often succeed. */
    private static Map<String, Integer> registers(int number, int state) {
        SplittableRandom random = new SplittableRandom(SEED + 1000L * number + state);
        Map<String, Integer> registers = new LinkedHashMap<>();
        registers.put("eax", random.nextInt());
        registers.put("ecx", random.nextInt(4));
        registers.put("edx", random.nextInt(3));
        registers.put("ebx", random.nextBoolean() ? POINTER + 4 * random.nextInt(16) : random.nextInt());
        registers.put("ebp", STACK_TOP + 16 + 4 * random.nextInt(16));
        registers.put("esi", POINTER + 4 * random.nextInt(16));
        registers.put("edi", POINTER + 0x100 + 4 * random.nextInt(16));
        registers.put("esp", STACK_TOP + 4 * random.nextInt(4));
        return registers;
    }

    private static String line(int number, int state, String changed, Case tested, Map<String, Integer> registers) {
        SplittableRandom random = new SplittableRandom(SEED + state);
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "id=%d.%d.%s code=%s%s eflags=%x",
                number,
                state,
                changed,
                tested.code,
                LANDING,
                0x202 | random.nextInt() & 0x8D5));
        registers.forEach((name, value) -> line.append(String.format(Locale.ROOT, " %s=%x", name, value)));
        for (int base : new int[] {POINTER - 0x40, STACK_TOP - 0x40}) {
            line.append(String.format(Locale.ROOT, " mem=%x:", base));
            for (int i = 0; i < 0x200; i += 4) word(line, random.nextInt());
        }
        if (state % 2 != 0) {
            // CMPXCHG8B finds what it looks for.
            Map<String, Integer> original = registers(number, state);
            line.append(String.format(Locale.ROOT, " mem=%x:", POINTER));
            word(line, original.get("eax"));
            word(line, original.get("edx"));
        }
        return line.toString();
    }

    /** What some states have shown. */
    private static final class Use {
        boolean completed;
        final Set<String> written = new TreeSet<>();
        /** Another value made a difference outside the register itself; or in it alone, beyond being still there. */
        final Set<String> read = new TreeSet<>();

        final Set<String> readForItself = new TreeSet<>();
    }

    private static Use seen(int number, Case tested, Map<String, Words> results) {
        Use use = new Use();
        for (int state = 0; state < tested.states(); state++) {
            Map<String, Integer> before = registers(number, state);
            Map<String, Integer> others = registers(number, state + STATES);
            Words result = results.get(number + "." + state + ".");
            if (result == null || isRefused(result)) continue;
            use.completed = true;
            for (String name : before.keySet()) {
                if (result.hex(name, 0) != before.get(name)) use.written.add(name);
                Words other = results.get(number + "." + state + "." + name);
                if (other == null || others.get(name).equals(before.get(name))) continue;
                if (!outcome(tested.row, result, name).equals(outcome(tested.row, other, name))) use.read.add(name);
                boolean same = result.hex(name, 0) == other.hex(name, 0);
                boolean kept = result.hex(name, 0) == before.get(name) && other.hex(name, 0) == others.get(name);
                if (!same && !kept) use.readForItself.add(name);
            }
        }
        return use;
    }

    /** Whether the instruction itself ended in an exception; a breakpoint follows it. */
    private static boolean isRefused(Words result) {
        return !result.values().get("trap").equals("3") && result.hex("eip", 0) == Ring3.CODE;
    }

    /** All but one register, and flags that mean nothing. */
    private static String outcome(InstructionForm row, Words result, String without) {
        Map<String, String> values = new LinkedHashMap<>(result.values());
        values.remove("id");
        values.remove(without);
        int flags = result.hex("eflags", 0) & ~row.flagsUndefined();
        values.put("eflags", Integer.toHexString(flags));
        StringBuilder text = new StringBuilder(values.toString());
        result.memory()
                .forEach((address, bytes) ->
                        text.append(' ').append(address).append(HexFormat.of().formatHex(bytes)));
        return text.toString();
    }

    private static List<String> judge(Case tested, Use seen) {
        Unnamed unnamed = tested.row.unnamed();
        Set<String> writes = names(unnamed.writes(), unnamed.steps());
        Set<String> reads = names(unnamed.reads(), unnamed.addresses());
        if (tested.repeated) {
            writes.addAll(names(unnamed.counters(), List.of()));
            reads.addAll(names(unnamed.counters(), List.of()));
        }
        Set<String> named = named(tested.row, false);
        Set<String> namedWritten = named(tested.row, true);
        List<String> wrong = new ArrayList<>();
        for (String name : seen.written) {
            if (!writes.contains(name) && !namedWritten.contains(name)) wrong.add(tested.name() + " writes " + name);
        }
        for (String name : seen.read) {
            if (!reads.contains(name) && !named.contains(name)) wrong.add(tested.name() + " reads " + name);
        }
        for (String name : writes) {
            if (!seen.written.contains(name)) wrong.add(tested.name() + " does not write " + name);
        }
        for (String name : reads) {
            boolean read = seen.read.contains(name) || seen.readForItself.contains(name);
            if (!read) wrong.add(tested.name() + " does not read " + name);
        }
        return wrong;
    }

    private static Set<String> names(List<Integer> first, List<Integer> second) {
        Set<String> names = new TreeSet<>();
        for (int number : first) names.add(name(number));
        for (int number : second) names.add(name(number));
        return names;
    }

    private static String name(int number) {
        return Reg32.values()[number].name().toLowerCase(Locale.ROOT);
    }

    /** The registers that are operands; of these, those that are written. */
    private static Set<String> named(InstructionForm row, boolean written) {
        Set<String> names = new TreeSet<>();
        for (OperandForm operand : row.operands()) {
            if (written && operand.access() == Access.READ) continue;
            boolean octet = operand.size() == OperandForm.Size.B;
            switch (operand.kind()) {
                case G -> names.add(name(octet ? REG & 3 : REG));
                case E, R -> names.add(name(octet ? RM & 3 : RM));
                case Z -> names.add(name(octet ? row.opcode() & 3 : row.opcode() & 7));
                case FIXED -> {
                    if (operand.register().matches("al|ax|eAX")) names.add("eax");
                    if (operand.register().matches("cl|cx")) names.add("ecx");
                    if (operand.register().equals("dx")) names.add("edx");
                }
                default -> {}
            }
        }
        return names;
    }
}
