package org.sidestep.lab.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.experiment.Change;
import org.sidestep.machine.CpuModel;
import org.sidestep.plugin.BadParameter;
import org.sidestep.plugin.Configured;
import picocli.CommandLine.Option;

/** Numbers of a processor that are not those of its data sheet, where no experiment file says so. */
final class CpuSettings {

    private static final String PREFIX = "cpu.";

    @Option(
            names = "--set",
            paramLabel = "cpu.NAME=VALUE",
            description = "Change a number of the CPU model (may be repeated); 'sidestep list MODEL' shows them all.")
    private List<String> changes = List.of();

    /** The same as words of a command line. */
    List<String> words() {
        return changes.stream().flatMap(change -> Stream.of("--set", change)).toList();
    }

    /** @throws BadInput if it has no such number, or the number no such value */
    Configured<CpuModel> configure(CpuModel model) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String text : changes) {
            Change change = Change.parse(text);
            if (!change.name().startsWith(PREFIX)) {
                throw new BadInput(String.format(
                        Locale.ROOT, "--set %s: only numbers of the processor can be set here: cpu.NAME=VALUE", text));
            }
            if (values.put(change.name().substring(PREFIX.length()), change.value()) != null) {
                throw new BadInput(String.format(Locale.ROOT, "--set %s: '%s' is set twice", text, change.name()));
            }
        }
        try {
            return Configured.of(model, values);
        } catch (BadParameter e) {
            throw new BadInput("--set: " + e.getMessage(), e);
        }
    }
}
