package org.sidestep.asm;

import org.sidestep.isa.Target;

/**
 * A little-endian field of emitted bytes that takes its value when addresses are known.
 *
 * @param at offset of the field in the bytes
 * @param size bytes: 1, 2 (of which only as much as there is room for is kept, as an offset in a 64 KB segment) or 4
 * @param addend added to the target's address
 * @param relative whether the value is the distance from the end of the bytes (branches)
 */
record Fixup(int at, int size, Target target, int addend, boolean relative) {}
