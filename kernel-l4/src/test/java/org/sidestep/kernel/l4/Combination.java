package org.sidestep.kernel.l4;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.experiment.Axis;
import org.sidestep.testkit.TestCell;

/** A kernel by what may be chosen of it: policy, validation, the way in, and whether it has the fast path. */
record Combination(String policy, String validation, String entry, String fastpath) {

    static final String PROPERTY = "combination";

    /** Any two of the four in each combination; the first is that of the defaults. */
    private static final List<Combination> PAIRWISE = List.of(
            new Combination("strict", "twin", "sysenter", "on"),
            new Combination("lazy", "check", "int", "on"),
            new Combination("strict", "check", "int", "off"),
            new Combination("lazy", "twin", "int", "off"),
            new Combination("lazy", "check", "sysenter", "off"));

    /** The one that was asked for with {@code -Dcombination=strict,twin,sysenter,on}, or that of the defaults. */
    static Combination first() {
        return asked().isEmpty() ? PAIRWISE.get(0) : of(asked());
    }

    /** Those under which a test runs whose kernel has these parameters: the one that was asked for, or any two choices together. */
    static List<Combination> each(Map<String, ?> kernelParameters) {
        if (!asked().isEmpty()) return List.of(first().with(kernelParameters));
        return PAIRWISE.stream()
                .map(each -> each.with(kernelParameters))
                .distinct()
                .toList();
    }

    /** Any three of the four in each combination, or the one that was asked for. */
    static List<Combination> everywhere() {
        if (!asked().isEmpty()) return List.of(first());
        List<Combination> all = new ArrayList<>();
        for (String policy : List.of("strict", "lazy")) {
            for (String validation : List.of("twin", "check")) {
                for (String entry : List.of("sysenter", "int")) {
                    boolean odd = policy.equals("lazy") ^ validation.equals("check") ^ entry.equals("int");
                    all.add(new Combination(policy, validation, entry, odd ? "off" : "on"));
                }
            }
        }
        return all;
    }

    private static String asked() {
        return System.getProperty(PROPERTY, "");
    }

    private static Combination of(String text) {
        String[] parts = text.split(",");
        return new Combination(parts[0], parts[1], parts[2], parts[3]);
    }

    private Combination with(Map<String, ?> kernelParameters) {
        Object in = kernelParameters.get("entry");
        Object fast = kernelParameters.get("fastpath");
        return new Combination(
                policy, validation, in == null ? entry : in.toString(), fast == null ? fastpath : fast.toString());
    }

    /** A cell with such a kernel, and these parameters of it. */
    TestCell of(TestCell cell, Map<String, ?> kernelParameters) {
        Map<String, Object> parameters = new LinkedHashMap<>(kernelParameters);
        parameters.putIfAbsent("entry", entry);
        parameters.putIfAbsent("fastpath", fastpath);
        return cell.with(Axis.IPC, policy).with(Axis.VALIDATION, validation).with(Axis.KERNEL, "l4", parameters);
    }
}
