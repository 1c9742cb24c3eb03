package org.sidestep.verify.x2;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import org.sidestep.isa.Reg32;
import org.sidestep.verify.x2.Actor.Phase;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/**
 * X.2 reference manual, "Ipc", "Lipc", "String Items", "Propagation" and "Redirection": a send phase, then a receive phase, and what may
 * become of them.
 */
final class Ipc {

    private static final int MOST_WORDS = 63;
    private static final int COUNTS = MessageTag.UNTYPED | MessageTag.TYPED;
    /** Of an ErrorCode: phase and cause, without the bytes that had been copied. */
    private static final int CAUSE = 0xF;

    private static final int MANY_PAGES = 16;
    /** What a receiver's pager is told as its instruction pointer. */
    private static final int NO_INSTRUCTION = -1;

    private final Ids ids;
    private final Player layout;
    private final Exceptions exceptions;

    Ipc(Ids ids, Player layout) {
        this.ids = ids;
        this.layout = layout;
        exceptions = new Exceptions(layout);
    }

    /**
     * The step of a thread that has come to an exception. If nobody handles it, the thread is stopped for good; if its space's redirector is
     * gone, it comes again and again.
     */
    void raise(State state, int party) {
        Step call = exceptions.call(ids.party(party), state.at(party).step());
        int handler = ids.find(state, party, call.name());
        if (isGone(state, handler)) {
            kill(state, party);
            return;
        }
        if (isGone(state, redirector(state, party, handler))) return;
        state.set(party, state.at(party).about(call));
        send(state, party, call);
    }

    /**
     * A thread is preempted, and somebody is told. The common pager takes note of it at once.
     *
     * @throws Oracle.Undecided if it would come again and again
     */
    void preempt(State state, int party, int whom, Step.Action action) {
        Map<Reg32, Integer> registers = Map.of(Reg32.EAX, whom, Reg32.EDX, whom, Reg32.ESI, Protocol.PREEMPTION.tag());
        Step call = new Step(action, registers, List.of(0, 0), List.of(0), "is preempted");
        state.set(party, state.at(party).interrupted(call));
        if (whom == layout.pager() && !ids.isCutOff(state, party) && !ids.isDiverted(state, party)) {
            state.set(party, state.at(party).with(Phase.WAITING, Actor.NOBODY, Actor.NEVER));
            return;
        }
        int told = ids.find(state, party, whom);
        if (isGone(state, told)) {
            kill(state, party);
            return;
        }
        if (isGone(state, redirector(state, party, told))) throw new Oracle.Undecided();
        send(state, party, call);
    }

    /**
     * A page fault of which a thread of the program is told. What has been interrupted is done again when it has answered.
     *
     * @throws Oracle.Undecided if it would come again and again
     */
    void fault(State state, int party, int address, boolean write, int ip) {
        int whom = state.at(party).pager();
        int told = ids.find(state, party, whom);
        if (isGone(state, told)) {
            kill(state, party);
            return;
        }
        if (isGone(state, redirector(state, party, told))) throw new Oracle.Undecided();
        int tag = Protocol.PAGE_FAULT.tag(write ? Fpage.WRITE : Fpage.READ);
        Map<Reg32, Integer> registers = Map.of(Reg32.EAX, whom, Reg32.EDX, whom, Reg32.ESI, tag);
        Step call = new Step(Step.Action.FAULT, registers, List.of(address, ip), List.of(0), "faults");
        state.set(party, state.at(party).interrupted(call));
        send(state, party, call);
    }

    /** The answer maps what it can, up to its first string; if that is not enough, the fault comes again. */
    private void mapFor(State state, int sender, int receiver) {
        Step step = state.at(sender).step();
        if (mapsMuch(step)) throw new Oracle.Undecided();
        List<Integer> items = typed(step);
        state.changedMemory().map(ids.space(state, sender), ids.space(state, receiver), items, Fpage.COMPLETE);
        faultOver(state, receiver);
    }

    private static void faultOver(State state, int party) {
        Actor actor = state.at(party).resumed();
        boolean receives = actor.phase() == Phase.TRANSFER_IN;
        state.set(party, receives ? actor.with(Phase.TRANSFER_RESUMED, actor.partner(), Actor.NEVER) : actor);
    }

    private static boolean isGone(State state, int party) {
        return party == Actor.NOBODY || state.at(party).phase() == Phase.DEAD;
    }

