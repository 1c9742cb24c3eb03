package org.sidestep.machine.ia32.translator;

import org.sidestep.machine.ia32.mmu.LinearMemory;
import org.sidestep.machine.ia32.mmu.PageCache;

/** What a privilege level finds in its page caches, as translated code looks there. */
final class PagesAtHand {
    /** Memory as that level sees it. */
    final LinearMemory memory;

    final int[] readTags;
    final int[] readFrames;
    final int[] writeTags;
    final int[] writeFrames;
    final int[] fetchTags;
    final int[] fetchFrames;

    PagesAtHand(LinearMemory memory, PageCache fetches) {
        this.memory = memory;
        readTags = memory.reads().tags;
        readFrames = memory.reads().frames;
        writeTags = memory.writes().tags;
        writeFrames = memory.writes().frames;
        fetchTags = fetches.tags;
        fetchFrames = fetches.frames;
    }
}
