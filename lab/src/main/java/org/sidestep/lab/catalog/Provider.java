package org.sidestep.lab.catalog;

import org.sidestep.plugin.Extension;

/** A plugin as the catalog found it. */
public record Provider<E extends Extension>(E extension, Origin origin) {

    public String id() {
        return extension.id();
    }
}
