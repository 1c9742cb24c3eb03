package org.sidestep.machine.ia32.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Images of memory share pages, and going from one to another is right and touches only what differs. */
class RamTest {
    private static final int PAGE = 0x1000;
    private static final int PAGES = 300;

    /** Of which at first but a few pages are there. */
    private final Ram ram = new Ram(PAGES * PAGE, 4 * PAGE);

    @Test
    void memoryThatNobodyHasLookedAtHoldsZerosAndIsThereWhenItIsAskedFor() {
        int boundary = 4 * PAGE;
        assertThat(ram.copy(boundary - 8, 16)).containsOnly(0);
        assertThat(ram.read32(boundary - 2)).isZero();
        ram.write32(4 * boundary - 1, 0x01020304);
        assertThat(ram.read8(4 * boundary)).isEqualTo(3);
        ram.reach(ram.size() - 4);
        ram.dword(ram.size() - 4, 5);
        assertThat(ram.read32(ram.size() - 4)).isEqualTo(5);
        assertThat(ram.read32(4 * boundary - 1)).isEqualTo(0x01020304);
        assertThat(ram.read8(ram.size())).as("beyond").isEqualTo(0xFF);
    }

    @Test
    void memoryThatIsReleasedServesAnotherMachineAsZerosAndNobodyElse() {
        fillEveryPage();
        ram.write8(5 * PAGE, 77);
        ram.save();
        ram.write8(9 * PAGE, 78);
        ram.release();
        Ram next = new Ram(ram.size(), 4 * PAGE);
        assertThat(next.copy(0, next.size())).containsOnly(0);
        assertThat(next.hash()).isEqualTo(new Ram(ram.size()).hash());
        assertThatThrownBy(() -> ram.read8(0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> ram.write32(9 * PAGE, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void zerosAreStoredWhereNobodyHasLookedYetAsElsewhere() {
        ram.write8(3 * PAGE, 1);
        ram.fill(3 * PAGE, 3 * PAGE, (byte) 0);
        ram.fill(100 * PAGE, PAGE, (byte) 0);
        ram.fill(200 * PAGE, PAGE, (byte) 7);
        assertThat(ram.copy(0, 200 * PAGE)).containsOnly(0);
        assertThat(ram.copy(200 * PAGE, PAGE)).containsOnly(7);
    }

    @Test
    void anImageSharesAllPagesButThoseThatChanged() {
        Image first = fillEveryPage();
        ram.write8(5 * PAGE, 77);
        ram.write32(8 * PAGE - 2, 0x01020304);
        Image second = ram.save();
        assertThat(first.ownPages(Image.zeros(ram.size()))).isEqualTo(PAGES);
        assertThat(second.ownPages(first))
                .as("page 5, and the end of 7 and the start of 8")
                .isEqualTo(3);
    }

    @Test
    void anImageOfUnchangedMemoryIsTheLastOne() {
        Image first = fillEveryPage();
        assertThat(ram.save()).isSameAs(first);
        ram.write8(100, ram.read8(100));
        assertThat(ram.save()).as("written, with what was there").isSameAs(first);
    }

    @Test
    void pagesOfZerosCostNothing() {
        ram.write8(100, 1);
        ram.write8(100, 0);
        assertThat(ram.save().ownPages(Image.zeros(ram.size()))).isZero();
        fillEveryPage();
        ram.fill(0, ram.size(), (byte) 0);
        assertThat(ram.save().ownPages(Image.zeros(ram.size()))).isZero();
    }

    @Test
    void restoringTellsOfThePagesThatDifferAndOfNoOther() {
        Image first = fillEveryPage();
        ram.write8(5 * PAGE, 77);
        Image second = ram.save();
        ram.write8(9 * PAGE, 78);
        ram.write8(10 * PAGE, ram.read8(10 * PAGE));
        assertThat(restored(first)).containsExactly(5 * PAGE, 9 * PAGE);
        assertThat(restored(second)).containsExactly(5 * PAGE);
        assertThat(restored(second)).isEmpty();
    }

    @Test
    void anImageOfAnotherMemoryTellsOfThePagesWhoseContentDiffers() {
        fillEveryPage();
        Ram other = new Ram(ram.size());
        other.store(0, ram.copy(0, ram.size()));
        other.write8(3 * PAGE, 200);
        assertThat(restored(other.save())).containsExactly(3 * PAGE);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyWalkThroughATreeOfImagesGivesWhatWholeCopiesGive(long seed) {
        Random random = new Random(seed);
        List<Image> images = new ArrayList<>(List.of(ram.save()));
        List<byte[]> copies = new ArrayList<>(List.of(ram.copy(0, ram.size())));
        for (int step = 0; step < 100; step++) {
            scribble(random);
            if (random.nextInt(3) > 0) {
                images.add(ram.save());
                copies.add(ram.copy(0, ram.size()));
                scribble(random);
            }
            byte[] before = ram.copy(0, ram.size());
            int to = random.nextInt(images.size());
            Set<Integer> told = restored(images.get(to));
            assertThat(ram.copy(0, ram.size())).as("step %d", step).isEqualTo(copies.get(to));
            assertThat(told).as("step %d", step).isEqualTo(differences(before, copies.get(to)));
            assertThat(ram.hash()).isEqualTo(hashOf(copies.get(to)));
        }
    }

    /** Whoever looks now and then, however memory went to and fro meanwhile, is told of each page that differs. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void whoLooksNowAndThenIsToldOfAllThatHasChangedSince(long seed) {
        Random random = new Random(seed);
        List<Image> images = new ArrayList<>(List.of(ram.save()));
        long looked = ram.epoch();
        byte[] seen = ram.copy(0, ram.size());
        int forgotten = 0;
        for (int step = 0; step < 300; step++) {
            scribble(random);
            if (random.nextInt(3) == 0) images.add(ram.save());
            if (random.nextInt(2) == 0) ram.restore(images.get(random.nextInt(images.size())), page -> {});
            if (random.nextInt(step < 200 ? 3 : 12) > 0) continue;
            Set<Integer> told = new TreeSet<>();
            if (ram.changedPages(looked, told::add))
                assertThat(told).as("step %d", step).containsAll(differences(seen, ram.copy(0, ram.size())));
            else forgotten++;
            looked = ram.epoch();
            seen = ram.copy(0, ram.size());
        }
        assertThat(forgotten).isBetween(1, 20);
        assertThat(ram.changedPages(-1, page -> {})).isFalse();
    }

    /** Else who looks often looks at all pages that a machine has ever written to. */
    @Test
    void whoLooksAgainIsNotToldWhatHasNotChangedSince() {
        for (int page = 0; page < 8; page++) ram.write32(page * PAGE, 1);
        long looked = ram.epoch();
        assertThat(ram.changedPages(looked, page -> fail("page %x", page))).isTrue();
        ram.write32(3 * PAGE + 4, 2);
        Set<Integer> told = new TreeSet<>();
        assertThat(ram.changedPages(looked, told::add)).isTrue();
        assertThat(told).containsExactly(3 * PAGE);
    }

    @Test
    void theHashDependsOnContentAndPlaceAndNotOnHistory() {
        long zeros = ram.hash();
        ram.write32(5 * PAGE + 8, 1);
        long one = ram.hash();
        assertThat(one).isNotEqualTo(zeros);
        ram.save();
        assertThat(ram.hash()).isEqualTo(one);
        ram.write32(5 * PAGE + 8, 0);
        assertThat(ram.hash()).isEqualTo(zeros);
        ram.write32(6 * PAGE + 8, 1);
        assertThat(ram.hash()).as("the same page elsewhere").isNotEqualTo(one);
    }

    @Test
    void everyBitOfMemoryMovesTheHash() {
        fillEveryPage();
        Set<Long> seen = new HashSet<>(Set.of(ram.hash()));
        for (int bit = 0; bit < 8 * PAGE; bit++) {
            int at = 7 * PAGE + bit / 8;
            ram.write8(at, ram.read8(at) ^ 1 << bit % 8);
            if (!seen.add(ram.hash())) fail("bit %d", bit);
            ram.write8(at, ram.read8(at) ^ 1 << bit % 8);
        }
    }

    private Image fillEveryPage() {
        for (int page = 0; page < PAGES; page++) ram.write32(page * PAGE, page + 1);
        return ram.save();
    }

    private void scribble(Random random) {
        for (int n = random.nextInt(6); n > 0; n--) {
            int address = random.nextInt(ram.size() - 4);
            // Few values, so that pages become equal again, or all zero.
            if (random.nextInt(4) == 0) ram.fill(address & -PAGE, PAGE, (byte) 0);
            else ram.write32(address & -PAGE | random.nextInt(3) * 4, random.nextInt(3));
        }
        if (random.nextInt(4) == 0) ram.store(random.nextInt(ram.size()), new byte[2 * PAGE]);
    }

    private Set<Integer> restored(Image image) {
        Set<Integer> pages = new TreeSet<>();
        ram.restore(image, page -> assertThat(pages.add(page)).isTrue());
        return pages;
    }

    private static Set<Integer> differences(byte[] a, byte[] b) {
        Set<Integer> pages = new TreeSet<>();
        for (int at = 0; at < a.length; at += PAGE) {
            if (!Arrays.equals(a, at, at + PAGE, b, at, at + PAGE)) pages.add(at);
        }
        return pages;
    }

    private static long hashOf(byte[] content) {
        Ram naive = new Ram(content.length);
        naive.store(0, content);
        return naive.hash();
    }
}
