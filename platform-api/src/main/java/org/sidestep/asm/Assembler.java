package org.sidestep.asm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.sidestep.asm.Program.Line.Kind;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Target;

/**
 * Turns operations into bytes, through the instruction table. One assembler builds one {@link Program}: several
 * sections, one name space of labels. Branches are short where they can be; alignment pads with multi-byte nops.
 */
public final class Assembler {

    /** Far beyond any real program's, as are the limits of a {@link Section}. */
    private static final int MOST_LABELS = 1 << 20;

    private final Map<String, Section> sections = new LinkedHashMap<>();
    private final Map<String, Label> labels = new LinkedHashMap<>();
    private final Map<String, Integer> freshNames = new LinkedHashMap<>();
    private Section current;
    private String routine = "";
    private String purpose = "";
    private String author = "";
    private final List<Authored> authored = new ArrayList<>();
    private final List<Consumer<Revision>> revisions = new ArrayList<>();
    private final Map<Section, Random> shuffled = new LinkedHashMap<>();
    private final boolean sources;
    private int codeSize = 4;
    private boolean linked;

    /** One whose program knows which line of source each instruction comes from. */
    public Assembler() {
        this(true);
    }

    private Assembler(boolean sources) {
        this.sources = sources;
    }

    /** One whose program does not, for who runs it and asks for none: to look for each line takes a third of the time. */
    public static Assembler withoutSources() {
        return new Assembler(false);
    }

    private Emission emission() {
        return sources ? new Emission() : Emission.UNKNOWN;
    }

    /** Opens (or reopens) a section; what follows goes to its end. Linear and physical address may differ. */
    public void section(String name, int address, int physical) {
        open(name, address, physical, false);
    }

    /** Opens a section of reserved, zeroed space: only {@link #reserve}, {@link #align} and labels are allowed. */
    public void zeroSection(String name, int address, int physical) {
        open(name, address, physical, true);
    }

    private void open(String name, int address, int physical, boolean zero) {
        current = sections.computeIfAbsent(name, n -> new Section(n, address, physical, zero));
        if (current.address() != address || current.physical() != physical || current.isZero() != zero) {
            throw new AssemblyException("section '" + name + "' is already open at another place");
        }
    }

    /** Continues an existing section. */
    public void continueSection(String name) {
        Section section = sections.get(name);
        if (section == null) throw new AssemblyException("no section '" + name + "'");
        current = section;
    }

    /**
     * What follows runs in code segments of that many bits, 16 or 32. In 16-bit code registers still address with 32 bits,
     * labels are offsets in the segment of 64 KB around them, and there is no alignment.
     */
    public void bits(int size) {
        if (size != 16 && size != 32) throw new AssemblyException(source() + ": code of " + size + " bits");
        codeSize = size / 8;
    }

    /** The label of that name, created on first use. */
    public Label label(String name) {
        if (labels.size() > MOST_LABELS) {
            throw new AssemblyException(source() + ": labels without end: there are " + labels.size());
        }
        return labels.computeIfAbsent(name, Label::new);
    }

    /** A label that no one else can name, {@code <current routine>.<hint><n>}. */
    public Label fresh(String hint) {
        String stem = routine.isEmpty() ? hint : routine + "." + hint;
        String name;
        do name = stem + freshNames.merge(stem, 1, Integer::sum);
        while (labels.containsKey(name));
        return label(name);
    }

    /** Binds a label to the current place. */
    public Label bind(Label label) {
        if (label.isBound()) throw new AssemblyException(source() + ": label '" + label.name() + "' is bound twice");
        label.section = here();
        here().add(new Fragment.Mark(origin(Kind.LABEL, label.name()), label), 0);
        return label;
    }

    /**
     * Emits one instruction by mnemonic ("mov", "rep movsd", "lock cmpxchg", "jne").
     *
     * @throws AssemblyException if no row of the table takes these operands
     */
    public void emit(String mnemonic, Operand... operands) {
        List<Encoding> encodings = encode(mnemonic, codeSize, operands);
        Fragment.Origin origin = new Fragment.Origin(emission(), operands, purpose);
        Encoding first = encodings.get(0);
        Encoding last = encodings.get(encodings.size() - 1);
        Fragment fragment = encodings.size() == 1
                ? new Fragment.Bytes(origin, first.bytes(), first.fixups())
                : new Fragment.Branch(origin, first, last);
        filled().add(fragment, last.length());
        if (!author.isEmpty()) authored.add(new Authored(author, mnemonic, operands, here(), fragment, last));
    }

