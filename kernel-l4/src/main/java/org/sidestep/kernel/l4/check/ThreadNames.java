package org.sidestep.kernel.l4.check;

import java.util.Arrays;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.workload.Observables;
import org.sidestep.x2.ThreadId;

/** What reports call the threads. */
record ThreadNames(Structures structures, Observables observables) {

    /** Of a TCB. */
    String of(int tcb) {
        int number = structures.word(tcb, structures.thread().globalId) >>> ThreadId.NUMBER_SHIFT;
        if (number == Threads.SIGMA0 >>> ThreadId.NUMBER_SHIFT) return "sigma0";
        String name = observables.threads().getOrDefault(number, "thread " + number);
        String space = observables.spaces().getOrDefault(number, name);
        return space.equals(name) ? name : name + " of " + space;
    }

    /** Of the thread that {@code from} names, or the words for those whom an id may stand for. */
    String ofId(int from, int id) {
        if (id == ThreadId.NIL) return "nobody";
        if (id == ThreadId.ANY) return "anyone";
        if (id == ThreadId.ANY_LOCAL) return "anyone of its space";
        return Arrays.stream(structures.threads())
                .filter(each -> isNamed(each, from, id))
                .mapToObj(this::of)
                .findFirst()
                .orElse("thread " + Diagnosis.hex(id));
    }

    private boolean isNamed(int each, int from, int id) {
        if ((id & ThreadId.GLOBAL) != 0) return structures.word(each, structures.thread().globalId) == id;
        return structures.word(each, structures.thread().localId) == id
                && structures.word(each, structures.thread().space) == structures.word(from, structures.thread().space);
    }
}
