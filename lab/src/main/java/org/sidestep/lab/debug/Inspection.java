package org.sidestep.lab.debug;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.isa.Symbols;
import org.sidestep.lab.BadInput;
import org.sidestep.machine.Machine;

/** What a debugger shows of a machine, as text: for the console, and for gdb's {@code monitor}. */
final class Inspection {

    private static final int LONGEST_INSTRUCTION = 15;
    private static final int DEFAULT_BIG = 1 << 14;
    private static final int MOST_WORDS = 1024;

    private final DebugTarget target;
    private final Machine machine;

    Inspection(DebugTarget target) {
        this.target = target;
        this.machine = target.machine();
    }

    /** The address that a text names; see {@link DebugTarget#address}. */
    int address(String place) {
        return target.address(place);
    }

    /** Where it stands: the thread, the clock, the place and the instruction there. */
    String where() {
        Threads.Each running = target.threads().running();
        return String.format(
                Locale.ROOT,
                "%s, cycle %d, instruction %d: %s\n%s",
                running.name(),
                machine.cycles(),
                machine.instructions(),
                target.place(machine.codeAddress()),
                code(machine.codeAddress(), 1));
    }

    String registers() {
        StringBuilder text = new StringBuilder();
        for (Reg32 register : Reg32.values()) append(text, register.toString(), machine.register(register));
        text.append('\n');
        append(text, "eip", machine.eip());
        append(text, "eflags", machine.eflags());
        for (Seg segment : Seg.values()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s=%04x/%08x ",
                    segment,
                    machine.selector(segment),
                    machine.debugger().segment(segment).base()));
        }
        text.append('\n');
        for (Cr register : List.of(Cr.CR0, Cr.CR2, Cr.CR3, Cr.CR4)) {
            append(text, register.toString(), machine.control(register));
        }
        return text.append(String.format(Locale.ROOT, "level=%d\n", machine.cpl()))
                .toString();
    }

    private static void append(StringBuilder text, String name, int value) {
        text.append(String.format(Locale.ROOT, "%s=%08x ", name, value));
    }

    /** Words of memory, as the thread that runs sees it. */
    String memory(int address, long words) {
        if (words < 1 || words > MOST_WORDS) {
            throw new BadInput(String.format(Locale.ROOT, "from 1 to %d words, not %d", MOST_WORDS, words));
        }
        byte[] bytes = target.threads().memory(target.threads().running(), address, (int) words * 4);
        ByteBuffer memory = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        StringBuilder text = new StringBuilder();
        for (int at = 0; memory.remaining() >= 4; at += 4) {
            if (at % 16 == 0) text.append(String.format(Locale.ROOT, "%s%08x:", at == 0 ? "" : "\n", address + at));
            text.append(String.format(Locale.ROOT, " %08x", memory.getInt()));
        }
        text.append(text.isEmpty() ? "" : "\n");
        if (bytes.length < words * 4) {
            text.append(String.format(Locale.ROOT, "%08x: not mapped\n", address + bytes.length));
        }
        return text.toString();
    }

    /** Instructions from an address on. */
    String code(int address, long count) {
        if (count < 1 || count > MOST_WORDS) {
            throw new BadInput(String.format(Locale.ROOT, "from 1 to %d instructions, not %d", MOST_WORDS, count));
        }
        boolean big = (machine.debugger().segment(Seg.CS).rights() & DEFAULT_BIG) != 0;
        Decoder decoder = new Decoder();
        StringBuilder text = new StringBuilder();
        int at = address;
        for (long i = 0; i < count; i++) {
            byte[] bytes = target.threads().memory(target.threads().running(), at, LONGEST_INSTRUCTION);
            Instruction instruction;
            try {
                instruction = decoder.decode(ByteSource.of(bytes, 0), big);
            } catch (IndexOutOfBoundsException e) {
                return text.append(String.format(Locale.ROOT, "%08x: not mapped\n", at))
                        .toString();
            }
            text.append(String.format(Locale.ROOT, "%08x  %s\n", at, Disassembler.text(instruction, at, labels())));
            at += instruction.length;
        }
        return text.toString();
    }

    private Symbols labels() {
        TreeMap<Integer, String> names = new TreeMap<>();
        target.program().ifPresent(program -> program.symbols().forEach((name, at) -> names.putIfAbsent(at, name)));
        return new Symbols() {
            @Override
            public String address(int address) {
                return names.get(address);
            }
        };
    }

    /** A line for each thread; the one that runs is marked. */
    String threads() {
        List<String> lines = new ArrayList<>();
        for (Threads.Each each : target.threads().all()) {
            var at = target.codeAddress(each);
            lines.add(String.format(
                    Locale.ROOT,
                    "%s %-8d %-22s %s%s",
                    each.runs() ? "*" : " ",
                    each.number(),
                    each.name(),
                    at.isPresent() ? "at " + target.place(at.getAsInt()) + ", " : "",
                    each.doing()));
        }
        return String.join("\n", lines) + "\n";
    }

    String utcb(Optional<String> thread) {
        Threads.Each of = target.thread(thread);
        byte[] bytes = target.threads().utcb(of).orElseThrow(() -> new BadInput(of.name() + " has no UTCB"));
        return Threads.text(target.threads().utcbFields(), bytes);
    }

    String tcb(Optional<String> thread) {
        Threads.Each of = target.thread(thread);
        byte[] bytes =
                target.threads().tcb(of).orElseThrow(() -> new BadInput(of.name() + " has no thread control block"));
        return Threads.text(target.threads().tcbFields(), bytes);
    }
}
