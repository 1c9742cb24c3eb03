package org.sidestep.lab.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.lab.BadInput;
import org.sidestep.lab.catalog.Catalogs;
import org.sidestep.lab.claim.Claim;
import org.sidestep.lab.claim.Claim.Over;

class ClaimReaderTest {

    private static final String MATRIX = """
            name: test
            matrix: {ipc: [kernel-switch, user-switch], kernel: {id: script, fast: [on, off]}}
            claims:
            """;

    @Test
    void aClaimMayCompareWithCellsThatDifferInOneThing() {
        Claim claim = read("""
                - id: gain
                  text: switching at user level is ten times as fast
                  lecture: [L4, L19]
                  measure: oneway.cycles.median
                  where: {ipc: kernel-switch, kernel: {id: script, fast: [on, off]}}
                  over: min
                  divided-by: {where: {ipc: user-switch}}
                  expect: ">= 9"
                """);

        assertThat(claim.lecture()).containsExactly("L4", "L19");
        assertThat(claim.over()).isEqualTo(Over.MIN);
        assertThat(claim.where().wanted())
                .containsEntry("kernel", List.of("script"))
                .containsEntry("kernel.fast", List.of("on", "off"));
        assertThat(claim.dividedBy().orElseThrow().measure()).isEqualTo("oneway.cycles.median");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "verify: singles | measure: verdict, expect: '< 3' | a verdict is '== passed' or '== failed'",
                "verify: singles | measure: m, expect: == passed | only a verdict is passed or failed; give a number",
                "verify: singles | measure: verdict, minus: {}, expect: == passed | a verdict is no number to reckon with",
                "title: x | measure: verdict, expect: == passed | there are no verdicts; say 'verify: singles' in this file",
                "verify: triples | measure: verdict, expect: == passed | 'verify' is singles or near or pairs or pct, not 'triples'",
                "verify: {bound: all} | measure: verdict, expect: == passed | 'verify' is singles or near or pairs or pct, not 'all'",
                "verify: {workloads: chain} | measure: verdict, expect: == passed | 'bound' is missing",
                "verify: {bound: near, workloads: [moniter]} | measure: verdict, expect: == passed | 'moniter'; did you mean 'monitor'?"
            })
    void aClaimOnAVerdictIsOfPassedOrFailedAndNeedsOne(String entry, String claim, String message) {
        assertThatThrownBy(() ->
                        read(entry + "\n", "- {id: c, text: t, where: {ipc: user-switch}, over: each, " + claim + "}"))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(message);
    }

    @Test
    void aVerdictIsPassedOrFailed() {
        Claim claim = read(
                "verify: pairs\n",
                "- {id: c, text: t, measure: verdict, where: {ipc: user-switch}, over: each, expect: == failed}");
        assertThat(claim.expect().accepts(0)).isTrue();
        assertThat(claim.expect().accepts(1)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "where: {ipc: user-switch}, expect: about 3 | '`about 3`' is no expectation; write <=, >=, ==, < or > and a number",
                "where: {ipc: user-switch}, expect: '< 3' | 2 cells have ipc: user-switch; name one (they differ in kernel.fast) or say 'over: max | min | each'",
                "where: {ipc: user-switch}, expect: '< 3', over: all | 'over' is max, min or each, not 'all'",
                "where: {ipc: lazy}, expect: '< 3' | claim 'c': no cell has ipc: lazy",
                "where: {kernel.fest: on}, expect: '< 3' | there is no 'kernel.fest' to select by; did you mean 'kernel.fast'?",
                "where: {ipc: user-switch}, over: max, minus: {where: {ipc: fake-floor}}, expect: '< 3' | there is no cell with ipc: fake-floor, and else like",
                "where: {ipc: user-switch}, over: max, minus: {ipc: fake-floor}, expect: '< 3' | unknown key 'ipc'",
                "where: [], expect: '< 3' | a selection must be a mapping"
            })
    void aBadClaimIsRefused(String rest, String message) {
        assertThatThrownBy(() -> read("- {id: c, text: t, measure: m, " + rest + "}"))
                .isInstanceOf(BadInput.class)
                .hasMessageStartingWith("x.yaml:4:")
                .hasMessageContaining(message.replace("`", ""));
    }

    @Test
    void twoClaimsMayNotShareAnId() {
        String claim = "- {id: c, text: t, measure: m, where: {ipc: user-switch}, over: max, expect: '< 3'}\n";

        assertThatThrownBy(() -> read(claim + claim))
                .isInstanceOf(BadInput.class)
                .hasMessage("x.yaml:5:10: there are two claims 'c'");
    }

    private static Claim read(String claims) {
        return read("", claims);
    }

    private static Claim read(String entry, String claims) {
        String text = entry + MATRIX + claims.indent(2);
        return new ExperimentReader(Catalogs.fakes(), List.of())
                .read("x.yaml", text)
                .claims()
                .get(0);
    }
}
