package org.sidestep.lab.catalog;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.sidestep.experiment.Cell;

/** Where the code comes from that the results of some cells depend on, by {@code axis/id}. */
public record Provenance(SortedMap<String, Origin> origins) {

    /** What {@code cells} depend on, with the program itself. */
    public static Provenance of(List<Cell> cells, Catalog catalog, Origin program) {
        SortedMap<String, Origin> origins = new TreeMap<>();
        origins.put("sidestep", program);
        origins.put("platform-api", Origin.onClassPath(Cell.class));
        for (Cell cell : cells) {
            cell.plugins().forEach((axis, configured) -> {
                String id = configured.plugin().id();
                origins.put(axis + "/" + id, catalog.find(axis, id).origin());
            });
        }
        return new Provenance(origins);
    }

    /** What results say of it. */
    public SortedMap<String, String> versions() {
        return each(Origin::version);
    }

    /** What tells one state of the code from another. */
    public SortedMap<String, String> fingerprints() {
        return each(Origin::code);
    }

    /** The same, found out beside what the caller does until it asks: reading the jars takes as long as assembling a kernel. */
    public Supplier<SortedMap<String, String>> fingerprintsMeanwhile() {
        return CompletableFuture.supplyAsync(this::fingerprints)::join;
    }

    private SortedMap<String, String> each(Function<Origin, String> text) {
        SortedMap<String, String> texts = new TreeMap<>();
        origins.forEach((name, origin) -> texts.put(name, text.apply(origin)));
        return texts;
    }
}
