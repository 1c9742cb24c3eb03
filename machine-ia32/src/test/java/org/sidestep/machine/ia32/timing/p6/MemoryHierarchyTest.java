package org.sidestep.machine.ia32.timing.p6;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.sidestep.machine.ia32.timing.lookup.Cache;

class MemoryHierarchyTest {

    @Test
    void aMissFillsBothLevelsAndALineThatLeavesTheFirstIsFoundInTheSecond() {
        MemoryHierarchy memory = new MemoryHierarchy(
                new Cache(16 << 10, 4), new Cache(16 << 10, 4), new Cache(256 << 10, 8), false, false);
        assertThat(memory.read(0)).isEqualTo(MemoryHierarchy.MEMORY);
        assertThat(memory.read(16)).isEqualTo(MemoryHierarchy.L1);
        for (int way = 1; way <= 4; way++) memory.write(way << 12);
        assertThat(memory.read(0)).isEqualTo(MemoryHierarchy.L2);
        assertThat(memory.fetch(0)).isEqualTo(MemoryHierarchy.L2);
        assertThat(memory.l1Misses()).isEqualTo(7);
        assertThat(memory.l2Misses()).isEqualTo(5);
    }
}
