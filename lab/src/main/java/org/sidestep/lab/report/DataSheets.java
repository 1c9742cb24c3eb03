package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.List;
import org.sidestep.experiment.Cell;
import org.sidestep.plugin.Evidence;
import org.sidestep.plugin.Extension;
import org.sidestep.plugin.Parameter;
import org.sidestep.plugin.Parameter.Kind;

/** A plugin's figures as the data sheet of a part, and the mechanisms that it can be seen without. */
public final class DataSheets {

    private DataSheets() {}

    /** Empty if the plugin has no figures. */
    public static String of(Extension extension) {
        List<List<String>> figures = new ArrayList<>();
        List<List<String>> switches = new ArrayList<>();
        for (Parameter parameter : extension.parameters()) {
            parameter.evidence().ifPresent(evidence -> figures.add(row(parameter, evidence)));
            if (parameter.kind() == Kind.ABLATION) switches.add(List.of(parameter.name(), parameter.summary()));
        }
        if (figures.isEmpty()) return "";
        List<String> headings = List.of("figure", "what", "unit", "value", "bracket", "confidence", "source");
        String sheet = "\n" + TextTable.of(headings, figures, 3);
        sheet += "source: M measured, S published, D derived from such, R textbook knowledge or an estimate\n";
        if (!switches.isEmpty()) sheet += "\n" + TextTable.of(List.of("switch", "effect"), switches, 2);
        return sheet;
    }

    private static List<String> row(Parameter parameter, Evidence evidence) {
        return List.of(
                parameter.name(),
                parameter.summary(),
                evidence.unit(),
                Cell.text(parameter.defaultValue()),
                evidence.bracket(),
                evidence.confidence().toString(),
                evidence.source());
    }
}
