package org.sidestep.x2;

/** A typed item that maps: a word of type and send base, then an fpage. */
public final class MapItem {

    private MapItem() {}

    /** Bits of the first word of any typed item that say what it is; bit 0 says that another follows. */
    public static final int TYPE = 0xE;
    /** The type of an item that maps. Added to the send base, it is the item's first word. */
    public static final int MAP = 8;

    /** Bit of the type by which {@link #GRANT} differs from {@link #MAP}. */
    public static final int GRANTS = 2;
    /** The type of an item that maps and takes the page away from the sender. */
    public static final int GRANT = MAP | GRANTS;

    /** Bits of the first word that are the send base. */
    public static final int SEND_BASE = Fpage.BASE;

    /** Words of an item. */
    public static final int WORDS = 2;

    /** The tag of one map item and nothing else. */
    public static final int TAG = MessageTag.of(0, 0, WORDS);
}
