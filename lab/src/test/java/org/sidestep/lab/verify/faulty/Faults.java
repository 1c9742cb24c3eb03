package org.sidestep.lab.verify.faulty;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidestep.isa.Reg32;

/**
 * The faults that a policy can have, by name: where they are, and what is wrong there.
 *
 * @param chosen the one that a policy has
 */
record Faults(String chosen) {

    /**
     * Hooks whose contract is to keep registers, each with those that the kernel still reads behind one of its places. It reads no others, as
     * its listing shows, so to clobber them is no fault: EAX and ECX are loaded to save the resume point alone; behind publish-waiting
     * a routine ends that keeps EBX and EBP, or one that gives up EAX, ECX and EDX and takes EDI from the stack, or the fast path goes on
     * with EBX, EBP and ESI; thread.detach, ExchangeRegisters and whoever calls ipc.reframe need none of EAX, ECX and EDX; thread.place and
     * the send queue give up EAX and ECX; behind resume EBP is cleared or loaded. What a hook loads is not kept.
     */
    private static final Map<String, List<String>> KEEPING = new TreeMap<>(Map.of(
            "save-resume-point", List.of("edx", "ebx", "ebp", "esi", "edi"),
            "load-resume-point", List.of("ebx", "ebp", "esi", "edi"),
            "publish-waiting", List.of("ebx", "ebp", "esi"),
            "publish-running", List.of("ebx", "ebp", "esi", "edi"),
            "resume", List.of("eax", "ebx", "esi", "edi"),
            "publish-pending", List.of("edx", "ebx", "ebp", "esi", "edi"),
            "load-partner", List.of("eax", "ecx", "edx", "ebx", "ebp", "esi", "edi")));

    /** All of them. */
    static final List<String> ALL = all();

    private static List<String> all() {
        List<String> all = new ArrayList<>(List.of(
                // what the kernel publishes
                "wrong-publication",
                "nobody-published",
                "missing-publication",
                "resumed-without-publication",
                "sender-not-published",
                "utcb-assumed",
                "place-forgotten",
                "named-not-published",
                "any-published-as-local",
                "any-local-published-as-any",
                "running-published-as-waiting",
                "stack-not-saved",
                "resumed-at-old-place",
                "suspended-without-publication",
                "stale-partner",
                "partner-followed",
                "resume-point-not-saved",
                "resume-point-in-tcb",
                // who runs
                "no-entry-check",
                "no-ipc-entry-check",
                "trusted-claim",
                "pointer-read-at-entry",
                "pointer-written-at-entry",
                "kernel-not-told",
                // who keeps running
                "slice-begins-again-at-an-entry",
                "slice-begins-again-at-a-local-switch",
                "tick-behind-a-local-switch-is-free",
                "better-one-not-asked-for",
                // critical sequences
                "no-sequence",
                "forward-too-late",
                "forward-much-too-late",
                "forward-too-early",
                "forward-much-too-early",
                "completion-too-early",
                "restart-too-late",
                "no-roll-forward",
                "trusted-pointer",
                "forgotten-status",
                "forgotten-partners-status",
                "forgotten-thread",
                "forgotten-stack",
                "forgotten-mr1",
                "forgotten-mr2",
                "forgotten-ip"));
        for (int part = 0; part < 3; part++) all.add("no-restart-of-part-" + part);
        // what a stub makes of arguments and results
        all.addAll(List.of(
                "timeouts-ignored-by-lipc",
                "timeouts-ignored-by-ipc",
                "typed-items-ignored-by-lipc",
                "typed-items-ignored-by-ipc",
                "flags-ignored-by-ipc",
                "tag-wraps",
                "timeouts-in-part",
                "partner-in-part",
                "opened-wait-of-lipc",
                "opened-wait-of-ipc",
                "closed-wait-of-ipc",
                "wrong-error-code",
                "error-hidden",
                "string-truncated",
                "string-not-received"));
        IntStream.range(0, 64).forEach(word -> all.add("lost-word-" + word));
        IntStream.of(0, 1, 2, 3, 4, 8, 15, 31, 63).forEach(word -> all.add("lost-word-of-ipc-" + word));
        List<String> states = List.of("ds", "es", "fs", "gs", "df", "nt", "ac", "fpu", "fpu-control");
        Stream.concat(Stream.of("eax", "edi", "esp"), states.stream())
                .forEach(one -> all.add("clobbered-by-lipc-" + one));
        states.forEach(one -> all.add("clobbered-by-ipc-" + one));
        List.of("eax", "ecx", "edx", "esi", "ebx", "esp").forEach(one -> all.add("clobbered-argument-" + one));
        KEEPING.forEach((hook, registers) -> registers.forEach(one -> all.add("clobbered-in-" + hook + "-" + one)));
        List.of("eax", "ecx", "edx", "esi").forEach(one -> all.add("clobbered-in-ipc-entry-" + one));
        return Collections.unmodifiableList(all);
    }

    boolean is(String fault) {
        return chosen.equals(fault);
    }

    /** Whether someone keeps the processor who has switched at user level. */
    boolean isOfSlices() {
        return is("slice-begins-again-at-a-local-switch")
                || is("tick-behind-a-local-switch-is-free")
                || is("better-one-not-asked-for");
    }

    /** What stands behind {@code prefix} in the name, or null. */
    private String behind(String prefix) {
        return chosen.startsWith(prefix) ? chosen.substring(prefix.length()) : null;
    }

    /** The number behind {@code prefix} in the name, or -1. */
    int number(String prefix) {
        String rest = behind(prefix);
        return rest != null && rest.matches("[0-9]+") ? Integer.parseInt(rest) : -1;
    }

    /** What is clobbered at a place, or an empty text. */
    String clobbered(String place) {
        String rest = behind("clobbered-" + place + "-");
        return rest == null ? "" : rest;
    }

    /** The general register of that name, or null. */
    static Reg32 register(String name) {
        return name.length() != 3
                ? null
                : Stream.of(Reg32.values())
                        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                        .findFirst()
                        .orElse(null);
    }
}
