package org.sidestep.asm;

import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.sidestep.isa.ByteSource;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Disassembler;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.Symbols;

/** Prints a linked program from its finished bytes: address, bytes, label, disassembly, field names, Java line. */
public final class Listing {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");
    private static final int DATA_PER_LINE = 8;
    private static final int DATA_LINES = 8;

    private final Program program;
    private final String prefix;
    private final Decoder decoder = new Decoder();
    private final StringBuilder out = new StringBuilder();
    private final Map<Integer, String> localLabels = new HashMap<>();
    private final Map<Integer, String> labels = new HashMap<>();
    private Program.Segment segment;
    private boolean headed;
    private String routine = "";
    private String label = "";
    private String remark = "";

    private Listing(Program program, String prefix) {
        this.program = program;
        this.prefix = prefix;
        program.symbols().forEach((name, address) -> labels.putIfAbsent(address, name));
    }

    /**
     * The listing of everything in routines, or under labels, whose names start with {@code prefix}; of everything if it
     * is empty. The same program gives the same text.
     */
    public static String of(Program program, String prefix) {
        return new Listing(program, prefix).text();
    }

    private String text() {
        List<Program.Line> lines = program.lines();
        for (int i = 0; i < lines.size(); i++) {
            Program.Line line = lines.get(i);
            switch (line.kind()) {
                case SECTION -> open(line, lines.subList(i + 1, lines.size()));
                case ROUTINE -> {
                    routine = line.text().lines().findFirst().orElse("");
                    label = "";
                }
                case LABEL -> label = line.text();
                default -> {}
            }
            if (isSelected()) print(line);
        }
        return out.toString();
    }

    /** A new section begins: its own labels take precedence over others at the same linear address. */
    private void open(Program.Line section, List<Program.Line> following) {
        segment = program.segments().stream()
                .filter(s -> s.name().equals(section.text()))
                .findFirst()
                .orElse(null);
        headed = false;
        routine = "";
        label = "";
        localLabels.clear();
        for (Program.Line line : following) {
            if (line.kind() == Program.Line.Kind.SECTION) break;
            if (line.kind() == Program.Line.Kind.LABEL) localLabels.putIfAbsent(line.address(), line.text());
        }
    }

    private boolean isSelected() {
        return segment != null && (prefix.isEmpty() || routine.startsWith(prefix) || label.startsWith(prefix));
    }

    private void print(Program.Line line) {
        if (!headed) heading();
        switch (line.kind()) {
            case SECTION -> {}
            case ROUTINE -> routine(line);
            case LABEL -> out.append(line.text()).append(":\n");
            case PHASE -> out.append("    ; -- ").append(line.text()).append('\n');
            case REMARK -> remark = remark.isEmpty() ? line.text() : remark + "; " + line.text();
            case CODE -> code(line);
            case DATA -> data(line);
        }
    }

    private void heading() {
        headed = true;
        if (out.length() > 0) out.append('\n');
        out.append(String.format(
                Locale.ROOT,
                "; section %s at %08x, loaded at %08x, %d bytes\n",
                segment.name(),
                segment.address(),
                segment.physical(),
                segment.memorySize()));
    }

    private void routine(Program.Line line) {
        out.append('\n');
        line.text()
                .lines()
                .forEach(text -> out.append("; ").append(text.stripTrailing()).append('\n'));
    }

    /** A line of code is one instruction, or the nops of an alignment. */
    private void code(Program.Line line) {
        Names names = new Names(line.text());
        for (int done = 0; done < line.length(); ) {
            int address = line.address() + done;
            int offset = address - segment.address();
            Instruction instruction = decoder.decode(ByteSource.of(segment.bytes(), offset), true);
            String text = Disassembler.text(instruction, address, names);
            row(address, HEX.formatHex(segment.bytes(), offset, offset + instruction.length), text, line.source());
            done += instruction.length;
        }
    }

    private void data(Program.Line line) {
        int offset = line.address() - segment.address();
        if (offset >= segment.bytes().length) {
            if (line.length() > 0) row(line.address(), "", ".skip  " + line.length(), line.source());
            return;
        }
        for (int done = 0; done < line.length(); done += DATA_PER_LINE) {
            int count = Math.min(DATA_PER_LINE, line.length() - done);
            boolean cut = done == DATA_LINES * DATA_PER_LINE;
            String bytes = HEX.formatHex(segment.bytes(), offset + done, offset + done + count);
            String text = line.text().isEmpty() ? "" : ".long  " + line.text();
            row(line.address() + done, bytes, cut ? "... of " + line.length() + " bytes" : text, line.source());
            if (cut) break;
        }
    }

    private void row(int address, String bytes, String text, String source) {
        String beside = remark.isEmpty() ? "" : "; " + remark;
        remark = "";
        String row = String.format(Locale.ROOT, "%08x  %-24s %-46s %-24s %s", address, bytes, text, source, beside);
        out.append(row.stripTrailing()).append('\n');
    }

    /** The names that the author used in an instruction, {@code [tcb.partner]label}, and those of branch targets. */
    private final class Names implements Symbols {
        private final String memory;
        private final String other;

        Names(String text) {
            int end = text.indexOf(']');
            memory = end < 0 ? null : text.substring(1, end);
            other = end < 0 ? text : text.substring(end + 1);
        }

        @Override
        public String address(int address) {
            if (memory != null) return memory;
            if (!other.isEmpty()) return other;
            String local = localLabels.get(address);
            return local != null ? local : labels.get(address);
        }

        @Override
        public String displacement(int displacement) {
            return memory;
        }

        @Override
        public String immediate(int value) {
            return other.isEmpty() ? null : other;
        }
    }
}
