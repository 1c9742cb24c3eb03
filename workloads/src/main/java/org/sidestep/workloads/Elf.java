package org.sidestep.workloads;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Nearest;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameters;
import org.sidestep.workload.BootPrograms;
import org.sidestep.workload.Observables;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.x2.ThreadId;

/**
 * A root task that was built elsewhere, in whatever language: any X.2 program. Without one the image is the kernel alone, which a
 * boot loader completes.
 */
public final class Elf implements Workload {

    private static final String ITEM = "\\s*;\\s*";
    private static final Pattern INTERVAL = Pattern.compile("([\\w-]+)=([\\w.,]+)\\.\\.([\\w.,]+?)(?:/(\\d{1,6}))?");
    private static final Pattern PRINTED = Pattern.compile("([\\w.-]+)=(.+)");

    @Override
    public String id() {
        return "elf";
    }

    @Override
    public String summary() {
        return "a root task from an ELF file, measured by its symbols and by what it prints";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(
                Parameter.text(
                        "root", "", "the root task's file, as seen from where sidestep runs; none: the kernel alone"),
                Parameter.text("sigma0", "", "another sigma0 than the kernel's, if not empty"),
                Parameter.text("modules", "", "what it finds through the boot information: FILE[:ARGS]; FILE[:ARGS]"),
                Parameter.integer(
                        "rounds", 0, 0, Integer.MAX_VALUE, "goes into the word at its symbol 'rounds'; 0: as it is"),
                Parameter.text("begin", "", "symbol at which measuring begins; empty: at its entry"),
                Parameter.text("end", "", "symbol at which it ends; empty: with the run"),
                Parameter.text(
                        "intervals", "", "what is timed between symbols: NAME=FROM[,FROM]..TO[,TO][/PARTS]; ..."),
                Parameter.text("printed", "", "figures behind a text on the console: NAME=TEXT; ..."),
                Parameter.text("until", "", "the text on the console that ends the run; empty: port F4 does"));
    }

    @Override
    public void check(Parameters parameters) {
        if (parameters.text("root").isEmpty()) return;
        Set<String> symbols = new ElfPrograms(parameters).root().symbols().keySet();
        for (String name : List.of("begin", "end")) requireSymbol(parameters.text(name), name, parameters, symbols);
        for (String item : items(parameters, "intervals")) {
            Matcher interval = interval(item);
            for (String symbol : (interval.group(2) + "," + interval.group(3)).split(",")) {
                requireSymbol(symbol, "intervals", parameters, symbols);
            }
        }
        for (String item : items(parameters, "printed")) printed(item);
    }

    private static void requireSymbol(String symbol, String name, Parameters parameters, Set<String> symbols) {
        if (symbol.isEmpty() || symbols.contains(symbol)) return;
        throw new BadParameter(String.format(
                Locale.ROOT,
                "elf.%s: %s has no symbol '%s'%s",
                name,
                parameters.text("root"),
                symbol,
                Nearest.hint(symbol, symbols)));
    }

    @Override
    public void build(UserProgram program) {
        Parameters parameters = program.parameters();
        if (parameters.text("root").isEmpty()) {
            program.start(BootPrograms.NONE);
            program.observe().measure("boot.entry", null);
            return;
        }
        program.start(new ElfPrograms(parameters).all());
        Observables.Builder observe = program.observe();
        observe.measure(label(parameters.text("begin")), end(parameters));
        for (String item : items(parameters, "intervals")) {
            Matcher interval = interval(item);
            int parts = interval.group(4) == null ? 1 : Integer.parseInt(interval.group(4));
            observe.interval(interval.group(1), labels(interval.group(2)), labels(interval.group(3)), parts);
        }
        for (String item : items(parameters, "printed")) {
            Matcher printed = printed(item);
            observe.printed(printed.group(1), printed.group(2));
        }
        if (!parameters.text("until").isEmpty()) observe.until(parameters.text("until"));
        observe.thread(ThreadId.number(program.abi().rootId()), "root", "root");
    }

    private static String end(Parameters parameters) {
        String end = parameters.text("end");
        return end.isEmpty() ? null : label(end);
    }

    /** The kernel makes the root task's symbols its labels, and calls its entry {@code root}. */
    private static String label(String symbol) {
        return symbol.isEmpty() ? "root" : "root." + symbol;
    }

    private static List<String> labels(String symbols) {
        return List.of(symbols.split(",")).stream().map(Elf::label).toList();
    }

    /** A list in one line. */
    static List<String> items(Parameters parameters, String name) {
        String text = parameters.text(name).strip();
        return text.isEmpty() ? List.of() : List.of(text.split(ITEM));
    }

    private static Matcher interval(String item) {
        return match(INTERVAL, "intervals", "NAME=FROM..TO or NAME=FROM..TO/PARTS", item);
    }

    private static Matcher printed(String item) {
        return match(PRINTED, "printed", "NAME=TEXT", item);
    }

    private static Matcher match(Pattern pattern, String parameter, String form, String item) {
        Matcher matcher = pattern.matcher(item);
        if (matcher.matches()) return matcher;
        throw new BadParameter(String.format(Locale.ROOT, "elf.%s: '%s' is not of the form %s", parameter, item, form));
    }
}
