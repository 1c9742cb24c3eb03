package org.sidestep.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.sidestep.asm.Place;
import org.sidestep.kernel.KernelProbes;
import org.sidestep.machine.Machine;
import org.sidestep.testkit.Booted;
import org.sidestep.testkit.Outcome;
import org.sidestep.testkit.TestCell;

/**
 * One round of a workload with two timer interrupts: the first at each instruction of the policy's stubs, the second at each
 * instruction at user level that then follows. The first takes the processor from a thread in the middle of a stub, the second
 * from another that has meanwhile begun to use the same partner, so that the first goes on with what it saw before.
 */
final class EveryPair {

    private static final int TIMER = 0;
    /** Instructions at user level after the first interrupt: two local calls of threads that check their messages. */
    private static final int REACH = 100;

    private final WorkloadCase workload;
    private final Booted booted;
    private final Machine machine;
    private final String label;
    private final String rival;
    private final int programStart;
    private final int programEnd;
    private Outcome expected;

    /**
     * Prepares a workload.
     *
     * @param label whose passages delimit a round of one thread
     * @param rival the same for another thread, which calls the same partner
     */
    EveryPair(TestCell cell, WorkloadCase workload, String label, String rival) {
        this.workload = workload;
        this.booted = workload.in(cell).boot().count(KernelProbes.KILL);
        this.machine = booted.machine();
        this.label = label;
        this.rival = rival;
        this.programStart = booted.address("program.start");
        this.programEnd = booted.address("program.end");
    }

    void interrupted() {
        bothInTheMiddle();
        Booted.Mark begin = booted.mark();
        expected = booted.run();
        assertThat(expected.succeeded()).as(expected.toString()).isTrue();
        booted.restore(begin);
        int stubs = 0;
        int round = booted.address(label);
        machine.step();
        while (machine.codeAddress() != round) {
            if (inStub()) {
                Booted.Mark here = booted.mark();
                stubs++;
                interruptedAgain("first at " + Place.describe(booted.image().program(), machine.codeAddress()));
                booted.restore(here);
            }
            machine.step();
        }
        assertThat(stubs).as("instructions of stubs in a round").isPositive();
    }

    /**
     * Each thread has had a round and has more to come. A time slice is far longer than all rounds of one, so whoever is first
     * is stopped; which one that is depends on the policy.
     */
    private void bothInTheMiddle() {
        Booted.Mark start = booted.mark();
        long first = instructionsTo(label, start);
        if (first < instructionsTo(rival, start)) {
            booted.runTo(label, 1);
            interruptHere();
        }
        booted.runTo(rival, 1);
        interruptHere();
        booted.runTo(label, 1);
    }

    private long instructionsTo(String place, Booted.Mark start) {
        booted.runTo(place, 1);
        long instructions = machine.instructions();
        booted.restore(start);
        return instructions;
    }

    /** At user level, but not in the program: in the page that holds the stubs. */
    private boolean inStub() {
        int address = machine.codeAddress();
        boolean program =
                Integer.compareUnsigned(address, programStart) >= 0 && Integer.compareUnsigned(address, programEnd) < 0;
        return machine.cpl() == 3 && !program;
    }

    private void interruptedAgain(String first) {
        interruptHere();
        for (int reached = 0; reached < REACH; ) {
            machine.step();
            if (machine.cpl() != 3) continue;
            Booted.Mark here = booted.mark();
            interruptHere();
            Outcome outcome = booted.run();
            String where = first + ", then so many instructions at user level later: " + ++reached;
            assertThat(outcome.succeeded()).as("%s: %s", where, outcome).isTrue();
            assertThat(workload.promised(outcome)).as(where).isEqualTo(workload.promised(expected));
            assertThat(booted.passed(KernelProbes.KILL)).as(where).isZero();
            booted.restore(here);
        }
    }

    private void interruptHere() {
        machine.interruptAt(machine.instructions(), TIMER);
    }
}
