package org.sidestep.verify.x2;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.function.ToIntFunction;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.ScheduleResult;
import org.sidestep.x2.SystemCallError;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** X.2 reference manual, "ExchangeRegisters", "ThreadControl", "SpaceControl" and "Schedule", as far as programs use them. */
final class Control {

    static final int DEFAULT_PRIORITY = 100;
    private static final int UNCHANGED = -1;
    private static final int SENSITIVE_SHIFT = 16;
    private static final int ABORTS = ExchangeControl.ABORT_SEND | ExchangeControl.ABORT_RECEIVE;

    private final Ids ids;
    private final Ipc ipc;
    private final Interrupts interrupts;
    private final ToIntFunction<String> address;
    private final IntUnaryOperator spaceOf;
    private final int pager;

    /** @param layout of the threads' code, and who serves their page faults */
    Control(Ids ids, Ipc ipc, Player layout, Interrupts interrupts) {
        this.ids = ids;
        this.ipc = ipc;
        this.interrupts = interrupts;
        address = layout::address;
        spaceOf = layout::spaceOf;
        pager = layout.pager();
    }

    void exchangeRegisters(State state, int caller) {
        Step step = state.at(caller).step();
        int named = step.register(Reg32.EAX);
        int target = ids.find(state, caller, named);
        if (target == Actor.NOBODY
                || ids.isInterrupt(target)
                || isInactive(state.at(target))
                || isDead(state.at(target))
                || !mayExchange(state, caller, target)) {
            refuse(state, caller, SystemCallError.INVALID_THREAD);
            return;
        }
        Actor old = state.at(target);
        int control = step.register(Reg32.ECX);
        int was = activity(old) | (old.halted() ? ExchangeControl.WAS_HALTED : 0);
        boolean local = (named & ThreadId.GLOBAL) == 0;
        Map<Reg32, Integer> out = new EnumMap<>(Reg32.class);
        out.put(Reg32.EAX, local ? old.globalId() : ids.party(target).localId());
        out.put(Reg32.ECX, was);
        out.put(Reg32.EBX, old.handle());
        out.put(Reg32.EBP, old.pager());
        if (old.phase().isIpc() && old.step() != null && !old.restart() && !old.isPreempted()) {
            Party party = ids.party(target);
            boolean inside = isInside(old);
            out.put(Reg32.EDX, inside ? Exceptions.stack(party) : party.block());
            int place = old.isFaulting() ? 1 : 0;
            out.put(Reg32.ESI, inside ? old.step().words().get(place) : address.applyAsInt(ScriptedThreads.RETURNED));
        }
        state.set(caller, state.at(caller).returning(Answer.of(out)));
        if ((control & was & ABORTS) != 0) abort(state, target);
        exchange(state, target, step, control);
    }

    /** Whether it has come to a fault or an exception in what it calls. */
    private static boolean isInside(Actor actor) {
        return actor.step().action().isException()
                || actor.isFaulting() && !actor.itself().phase().isTransfer();
    }

    /** Of its own space, or with a pager that is. */
    private boolean mayExchange(State state, int caller, int target) {
        if (ids.areNeighbours(state, caller, target)) return true;
        int named = state.at(target).pager();
        if (named == pager) return ids.isPrivileged(state, caller);
        int whom = ids.find(state, target, named);
        return whom != Actor.NOBODY && ids.areNeighbours(state, caller, whom);
    }

    private static boolean isDead(Actor actor) {
        return actor.phase() == Phase.DEAD;
    }

    private static boolean isInactive(Actor actor) {
        return actor.phase() == Phase.INACTIVE;
    }

    private static int activity(Actor actor) {
        return switch (actor.itself().phase()) {
            case SENDING, TRANSFER_OUT, TRANSFER_HELD -> ExchangeControl.WAS_SENDING;
            case WAITING, START, TRANSFER_IN, TRANSFER_RESUMED -> ExchangeControl.WAS_RECEIVING;
            default -> 0;
        };
    }

    private void abort(State state, int target) {
        if (state.at(target).phase() == Phase.START)
            state.set(target, state.at(target).returning(null));
        else ipc.end(state, target, IpcError.CANCELLED);
    }