    /** A thread is stopped for good: nobody can deal with it any more. */
    private void kill(State state, int party) {
        forsake(state, party);
        state.set(party, state.at(party).in(Phase.DEAD));
    }

    /** The step of a thread that has called. */
    void call(State state, int sender) {
        Step step = state.at(sender).step();
        if (step.register(Reg32.EAX) == ThreadId.NIL) receive(state, sender);
        else send(state, sender, step);
    }

    private void send(State state, int sender, Step step) {
        int tag = step.register(Reg32.ESI);
        if (items(tag) + untyped(tag) > MOST_WORDS) {
            fail(state, sender, IpcError.MESSAGE_OVERFLOW);
            return;
        }
        int receiver = ids.find(state, sender, step.register(Reg32.EAX));
        double deadline = deadline(
                state,
                step.register(Reg32.ECX) >>> Time.HIGH_SHIFT,
                step.moments().send());
        Envelope envelope = Envelope.PLAIN.inTheNameOf(virtualSender(state, sender, receiver));
        int redirector = redirector(state, sender, receiver);
        if (redirector != receiver && redirector != Actor.NOBODY)
            envelope = envelope.insteadOf(state.at(receiver).globalId());
        state.set(sender, state.at(sender).sending(envelope));
        receiver = redirector;
        if (isGone(state, receiver)) fail(state, sender, IpcError.NO_PARTNER);
        else if (waitsFor(state, receiver, sender)) deliver(state, sender, receiver);
        else if (deadline <= state.now()) fail(state, sender, IpcError.TIMEOUT);
        else state.set(sender, state.at(sender).with(Phase.SENDING, receiver, deadline));
    }

    /** The global id in whose name a message goes, if another's is asked for and allowed; else 0. */
    private int virtualSender(State state, int sender, int receiver) {
        Step step = state.at(sender).step();
        if ((step.register(Reg32.ESI) & MessageTag.PROPAGATED) == 0) return 0;
        int virtual = ids.find(state, sender, step.name());
        if (virtual == Actor.NOBODY || receiver == Actor.NOBODY) return 0;
        boolean allowed = ids.areNeighbours(state, virtual, sender)
                || ids.areNeighbours(state, receiver, sender)
                || redirects(state, sender, virtual);
        return allowed ? state.at(virtual).globalId() : 0;
    }

    /** Whether one is the redirector of another's space, or of that one's, and so on. */
    private boolean redirects(State state, int one, int other) {
        Set<Integer> asked = new HashSet<>();
        int next = other;
        while (next != Actor.NOBODY && asked.add(next)) {
            int redirector = state.redirector(ids.space(state, next));
            if (redirector == 0) return false;
            if (redirector == state.at(one).globalId()) return true;
            next = ids.find(state, next, redirector);
        }
        return false;
    }

    /** Who gets a message for a receiver: it, or the redirector of the sender's space if neither of them is in the receiver's. */
    private int redirector(State state, int sender, int receiver) {
        int id = state.redirector(ids.space(state, sender));
        if (id == 0 || receiver == Actor.NOBODY || ids.areNeighbours(state, sender, receiver)) return receiver;
        int redirector = ids.find(state, sender, id);
        return redirector == Actor.NOBODY || !ids.areNeighbours(state, redirector, receiver) ? redirector : receiver;
    }

    private boolean waitsFor(State state, int receiver, int sender) {
        Actor waiting = state.at(receiver);
        int name = ids.named(state, sender);
        return switch (waiting.phase()) {
            case WAITING -> ids.matches(state, receiver, waiting.partner(), name);
            case START -> waiting.pager() == state.at(name).globalId();
            default -> false;
        };
    }

    /** The thread of an interrupt sends to its handler, and waits for its answer. */
    void interrupt(State state, int line) {
        int handler = state.at(line).partner();
        if (isGone(state, handler)) return;
        if (waitsFor(state, handler, line)) deliver(state, line, handler);
        else state.set(line, state.at(line).with(Phase.SENDING, handler, Actor.NEVER));
    }

