package org.sidestep.machine.ia32.translator;

import java.lang.invoke.MethodHandles;
import java.util.LinkedHashSet;
import java.util.Set;
import org.objectweb.asm.MethodTooLargeException;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.cpu.Cpu;
import org.sidestep.machine.ia32.engine.Block;
import org.sidestep.machine.ia32.engine.CodeCache;
import org.sidestep.machine.ia32.engine.Trail;
import org.sidestep.machine.ia32.engine.Translator;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.CheckedMemory;
import org.sidestep.machine.ia32.mmu.PageCache;
import org.sidestep.machine.ia32.timing.memo.MemoizedTiming;

/** Translates hot blocks, with those that they lead to, to code of the host's, and runs it. */
public final class BlockTranslator implements Translator {

    /** Of longer methods the host makes worse code, later; of those above 8000 bytes none. */
    private static final int LONGEST = 3500;

    /**
     * Instructions after which a region is left and entered anew: the host replaces code that it has compiled better only when
     * a method is entered, and a loop may never end by itself.
     */
    private static final int STRETCH = 1 << 15;

    /**
     * The same for a region that has been entered but few times: the host would otherwise compile each of its loops by itself before it
     * compiles all of it, one after another.
     */
    private static final int FIRST_STRETCH = 1 << 8;

    /** Where to give up finding a region that is short enough. */
    private static final int SMALLEST = 100;

    /** Regions; when there are more, the oldest go. */
    private static final int CAPACITY = 2000;

    private final Cpu cpu;
    private final CodeCache code;
    private final Frame frame;
    private final Trail trail;
    /** Whether the clock counts instructions and asks for nothing else. */
    private final boolean counted;

    private final Set<Translation> translations = new LinkedHashSet<>();
    private Translation running;
    private int exit;
    private int executed;
    private final Runnable addPath;

    public BlockTranslator(Cpu cpu, CodeCache code, Ram ram, Trail trail) {
        this.cpu = cpu;
        this.code = code;
        this.trail = trail;
        frame = new Frame(cpu, ram);
        addPath = () -> frame.path.addTo(trail);
        counted = cpu.timing.countsInstructions();
    }

    /** Whether there is a way to tell a clock what translated code does. */
    public static boolean suits(Timing clock) {
        return clock.countsInstructions() || clock instanceof MemoizedTiming memoized && memoized.memoizes();
    }

    @Override
    public void hot(Block block) {
        if (block.executable != null || !Region.isTranslatable(block, counted)) return;
        if (cpu.memory instanceof CheckedMemory) return;
        frame.look();
        int limit = LONGEST;
        while (limit > SMALLEST) {
            Region region = Region.around(block, code, cpu.mmu, counted, limit);
            RegionWriter writer = new RegionWriter(region, counted ? null : frame.course.clock);
            byte[] bytes = bytes(writer);
            if (bytes != null && writer.codeSize() <= LONGEST) {
                install(make(
                        bytes,
                        Constant.values(frame, writer.clock()),
                        writer.parts(this, region.hasOneView() ? cpu.memory : null)));
                return;
            }
            int fitting = bytes == null ? limit / 2 : (int) ((long) limit * LONGEST / writer.codeSize());
            limit = fitting - fitting / 16;
        }
    }

    /** The class, or null if its method is longer than the host allows. */
    private static byte[] bytes(RegionWriter writer) {
        try {
            return writer.toBytes();
        } catch (MethodTooLargeException e) {
            return null;
        }
    }

    private static Translation make(byte[] bytes, Object[] constants, Translation.Parts parts) {
        try {
            MethodHandles.Lookup made = MethodHandles.lookup().defineHiddenClassWithClassData(bytes, constants, true);
            return (Translation) made.lookupClass()
                    .getDeclaredConstructor(Translation.Parts.class)
                    .newInstance(parts);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private void install(Translation translation) {
        for (int i = 0; i < translation.blocks.length; i++) {
            Block block = translation.blocks[i];
            block.joins(translation);
            if (block.executable != null && i > 0) continue;
            block.executable = translation;
            block.entry = i;
        }
        translations.add(translation);
        if (translations.size() > CAPACITY) translations.iterator().next().discard();
    }

    /** Called by a translation that is discarded. */
    void forget(Translation old) {
        translations.remove(old);
    }

    @Override
    public boolean run(Block block, long budget) {
        boolean isNew = ((Translation) block.executable).isNew();
        long deadline = cpu.flow.deadline;
        int most = (int) Math.min(budget, isNew ? FIRST_STRETCH : STRETCH);
        executed = 0;
        if (!runs(block, most, deadline)) return false;
        Block next = isNew ? null : next(deadline);
        while (next != null && executed < most && runs(next, most - executed, deadline)) next = next(deadline);
        trail.addLater(addPath);
        return true;
    }

    /** Runs the region that begins with a block, as far as it goes; whether it can be. */
    private boolean runs(Block block, int budget, long deadline) {
        Translation translation = (Translation) block.executable;
        if (cpu.memory instanceof CheckedMemory || !translation.fits(cpu)) return false;
        if (!translation.sees(cpu.memory)) {
            block.atAnyLevel = true;
            translation.discard();
            return false;
        }
        frame.look();
        int most = counted ? (int) Math.max(0, Math.min(budget, deadline - cpu.timing.cycles())) : budget;
        if (most == 0 || !counted && !frame.course.begin(deadline)) return false;
        translation.enter();
        frame.budget = most;
        frame.path.begin(translation);
        running = translation;
        frame.blocks = translation.blocks;
        frame.reaches = translation.reaches;
        exit = translation.run(frame, block.entry);
        int done = most - frame.budget;
        if (Frame.isAdmitted(exit)) done -= block().ops.length;
        executed += done;
        if (counted) passed(done);
        else if (translation.isVain(frame.path.completed())) retire(translation);
        return true;
    }

    private static void retire(Translation translation) {
        for (Block block : translation.blocks) block.interpreted = true;
        translation.discard();
    }

    /** Tells a clock that counts how far execution came. */
    private void passed(int instructions) {
        if (frame.path.completed() == 0) return;
        int number = frame.path.last();
        cpu.timing.passed(instructions, running.sites[number].lineBehind(running.blocks[number].ops.length - 1));
    }

    /** The block where execution goes on if it left the region behind a block, and can go on in another at once; else null. */
    private Block next(long deadline) {
        if (isUnfinished() || cpu.flow.deadline != deadline) return null;
        int linear = cpu.eip;
        PageCache fetches = cpu.mmu.fetches(cpu.cpl() == 3);
        if (!fetches.contains(linear)) return null;
        int physical = fetches.physical(linear);
        Block next = block().successor(linear, physical, true);
        if (next == null) next = code.find(linear, physical, true);
        if (next == null || next.watched || next.executable == null) return null;
        return ((Translation) next.executable).isNew() ? null : next;
    }

    @Override
    public int executed() {
        return executed;
    }

    @Override
    public Block block() {
        return running.blocks[Frame.block(exit)];
    }

    @Override
    public boolean isUnfinished() {
        return Frame.place(exit) != Translation.WHOLE;
    }

    @Override
    public int handOver() {
        Block block = block();
        int place = Frame.place(exit);
        cpu.eip = block.addressOf(place);
        if (!Frame.isAdmitted(exit)) return -1;
        Sites sites = running.sites[Frame.block(exit)];
        if (!counted) frame.course.handOver(block.schedule, sites, frame.met, place);
        else if (place > 0) cpu.timing.passed(place, sites.lineBehind(place - 1));
        return place;
    }
}
