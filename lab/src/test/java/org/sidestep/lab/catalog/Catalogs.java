package org.sidestep.lab.catalog;

import java.util.List;
import org.sidestep.experiment.Axis;
import org.sidestep.lab.fake.Fakes;
import org.sidestep.plugin.Extension;

/** Catalogs for tests. */
public final class Catalogs {

    private Catalogs() {}

    /** The fakes alone. */
    public static Catalog fakes() {
        Catalog catalog = new Catalog(axis -> List.of());
        for (Class<? extends Extension> fake : Fakes.ALL) add(catalog, fake);
        return catalog;
    }

    private static void add(Catalog catalog, Class<? extends Extension> fake) {
        try {
            Extension extension = fake.getDeclaredConstructor().newInstance();
            for (Axis<?> axis : Axis.ALL) {
                if (axis.spi().isInstance(extension)) {
                    Origin origin = new Origin("tests", "1", Origin.UNPACKAGED);
                    catalog.add(axis, new Provider<>(extension, origin));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