    private void deliver(State state, int sender, int receiver) {
        Step step = state.at(sender).step();
        int tag = step.register(Reg32.ESI);
        if (ids.isInterrupt(receiver)) {
            state.unmask(receiver);
            state.set(
                    receiver,
                    state.at(receiver).with(Phase.WAITING, state.at(receiver).partner(), Actor.NEVER));
            receive(state, sender);
        } else if (state.at(receiver).phase() == Phase.START) {
            if ((tag & COUNTS) == Protocol.START_WORDS)
                state.set(receiver, state.at(receiver).returning(null).restarting(true));
            receive(state, sender);
        } else if (state.at(receiver).isPreempted()) {
            state.set(receiver, state.at(receiver).resumed());
            receive(state, sender);
        } else if (state.at(receiver).isFaulting()) {
            mapFor(state, sender, receiver);
            receive(state, sender);
        } else if (isException(state.at(receiver))) {
            List<Integer> answer = step.words().subList(0, untyped(tag) + items(tag));
            state.set(receiver, exceptions.answered(ids.party(receiver), state.at(receiver), answer));
            receive(state, sender);
        } else if (items(tag) > 0) {
            deliverItems(state, sender, receiver, step);
        } else {
            delivered(state, sender, receiver, message(state, sender, receiver));
            receive(state, sender);
        }
    }

    /** The receiver has the message. In whose name it came, be it that the kernel asks for its sake, waits for the receiver if it waited for the sender alone. */
    private void delivered(State state, int sender, int receiver, Answer message) {
        state.set(receiver, state.at(receiver).returning(message));
        int name = ids.named(state, sender);
        if (name == sender || name == Actor.NOBODY) return;
        Actor actor = state.at(name);
        if (actor.phase() != Phase.WAITING || actor.partner() != sender) return;
        state.set(name, actor.with(Phase.WAITING, receiver, actor.deadline()));
    }

    /** Maps at once; strings take their time. */
    private void deliverItems(State state, int sender, int receiver, Step step) {
        List<Integer> items = typed(step);
        int window = state.at(receiver).step().buffers().get(0);
        int mapped = 0;
        if ((items.get(0) & MapItem.MAP) != 0)
            mapped = state.changedMemory().map(ids.space(state, sender), ids.space(state, receiver), items, window);
        if (mapped < 0) {
            cut(state, sender, receiver, message(state, sender, receiver), -mapped);
        } else if (mapped == items.size() && !(state.mapsInTurns && mapsMuch(step))) {
            delivered(state, sender, receiver, message(state, sender, receiver));
            receive(state, sender);
        } else {
            state.set(sender, state.at(sender).with(Phase.TRANSFER_OUT, receiver, Actor.NEVER));
            state.progress(sender, Progress.NOTHING);
            state.set(receiver, state.at(receiver).with(Phase.TRANSFER_IN, sender, Actor.NEVER));
        }
    }

    /** Whether a step is a message with map items of more pages than every kernel maps at once. */
    static boolean mapsMuch(Step step) {
        if (step == null || !step.action().isIpc()) return false;
        int tag = step.register(Reg32.ESI);
        if (untyped(tag) + items(tag) > step.words().size()) return false;
        List<Integer> items = typed(step);
        int pages = 0;
        for (int i = 0; i + 1 < items.size() && (items.get(i) & MapItem.MAP) != 0; i += MapItem.WORDS)
            pages += 1 << (items.get(i + 1) >>> Fpage.SIZE_SHIFT & Fpage.SIZE) - Fpage.PAGE_SHIFT;
        return pages >= MANY_PAGES;
    }

    /** Both are told, and the receiver has what came before. */
    private void cut(State state, int sender, int receiver, Answer received, int error) {
        Answer told = received.with(Reg32.ESI, received.registers().get(Reg32.ESI) | MessageTag.ERROR);
        delivered(state, sender, receiver, told.withError(error | IpcError.RECEIVE, -1));
        fail(state, sender, error);
    }

    private static List<Integer> typed(Step step) {
        int untyped = untyped(step.register(Reg32.ESI));
        return step.words().subList(untyped, untyped + items(step.register(Reg32.ESI)));
    }

    /** The receive phase of a thread whose send phase, if it had one, is over. */
    private void receive(State state, int receiver) {
        Step step = state.at(receiver).step();
        int specifier = step.register(Reg32.EDX);
        if (specifier == ThreadId.NIL) {
            state.set(receiver, state.at(receiver).returning(own(receiver).with(Reg32.ESI, 0)));
            return;
        }
        int from = ids.from(state, receiver, specifier);
        double deadline = deadline(
                state, step.register(Reg32.ECX) & 0xFFFF, step.moments().receive());
        if (from == Actor.NOBODY || from >= 0 && state.at(from).phase() == Phase.DEAD) {
            fail(state, receiver, IpcError.NO_PARTNER | IpcError.RECEIVE);
            return;
        }
        for (int sender : state.senders()) {
            if (state.at(sender).partner() != receiver || !ids.matches(state, receiver, from, ids.named(state, sender)))
                continue;
            state.set(sender, state.at(sender).with(Phase.CALLED, Actor.NOBODY, Actor.NEVER));
            deliver(state, sender, receiver);
            return;
        }
        if (deadline <= state.now()) fail(state, receiver, IpcError.TIMEOUT | IpcError.RECEIVE);
        else state.set(receiver, state.at(receiver).with(Phase.WAITING, from, deadline));
    }