    private static void exchange(State state, int target, Step step, int control) {
        Actor actor = state.at(target);
        if ((control & ExchangeControl.SET_IP) != 0) actor = actor.restarting(true);
        if ((control & ExchangeControl.SET_HANDLE) != 0) actor = actor.withHandle(step.register(Reg32.EBX));
        if ((control & ExchangeControl.HALT_VALID) != 0) actor = actor.halted((control & ExchangeControl.HALT) != 0);
        state.set(target, actor);
    }

    void threadControl(State state, int caller) {
        Step step = state.at(caller).step();
        if (!ids.isPrivileged(state, caller)) {
            refuse(state, caller, SystemCallError.NO_PRIVILEGE);
            return;
        }
        int id = step.register(Reg32.EAX);
        if (Interrupts.isNamed(id)) {
            int error = interrupts.control(state, caller);
            if (error == 0) succeed(state, caller, 1);
            else refuse(state, caller, error);
            return;
        }
        int target = ofNumber(ThreadId.number(id));
        int pager = step.register(Reg32.ECX);
        boolean exists = state.at(target).exists();
        int space = spaceOf.applyAsInt(step.register(Reg32.ESI));
        boolean elsewhere = exists && space != state.at(target).space();
        if (step.register(Reg32.ESI) == ThreadId.NIL) delete(state, caller, target);
        else if (elsewhere && (target == caller || isDead(state.at(target))))
            refuse(state, caller, SystemCallError.INVALID_THREAD);
        else if (!exists && step.register(Reg32.EDX) == ThreadId.NIL)
            refuse(state, caller, SystemCallError.INVALID_THREAD);
        else if (exists && !elsewhere && step.register(Reg32.EDI) != UNCHANGED)
            refuse(state, caller, SystemCallError.INVALID_UTCB_AREA);
        else if (!isScheduler(state, caller, step.register(Reg32.EDX)))
            refuse(state, caller, SystemCallError.INVALID_SCHEDULER);
        else {
            if (!exists)
                state.set(
                        target,
                        Actor.NONE
                                .named(id)
                                .inSpace(space)
                                .ofPriority(DEFAULT_PRIORITY)
                                .scheduledBy(step.register(Reg32.EDX))
                                .in(Phase.INACTIVE));
            if (elsewhere) move(state, target, space);
            if (exists && id != state.at(target).globalId()) rename(state, target, id);
            if (exists && step.register(Reg32.EDX) != ThreadId.NIL)
                state.set(target, state.at(target).scheduledBy(step.register(Reg32.EDX)));
            if (pager != ThreadId.NIL) activate(state, target, pager);
            succeed(state, caller, 1);
        }
    }

    /** Whether an id is that of a thread, or says that the scheduler stays. */
    private boolean isScheduler(State state, int caller, int id) {
        return id == ThreadId.NIL || id == pager || ids.find(state, caller, id) != Actor.NOBODY;
    }

    private int ofNumber(int number) {
        int party = 0;
        while (ThreadId.number(ids.party(party).globalId()) != number) party++;
        return party;
    }

    private void delete(State state, int caller, int target) {
        if (target == caller) {
            refuse(state, caller, SystemCallError.INVALID_THREAD);
            return;
        }
        if (state.at(target).exists()) ipc.forsake(state, target);
        state.set(target, Actor.NONE);
        succeed(state, caller, 1);
    }

    private void rename(State state, int target, int id) {
        stop(state, target);
        ipc.forsake(state, target);
        state.set(target, state.at(target).named(id));
    }

    /** With its UTCB, at the same address; each party has one of its own. */
    private void move(State state, int target, int space) {
        stop(state, target);
        ipc.moved(state, target);
        Actor actor = state.at(target).inSpace(space);
        state.set(target, actor.isReady() ? actor.sharing(actor.share().anotherSlice(state.now())) : actor);
    }

    /** What it does in Ipc is aborted; a thread that waits to be started waits on. */
    private void stop(State state, int target) {
        Actor actor = state.at(target);
        if (actor.isPreempted()) state.set(target, actor.resumed());
        else if (actor.phase().isIpc()) ipc.end(state, target, IpcError.CANCELLED);
    }

    private static void activate(State state, int target, int pager) {
        Actor actor = state.at(target).withPager(pager);
        state.set(target, isInactive(actor) ? actor.in(Phase.START) : actor);
    }

