package org.sidestep.lab.catalog;

import org.sidestep.experiment.Axis;
import org.sidestep.lab.fake.Fakes;
import org.sidestep.plugin.Extension;

/** Catalogs for tests. */
public final class Catalogs {

    private Catalogs() {}

    /** The fakes alone. */
    public static Catalog fakes() {
        Catalog catalog = new Catalog();
        for (Class<? extends Extension> fake : Fakes.ALL) add(catalog, fake);
        return catalog;
    }

    private static void add(Catalog catalog, Class<? extends Extension> fake) {
        try {
            Extension extension = fake.getDeclaredConstructor().newInstance();
            for (Axis<?> axis : Axis.ALL) {
                if (axis.spi().isInstance(extension)) {
                    catalog.add(axis, extension, new Origin("tests", "1", Origin.UNPACKAGED));
                }
            }
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
