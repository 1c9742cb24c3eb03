package org.sidestep.asm;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Settles sizes and addresses: branches start short and grow until all reach, which ends because none ever shrinks. */
final class Linker {

    private final List<Section> sections;
    private final Collection<Label> labels;

    Linker(List<Section> sections, Collection<Label> labels) {
        this.sections = sections;
        this.labels = labels;
    }

    Program link() {
        relax();
        List<Program.Segment> segments = new ArrayList<>();
        List<Program.Line> lines = new ArrayList<>();
        for (Section section : sections) {
            int size = section.place();
            byte[] bytes = section.isZero() ? new byte[0] : section.bytes(size);
            if (size > 0) segments.add(segment(section, bytes, size));
            if (size > 0) addLines(section, lines);
        }
        segments.sort(Comparator.comparing(Program.Segment::physical, Integer::compareUnsigned));
        requireNoOverlap(segments);
        Program program = new Program(List.copyOf(segments), symbols(), List.copyOf(lines));
        sections.forEach(Section::release);
        return program;
    }

    private void relax() {
        for (Section section : sections) section.collectBranches();
        boolean grown;
        do {
            for (Section section : sections) section.place();
            grown = false;
            for (Section section : sections) grown |= section.grow();
        } while (grown);
    }

    private static Program.Segment segment(Section section, byte[] bytes, int size) {
        return new Program.Segment(section.name(), section.address(), section.physical(), bytes, size);
    }

    private static void addLines(Section section, List<Program.Line> lines) {
        lines.add(new Program.Line(
                section.address(),
                0,
                new Fragment.Origin(Emission.UNKNOWN, Program.Line.Kind.SECTION, section.name(), "")));
        for (Fragment fragment : section.fragments()) {
            int address = section.address() + fragment.offset;
            lines.add(new Program.Line(address, fragment.size(address), fragment.origin));
        }
    }

    private Map<String, Integer> symbols() {
        Map<String, Integer> symbols = new LinkedHashMap<>();
        List<Label> bound = new ArrayList<>();
        for (Label label : labels) if (label.isBound()) bound.add(label);
        bound.sort(Linker::inOrder);
        for (Label label : bound) symbols.put(label.name(), label.address());
        return Collections.unmodifiableMap(symbols);
    }

    private static int inOrder(Label one, Label other) {
        int byAddress = Integer.compareUnsigned(one.address(), other.address());
        return byAddress != 0 ? byAddress : one.name().compareTo(other.name());
    }

    private static void requireNoOverlap(List<Program.Segment> segments) {
        for (int i = 1; i < segments.size(); i++) {
            Program.Segment below = segments.get(i - 1);
            Program.Segment above = segments.get(i);
            if (Integer.compareUnsigned(below.physical() + below.memorySize(), above.physical()) > 0) {
                throw new AssemblyException("sections '" + below.name() + "' and '" + above.name() + "' overlap");
            }
        }
    }
}