    void schedule(State state, int caller) {
        Step step = state.at(caller).step();
        int target = ids.find(state, caller, step.register(Reg32.EAX));
        if (target == Actor.NOBODY) refuse(state, caller, SystemCallError.INVALID_THREAD);
        else if (!ids.isPrivileged(state, caller)
                && state.at(caller).globalId() != state.at(target).scheduler())
            refuse(state, caller, SystemCallError.NO_PRIVILEGE);
        else if (!ids.isPrivileged(state, caller)
                && step.register(Reg32.ECX) != UNCHANGED
                && step.register(Reg32.ECX) > state.at(caller).priority())
            refuse(state, caller, SystemCallError.INVALID_PARAMETER);
        else if (!ids.isPrivileged(state, caller)
                && step.register(Reg32.EDI) != UNCHANGED
                && step.register(Reg32.EDI) >>> SENSITIVE_SHIFT
                        > state.at(caller).priority()) refuse(state, caller, SystemCallError.INVALID_PARAMETER);
        else {
            int priority = step.register(Reg32.ECX);
            boolean releases = state.at(target).hasUsedUp() && step.register(Reg32.EDX) != UNCHANGED;
            Map<Reg32, Integer> result = releases ? Map.of() : Map.of(Reg32.EAX, scheduleResult(state.at(target)));
            state.set(caller, state.at(caller).returning(Answer.of(result).with(Left.of(state, target))));
            if (priority != UNCHANGED) state.set(target, state.at(target).ofPriority(priority));
            if (step.register(Reg32.EDI) != UNCHANGED)
                state.set(target, state.at(target).controlled(step.register(Reg32.EDI)));
            if (step.register(Reg32.EDX) != UNCHANGED) share(state, target, step.register(Reg32.EDX));
        }
    }

    /** A new time control; a thread whose total quantum was used up goes on. */
    private static void share(State state, int target, int control) {
        double slice = duration(control >>> Time.HIGH_SHIFT);
        double quantum = duration(control & 0xFFFF);
        state.shortest = Math.min(state.shortest, slice);
        state.longest = Math.max(state.longest, slice);
        Actor actor = state.at(target);
        if (actor.hasUsedUp()) actor = actor.resumed();
        state.set(target, actor.sharing(Share.of(slice, quantum, state.now(), state.running() == target)));
    }

    static double duration(int period) {
        return period == Time.NEVER ? Actor.NEVER : Moments.micros(period);
    }

    /** X.2 reference manual, "SpaceControl", of a space that has its areas: sets its redirector. */
    void spaceControl(State state, int caller) {
        Step step = state.at(caller).step();
        int of = ids.find(state, caller, step.register(Reg32.EAX));
        int named = step.register(Reg32.EDI);
        boolean nil = named == ThreadId.NIL;
        int redirector = nil ? Actor.NOBODY : ids.find(state, caller, named);
        if (!ids.isPrivileged(state, caller)) refuse(state, caller, SystemCallError.NO_PRIVILEGE);
        else if (of == Actor.NOBODY) refuse(state, caller, SystemCallError.INVALID_SPACE);
        else if (!nil && redirector == Actor.NOBODY) refuse(state, caller, SystemCallError.INVALID_THREAD);
        else {
            state.redirect(ids.space(state, of), nil ? 0 : state.at(redirector).globalId());
            succeed(state, caller, 1);
        }
    }

    private static int scheduleResult(Actor actor) {
        return switch (actor.itself().phase()) {
            case INACTIVE -> ScheduleResult.INACTIVE;
            case DEAD -> ScheduleResult.DEAD;
            case SENDING -> ScheduleResult.PENDING_SEND;
            case TRANSFER_OUT, TRANSFER_HELD -> ScheduleResult.SENDING;
            case WAITING, START -> ScheduleResult.WAITING;
            case TRANSFER_IN, TRANSFER_RESUMED -> ScheduleResult.RECEIVING;
            default -> actor.halted() ? ScheduleResult.INACTIVE : ScheduleResult.RUNNING;
        };
    }

    private static void succeed(State state, int caller, int result) {
        state.set(caller, state.at(caller).returning(Answer.of(Map.of(Reg32.EAX, result))));
    }

    private static void refuse(State state, int caller, int error) {
        Answer refused = Answer.of(Map.of(Reg32.EAX, 0)).withError(error, -1);
        state.set(caller, state.at(caller).returning(refused));
    }
}
