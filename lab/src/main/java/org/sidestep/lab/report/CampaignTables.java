package org.sidestep.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.sidestep.lab.report.Table.Column;
import org.sidestep.lab.report.Table.Row;
import org.sidestep.lab.report.Table.Value;
import org.sidestep.lab.verify.MutantCampaign;
import org.sidestep.lab.verify.MutantFate;
import org.sidestep.lab.verify.MutantFate.Fate;
import org.sidestep.verify.mutation.Mutation.Kind;

/** What is known of mutants, of several plugins, as pages show it. */
public final class CampaignTables {

    private final List<MutantCampaign> campaigns;
    private final Predicate<MutantCampaign> present;
    private final Set<String> by = new LinkedHashSet<>();

    /** @param present whether the kernel that a campaign tried is the one that there is now */
    public CampaignTables(List<MutantCampaign> campaigns, Predicate<MutantCampaign> present) {
        this.campaigns = campaigns;
        this.present = present;
        campaigns.forEach(campaign -> by.addAll(MutantTables.catchers(campaign.fates())));
    }

    /** Which campaigns ran, to what end; what became of the mutants of each kind; and how soon. */
    public String markdown() {
        return Stream.of(ends(), kinds(), speeds())
                .map(MarkdownTable::of)
                .reduce((a, b) -> a + "\n" + b)
                .orElse("");
    }

    private Table ends() {
        List<Column> columns = List.of(
                Column.words("campaign"),
                Column.words("kernel"),
                MutantTables.number("mutants"),
                MutantTables.number("tried"),
                MutantTables.number("of these in earlier kernels"),
                MutantTables.number("workloads"),
                MutantTables.number("trials, at most about"),
                MutantTables.number("caught"),
                MutantTables.number("equivalent"),
                MutantTables.number("left"),
                Column.words("end"));
        return new Table("ends", "", columns, campaigns.stream().map(this::end).toList(), List.of());
    }

    private Row end(MutantCampaign campaign) {
        long caught = campaign.fates().stream().filter(MutantFate::isCaught).count();
        int tried = campaign.fates().size();
        long earlier = campaign.fates().stream()
                .filter(fate -> !fate.kernel().equals(campaign.kernel()))
                .count();
        int equivalent = campaign.equivalent().size();
        long open = campaign.fates().stream()
                .filter(fate -> fate.fate() == Fate.UNDECIDED)
                .filter(fate -> !equivalent(campaign).test(fate))
                .count();
        String end = !campaign.isWhole() ? "stopped" : open > 0 ? "all tried, some not to their end" : "all tried";
        return Table.row(
                campaign.plugin(),
                Value.of(campaign.plugin()),
                Value.of(campaign.kernel() + (present.test(campaign) ? ", the present one" : ", an earlier one")),
                Value.of(campaign.all()),
                Value.of(tried),
                Value.of(earlier),
                Value.of(campaign.courses()),
                Value.of(campaign.each()),
                Value.of(caught),
                Value.of(equivalent),
                Value.of(tried - caught - equivalent),
                Value.of(end));
    }

    private static Predicate<MutantFate> equivalent(MutantCampaign campaign) {
        return fate -> campaign.equivalent().contains(fate.mutation().name());
    }

    private Table kinds() {
        List<Row> rows = new ArrayList<>();
        for (MutantCampaign campaign : campaigns) {
            String plugin = campaign.plugin().replaceFirst(".*/", "");
            for (Kind kind : Kind.values()) {
                List<MutantFate> some = campaign.fates().stream()
                        .filter(fate -> fate.mutation().kind() == kind)
                        .toList();
                if (!some.isEmpty()) rows.add(MutantTables.row(plugin + ": " + kind, by, some, equivalent(campaign)));
            }
            String all = campaign.isWhole()
                    ? plugin + ": all"
                    : String.format(
                            Locale.ROOT,
                            "%s: the %d of %d that were tried",
                            plugin,
                            campaign.fates().size(),
                            campaign.all());
            rows.add(MutantTables.row(all, by, campaign.fates(), equivalent(campaign)));
        }
        return new Table("kinds", "", MutantTables.columns(by), rows, List.of());
    }

    private Table speeds() {
        List<Row> rows = new ArrayList<>();
        for (String disturbance : by) {
            List<Long> trials = campaigns.stream()
                    .flatMap(campaign -> campaign.fates().stream())
                    .filter(fate -> fate.fate() == Fate.CAUGHT && fate.by().equals(disturbance))
                    .map(MutantFate::trials)
                    .sorted()
                    .toList();
            rows.add(Table.row(
                    disturbance,
                    Value.of(disturbance),
                    Value.of(trials.size()),
                    Value.of(trials.get(trials.size() / 2)),
                    Value.of(trials.get(trials.size() - 1))));
        }
        List<Column> columns = List.of(
                Column.words("caught first by"),
                MutantTables.number("mutants"),
                MutantTables.number("trials, median"),
                MutantTables.number("trials, most"));
        return new Table("speeds", "", columns, rows, List.of());
    }
}