    private static List<Encoding> encode(String mnemonic, int codeSize, Operand[] operands) {
        try {
            return Encoder.encode(mnemonic, codeSize, operands);
        } catch (AssemblyException e) {
            AssemblyException located = new AssemblyException(source() + ": " + e.getMessage());
            located.initCause(e);
            throw located;
        }
    }

    public void bytes(byte... data) {
        Fragment.Origin origin = origin(Kind.DATA, "");
        filled().add(new Fragment.Bytes(origin, data.clone(), List.of()), data.length);
    }

    /** A 32-bit word of data: {@link org.sidestep.isa.Imm} or a label's address. */
    public void word(Operand value) {
        if (value instanceof Imm imm) {
            int v = imm.value();
            bytes((byte) v, (byte) (v >> 8), (byte) (v >> 16), (byte) (v >> 24));
        } else if (value instanceof Target target) {
            word(target, 0);
        } else {
            throw new AssemblyException(source() + ": a word is a number or a label, not " + value);
        }
    }

    /** A 32-bit word of data: a label's address plus {@code addend}. */
    public void word(Target target, int addend) {
        String name = addend == 0 ? target.name() : target.name() + String.format(Locale.ROOT, "%+d", addend);
        Fragment.Origin origin = origin(Kind.DATA, name);
        List<Fixup> fixups = List.of(new Fixup(0, 4, target, addend, false));
        filled().add(new Fragment.Bytes(origin, new byte[4], fixups), 4);
    }

    /** Reserves zeroed space. */
    public void reserve(int bytes) {
        here().add(new Fragment.Space(origin(Kind.DATA, ""), bytes), bytes);
    }

    /** Pads to a multiple of {@code alignment}, a power of two; with nops in code. */
    public void align(int alignment) {
        if (Integer.bitCount(alignment) != 1) throw new AssemblyException(source() + ": alignment " + alignment);
        Section section = here();
        boolean code = section.endsInCode();
        Fragment.Origin origin = origin(code ? Kind.CODE : Kind.DATA, "");
        Fragment padding = new Fragment.Padding(origin, alignment, code);
        section.add(padding, padding.size(section.address() + section.upperBound()));
    }

    /**
     * What the instructions from here on are for, in any section: a word that the program keeps with each of its lines.
     *
     * @return the word that was in force before
     */
    public String purpose(String word) {
        String before = purpose;
        purpose = word;
        return before;
    }

    /**
     * Who writes the instructions from here on, in any section: a {@link Revision} knows them by it. Empty if nobody asks.
     *
     * @return the author before
     */
    public String author(String name) {
        String before = author;
        author = name;
        return before;
    }

    /** Changes the program when all has been emitted, before it is linked. */
    public void revise(Consumer<Revision> revision) {
        revisions.add(revision);
    }

    /**
     * Puts the routines of the current section in an order drawn from {@code order} when the program is linked. Only those move that
     * begin at an alignment and into which no code runs from above, each with all that stands behind it up to the next; what stands
     * before the first of them stays. An exit that was emitted behind its guard lies behind it in each order.
     */
    public void shuffle(Random order) {
        shuffled.put(here(), order);
    }

    /** Begins a routine: names the scope of its labels and, in the listing, heads it with its contract. */
    public void routine(String name, String contract) {
        routine = name;
        heading(Kind.ROUTINE, name + "\n" + contract);
    }

    /** A heading in the listing: a phase of the current routine. */
    public void phase(String title) {
        heading(Kind.PHASE, title);
    }

    /** A remark beside the next instruction in the listing. */
    public void comment(String text) {
        heading(Kind.REMARK, text);
    }

    private void heading(Kind kind, String text) {
        here().add(new Fragment.Space(origin(kind, text), 0), 0);
    }

    /** Bytes emitted so far into the current section (an upper bound while branches may still shrink). */
    public int position() {
        return here().upperBound();
    }

    /**
     * Resolves everything. Nothing can be emitted any more.
     *
     * @throws AssemblyException if it has been done before
     */
    public Program link() {
        if (linked) throw new AssemblyException("the program has been linked");
        linked = true;
        revisions.forEach(revision -> revision.accept(new Revision(List.copyOf(authored))));
        shuffled.forEach(Section::shuffle);
        return new Linker(new ArrayList<>(sections.values()), labels.values()).link();
    }

    private Fragment.Origin origin(Kind kind, String text) {
        return new Fragment.Origin(emission(), kind, text, purpose);
    }

    private Section here() {
        if (current == null) throw new AssemblyException(source() + ": no section is open");
        return current;
    }

    private Section filled() {
        Section section = here();
        if (section.isZero())
            throw new AssemblyException(source() + ": section '" + section.name() + "' holds no bytes");
        return section;
    }

    /** The line that the author wrote. */
    static String source() {
        return new Emission().source();
    }
}