    /** The strings of a thread in {@link Phase#TRANSFER_OUT} are copied, until a fault of which somebody must be told. */
    void goOn(State state, int sender) {
        int receiver = state.at(sender).partner();
        List<Integer> items = typed(state.at(sender).step());
        int first = 0;
        while (first < items.size() && (items.get(first) & MapItem.MAP) != 0) first += MapItem.WORDS;
        Strings.Plan plan = Strings.plan(
                items.subList(first, items.size()), state.at(receiver).step().buffers());
        state.set(receiver, state.at(receiver).with(Phase.TRANSFER_IN, sender, Actor.NEVER));
        Transfer transfer = new Transfer(ids, layout, state, sender, receiver);
        switch (transfer.carryOut(plan)) {
            case OVER -> finishTransfer(state, sender, receiver, plan);
            case TIMEOUT -> timeOut(state, sender, receiver);
            case FAULT -> {
                double deadline = state.progress(sender).deadline();
                boolean writes = transfer.faulting() == receiver;
                if (writes) state.set(sender, state.at(sender).with(Phase.TRANSFER_HELD, receiver, deadline));
                else state.set(receiver, state.at(receiver).with(Phase.TRANSFER_IN, sender, deadline));
                boolean anew = state.at(sender).restart();
                int behind = layout.address(anew ? ScriptedThreads.ENTRY : ScriptedThreads.RETURNED);
                int ip = writes ? NO_INSTRUCTION : behind;
                fault(state, transfer.faulting(), transfer.faultAddress(), writes, ip);
            }
        }
    }

    /** A receiver in {@link Phase#TRANSFER_RESUMED} gives the processor back to its sender. */
    void resume(State state, int receiver) {
        int sender = state.at(receiver).partner();
        state.set(receiver, state.at(receiver).with(Phase.TRANSFER_IN, sender, Actor.NEVER));
        state.set(sender, state.at(sender).with(Phase.TRANSFER_OUT, receiver, Actor.NEVER));
        state.handedOver |= 1 << sender;
    }

    /** A transfer timeout has passed. */
    private void timeOut(State state, int sender, int receiver) {
        Progress progress = state.progress(sender);
        boolean own = progress.isSenders();
        int code = progress.bytes() << IpcError.BYTES_SHIFT;
        int ours = own ? IpcError.OWN_TRANSFER_TIMEOUT : IpcError.PARTNER_TRANSFER_TIMEOUT;
        int theirs = own ? IpcError.PARTNER_TRANSFER_TIMEOUT : IpcError.OWN_TRANSFER_TIMEOUT;
        fail(state, sender, code | ours);
        fail(state, receiver, code | theirs | IpcError.RECEIVE);
    }

    private void finishTransfer(State state, int sender, int receiver, Strings.Plan plan) {
        Progress progress = state.progress(sender);
        Answer message = message(state, sender, receiver);
        Answer received = new Answer(
                message.registers(),
                message.words(),
                0,
                0,
                progress.buffers(),
                message.actualSender(),
                message.intendedReceiver(),
                null);
        if (!plan.cut()) {
            delivered(state, sender, receiver, received);
            receive(state, sender);
            return;
        }
        int error = IpcError.MESSAGE_OVERFLOW | progress.bytes() << IpcError.BYTES_SHIFT;
        cut(state, sender, receiver, received, error);
    }

    private Answer message(State state, int sender, int receiver) {
        Step step = state.at(sender).step();
        int tag = step.register(Reg32.ESI) & ~MessageTag.FLAGS;
        List<Integer> words = step.words().subList(0, untyped(tag) + items(tag));
        Envelope envelope = state.at(sender).envelope();
        int flags = (envelope.isPropagated() ? MessageTag.PROPAGATED : 0)
                | (envelope.isRedirected() ? MessageTag.REDIRECTED : 0);
        int name = ids.named(state, sender);
        boolean onBehalf = step.action().isOnBehalf();
        if (onBehalf) words = Exceptions.seen(step.action(), words);
        Answer answer = own(receiver)
                .with(Reg32.EAX, name == Actor.NOBODY ? envelope.sentAs() : ids.told(state, name, receiver))
                .with(Reg32.ESI, tag | flags);
        if (!words.isEmpty() && words.get(0) != null) answer = answer.with(Reg32.EBX, words.get(0));
        if (words.size() > 1 && words.get(1) != null) answer = answer.with(Reg32.EBP, words.get(1));
        int actualSender = envelope.isPropagated() ? state.at(sender).globalId() : 0;
        return new Answer(answer.registers(), words, 0, 0, List.of(), actualSender, envelope.sentTo(), null);
    }

