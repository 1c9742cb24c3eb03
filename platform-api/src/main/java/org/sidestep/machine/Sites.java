package org.sidestep.machine;

import java.util.Arrays;

/**
 * Where the instructions of a block report to the clock, numbered in program order: the code lines that they come from, what
 * they load and store, how the block ends. All that is known beforehand is here; what a run of the block met is an array
 * beside it, with an entry for each site. So a block can be reported at once, after it has been executed.
 */
public final class Sites {

    /** Instruction bytes come from another line than those before; detail: its physical address. */
    public static final int LINE = 0;
    /** A load; detail: its bytes; met: the physical address. */
    public static final int LOAD = 1;
    /** A store; likewise. */
    public static final int STORE = 2;
    /** The branch at the end. Met: of a conditional one whether it was taken (0 or 1); of others, the linear target. */
    public static final int BRANCH = 3;
    /** An event, of the last instruction of a block and behind its accesses; detail: its ordinal. */
    public static final int EVENT = 4;

    /** The lines of each instruction's first byte, and of its last. */
    private final int[] firstLines;

    private final int[] lastLines;

    private int count;
    private int[] kinds = new int[8];
    private int[] places = new int[8];
    private int[] details = new int[8];

    private int loads;
    private boolean accesses;
    /** Whether an instruction loads when it has stored. */
    private boolean loadsBehindStore;

    private Timing.Branch branch;
    private int address;
    private int next;
    private int target;

    /**
     * No site yet but the lines of the first instruction.
     *
     * @param firstLines of each instruction the line of its first byte
     * @param lastLines of each instruction the line of its last byte
     */
    public Sites(int[] firstLines, int[] lastLines) {
        this.firstLines = firstLines;
        this.lastLines = lastLines;
    }

    /** Adds a site of the instruction at {@code place}; the number that it gets. */
    public int add(int kind, int place, int detail) {
        if (count == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * count);
            places = Arrays.copyOf(places, 2 * count);
            details = Arrays.copyOf(details, 2 * count);
        }
        if (kind == LOAD) loads++;
        accesses |= kind == LOAD || kind == STORE;
        loadsBehindStore |= kind == LOAD && count > 0 && kinds[count - 1] == STORE && places[count - 1] == place;
        kinds[count] = kind;
        places[count] = place;
        details[count] = detail;
        return count++;
    }

    /** Adds the lines that an instruction behind the first comes from, as far as the one before did not. */
    public void addLines(int place) {
        int before = lastLines[place - 1];
        if (lastLines[place] == before) return;
        if (firstLines[place] != before) add(LINE, place, firstLines[place]);
        if (lastLines[place] != firstLines[place]) add(LINE, place, lastLines[place]);
    }

    /** Adds the branch of the instruction at {@code place}; linear addresses. The target is met where it is not known. */
    public int add(Timing.Branch kind, int place, int at, int behind, int to) {
        branch = kind;
        address = at;
        next = behind;
        target = to;
        return add(BRANCH, place, 0);
    }

    public int loads() {
        return loads;
    }

    /** Whether there is a load or a store. */
    public boolean accesses() {
        return accesses;
    }

    /** Whether the stores of each instruction are the last that it accesses. */
    public boolean storesLast() {
        return !loadsBehindStore;
    }

    public int count() {
        return count;
    }

    private boolean isAccess(int site) {
        return kinds[site] == LOAD || kinds[site] == STORE;
    }

    /** Whether the site is an access, and its instruction has none behind it. */
    public boolean isLastAccess(int site) {
        if (!isAccess(site)) return false;
        for (int next = site + 1; next < count && places[next] == places[site]; next++)
            if (isAccess(next)) return false;
        return true;
    }

    /** The last access of instructions before the one of a site, or a negative number. */
    public int accessBefore(int site) {
        int access = site;
        while (access >= 0 && (places[access] == places[site] || !isAccess(access))) access--;
        return access;
    }

    /** The last access of all; negative if there is none. */
    public int lastAccess() {
        int access = count - 1;
        while (access >= 0 && !isAccess(access)) access--;
        return access;
    }

    /** Whether the site belongs to an instruction that is part of an event, and overlaps with nothing. */
    public boolean isEventful(int site) {
        return kinds[count - 1] == EVENT && places[site] == places[count - 1];
    }

    public int kind(int site) {
        return kinds[site];
    }

    /** Which instruction of the block the site belongs to. */
    public int place(int site) {
        return places[site];
    }

    public int detail(int site) {
        return details[site];
    }

    /** The line of the first byte of an instruction. */
    public int firstLine(int place) {
        return firstLines[place];
    }

    /** The line of the last byte of an instruction. */
    public int lineBehind(int place) {
        return lastLines[place];
    }

    public Timing.Branch branch() {
        return branch;
    }

    public int address() {
        return address;
    }

    public int next() {
        return next;
    }

    /** Whether it is known beforehand where the branch leads; if not, that is what its site meets. */
    public boolean isDirect() {
        return branch == Timing.Branch.CONDITIONAL || branch == Timing.Branch.DIRECT || branch == Timing.Branch.CALL;
    }

    /** Where a direct branch leads. */
    public int target() {
        return target;
    }
}