    private Answer own(int party) {
        Map<Reg32, Integer> registers = new EnumMap<>(Reg32.class);
        registers.put(Reg32.EDI, ids.party(party).localId());
        return Answer.of(registers);
    }

    /** The Ipc of a thread ends with an error. */
    private void fail(State state, int party, int error) {
        fail(state, party, error, -1);
    }

    private void fail(State state, int party, int error, int mask) {
        Answer failed = own(party).with(Reg32.ESI, MessageTag.ERROR).withError(error, mask);
        state.set(party, state.at(party).returning(failed));
    }

    /** What a thread does in Ipc is ended from outside, in whatever phase it is. */
    void end(State state, int party, int cause) {
        if (ids.isInterrupt(party)) {
            state.set(party, state.at(party).in(Phase.INACTIVE));
            return;
        }
        if (state.at(party).isPreempted()) {
            if (cause == IpcError.NO_PARTNER) state.set(party, state.at(party).resumed());
            return;
        }
        if (isException(state.at(party))) {
            state.set(party, Exceptions.again(state.at(party)));
            return;
        }
        Actor actor = state.at(party).itself();
        boolean faulting = state.at(party).isFaulting();
        if (faulting && (cause == IpcError.NO_PARTNER || !actor.phase().isTransfer())) {
            faultOver(state, party);
            return;
        }
        switch (actor.phase()) {
            case SENDING -> fail(state, party, cause);
            case WAITING -> fail(state, party, cause | IpcError.RECEIVE);
            case TRANSFER_OUT, TRANSFER_HELD -> endTransfer(state, party, actor.partner(), cause);
            case TRANSFER_IN, TRANSFER_RESUMED -> endTransfer(state, actor.partner(), party, cause);
            default -> throw new IllegalArgumentException("in no Ipc");
        }
    }

    private void endTransfer(State state, int sender, int receiver, int cause) {
        for (int party : new int[] {sender, receiver})
            if (state.at(party).isFaulting()) state.set(party, state.at(party).resumed());
        if (cause == IpcError.TIMEOUT) timeOut(state, sender, receiver);
        else abort(state, sender, receiver);
    }

    private static boolean isException(Actor actor) {
        return actor.step() != null && actor.step().action().isException();
    }

    private void abort(State state, int sender, int receiver) {
        fail(state, sender, IpcError.ABORTED, CAUSE);
        fail(state, receiver, IpcError.ABORTED | IpcError.RECEIVE, CAUSE);
    }

    /** The thread of this id is no more: a transfer with it, and whatever others have begun to do with it alone, ends. */
    void forsake(State state, int gone) {
        forsake(state, gone, other -> true);
    }

    /** The thread is elsewhere: only interrupts follow it, since they know it by its id alone. */
    void moved(State state, int party) {
        forsake(state, party, other -> !ids.isInterrupt(other));
    }

    private void forsake(State state, int gone, IntPredicate by) {
        if (state.at(gone).itself().phase().isTransfer()) end(state, gone, IpcError.ABORTED);
        for (int other = 0; other < state.size(); other++) {
            Actor actor = state.at(other);
            if (!by.test(other)) continue;
            boolean with = actor.phase() == Phase.SENDING || actor.phase() == Phase.WAITING;
            if (with && actor.partner() == gone) end(state, other, IpcError.NO_PARTNER);
        }
    }

    private static int untyped(int tag) {
        return tag & MessageTag.UNTYPED;
    }

    private static int items(int tag) {
        return (tag & MessageTag.TYPED) >>> MessageTag.TYPED_SHIFT;
    }

    /** Until when a thread waits that begins to now; now for a timeout of zero. */
    private static double deadline(State state, int timeout, double moment) {
        if (timeout == Time.NEVER) return Actor.NEVER;
        if (Moments.isPoint(timeout)) return moment;
        return state.now() + Moments.micros(timeout);
    }
}
