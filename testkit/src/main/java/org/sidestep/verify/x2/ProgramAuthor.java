package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Makes random programs. */
final class ProgramAuthor {

    /** A thread number that no thread has. */
    private static final int NOBODY = ThreadId.global(900);

    private static final int LEAST_THREADS = 2;
    private static final int LEAST_TURNS = 2;
    private static final int MOST_TURNS = 8;
    private static final int[] PRIORITIES = {90, 95, Control.DEFAULT_PRIORITY, 105, 110};
    /** Microseconds. */
    private static final int LEAST_TIMEOUT = 500;

    private static final int MOST_TIMEOUT = 9000;
    /** Microseconds. */
    private static final int LONGER_THAN_A_PROGRAM = 2_000_000;

    /** Points in time up to 2^(this + 10) microseconds ahead, or as long ago. */
    private static final int MOST_POINT_EXPONENT = 3;

    /** What a program does more than others. */
    private enum Theme {
        MESSAGES(3),
        MEMORY(3),
        THREADS(1);

        /** Of five turns, how many have two threads that fit. */
        private final int conversations;

        Theme(int conversations) {
            this.conversations = conversations;
        }
    }

    private final SplittableRandom random;
    private final Player player;
    private final Theme theme;
    private final List<Party> parties = new ArrayList<>();
    /** Without finite timeouts, and hence with nothing that depends on how long anything takes. */
    private final boolean timeless;
    /** To whom most is done that one thread does to another, and whose id may change. */
    private final Party victim;
    /** Who may be made anew; null if nobody. */
    private final Party dynamic;

    final MessageAuthor messages;
    final ThreadAuthor threads;
    private final ExceptionAuthor exceptions;

    private ProgramAuthor(SplittableRandom random, Player player) {
        this.random = random;
        this.player = player;
        timeless = random.nextInt(3) == 0;
        theme = Theme.values()[random.nextInt(Theme.values().length)];
        List<Party> all = new ArrayList<>(player.parties());
        int range = ScriptedThreads.MOST_THREADS - LEAST_THREADS + 1;
        int count = LEAST_THREADS + Math.min(random.nextInt(range), random.nextInt(range));
        if (theme != Theme.MESSAGES) parties.add(all.remove(random.nextInt(privileged(all))));
        while (parties.size() < count) parties.add(all.remove(random.nextInt(all.size())));
        boolean privileged = privileged(parties) > 0;
        victim = parties.get(random.nextInt(count));
        dynamic = privileged && random.nextInt(theme == Theme.THREADS ? 2 : 4) == 0 ? victim : null;
        messages = new MessageAuthor(random, player, theme == Theme.MEMORY, dynamic);
        threads = new ThreadAuthor(random, player, this, victim, dynamic);
        exceptions = new ExceptionAuthor(random, player, this, messages);
    }

    /** How many are of the root task's space, which has all pages first; of all parties they are the first. */
    private static int privileged(List<Party> parties) {
        return (int) parties.stream().filter(party -> party.space() == 0).count();
    }

    /** The program that a generator of random numbers makes of the threads of {@code player}. */
    static RandomProgram write(SplittableRandom random, Player player) {
        return new ProgramAuthor(random, player).program();
    }

    private RandomProgram program() {
        Map<Party, List<Step>> scripts = new LinkedHashMap<>();
        parties.forEach(party -> scripts.put(party, new ArrayList<>()));
        int turns = parties.size() * (LEAST_TURNS + random.nextInt(MOST_TURNS - LEAST_TURNS));
        for (int turn = 0; turn < turns; turn++) {
            Party one = parties.get(random.nextInt(parties.size()));
            if (random.nextInt(5) < theme.conversations) converse(scripts, one, other(one));
            else alone(scripts.get(one), one);
        }
        redirect(scripts);
        scripts.values().forEach(this::compute);
        Map<Party, Integer> pagers = new LinkedHashMap<>();
        parties.forEach(party -> pagers.put(party, player.pager()));
        boolean paged = parties.size() > 1 && random.nextInt(6) == 0;
        if (paged) new PagerAuthor(random, this, scripts, pagers).write();
        Map<Party, Integer> priorities = new LinkedHashMap<>();
        parties.forEach(party -> priorities.put(party, priority()));
        boolean takesTime = random.nextInt(3) == 1;
        if (takesTime) new TimeAuthor(random, this, scripts).write();
        if (random.nextInt(5) == 0) new InterruptAuthor(random, this, scripts, player.interrupt()).write();
        if (random.nextInt(6) == 0) despair(scripts.get(parties.get(random.nextInt(parties.size()))));
        for (List<Step> steps : paged ? List.<List<Step>>of() : scripts.values())
            steps.replaceAll(step -> step.action().isIpc() ? step.transferring(limited(step.transfer())) : step);
        if (random.nextInt(5) == 0) new MoveAuthor(random, this, scripts).write();
        List<RandomProgram.Role> roles = new ArrayList<>();
        scripts.forEach((party, steps) -> roles.add(new RandomProgram.Role(
                party,
                priorities.get(party),
                pagers.get(party),
                steps.subList(0, Math.min(steps.size(), ScriptedThreads.STEPS - 1)))));
        return new RandomProgram(roles, timeless && !takesTime && !paged);
    }

    /**
     * Now and then a thread of the root task's space gives another space a redirector of the root task's space, and takes it back later. The
     * pager of all is of that space, too: faults still go to it, and its answers straight to who faults.
     */
    private void redirect(Map<Party, List<Step>> scripts) {
        List<Party> masters =
                parties.stream().filter(party -> party.space() == 0).toList();
        List<Party> subjects =
                parties.stream().filter(party -> party.space() != 0).toList();
        if (masters.isEmpty() || subjects.isEmpty() || random.nextInt(3) > 0) return;
        Party self = masters.get(random.nextInt(masters.size()));
        Party of = subjects.get(random.nextInt(subjects.size()));
        Party redirector = masters.get(random.nextInt(masters.size()));
        List<Step> steps = scripts.get(self);
        if (random.nextBoolean())
            steps.add(random.nextInt(steps.size() + 1), redirected(of, ThreadId.NIL, "has no redirector"));
        steps.add(0, redirected(of, id(self, redirector), "has redirector " + redirector.name()));
        for (Party subject : subjects) {
            if (subject.space() == of.space()) continue;
            scripts.get(redirector)
                    .add(redirector.equals(self) ? 1 : 0, ipc(redirector, null, ThreadId.ANY, of, patience()));
            scripts.get(of)
                    .add(
                            0,
                            ipc(
                                    of,
                                    subject,
                                    random.nextBoolean() ? ThreadId.NIL : id(of, subject),
                                    subject,
                                    patience()));
        }
    }

    /** A thread raises an exception that nobody handles. */
    private void despair(List<Step> steps) {
        Step step = new Step(
                Step.Action.UNDEFINED, Map.of(), List.of(), List.of(), "executes what there is not, unhandled");
        steps.add(random.nextInt(steps.size() + 1), step);
    }

    /** Transfer timeouts: instead of none, now and then one that passes in no program. */
    private int limited(int timeouts) {
        int send = timeouts >>> Time.HIGH_SHIFT;
        int receive = timeouts & 0xFFFF;
        return Time.pair(limitedOne(send), limitedOne(receive));
    }

    private int limitedOne(int timeout) {
        return timeout == Time.NEVER && random.nextInt(4) == 0 ? Time.period(LONGER_THAN_A_PROGRAM) : timeout;
    }

    /** Now and then a thread has a number in the floating-point unit, and looks whether it still has it. */
    private void compute(List<Step> steps) {
        if (random.nextInt(3) > 0) return;
        int at = random.nextInt(steps.size() + 1);
        int looks = 1 + random.nextInt(2);
        for (int i = 0; i < looks; i++)
            steps.add(
                    at + random.nextInt(steps.size() - at + 1), floating(Step.Action.STORE, 0, "looks at its number"));
        steps.add(at, floating(Step.Action.LOAD, random.nextInt(), "computes"));
    }

    private static Step floating(Step.Action action, int number, String what) {
        return new Step(action, Map.of(EDX, number), List.of(), List.of(), what);
    }

    private static Step redirected(Party of, int id, String what) {
        Map<Reg32, Integer> registers = Map.of(EAX, of.globalId(), EDI, id);
        return new Step(
                Step.Action.REDIRECT,
                registers,
                List.of(),
                List.of(),
                "SpaceControl: the space of " + of.name() + " " + what);
    }

    /** What needs no partner; who halts a thread asks, now and then, what has become of it. */
    private void alone(List<Step> steps, Party self) {
        Step step = step(self);
        steps.add(step);
        boolean halts = step.action() == Step.Action.EXCHANGE
                && (step.register(ECX) & ExchangeControl.HALT_VALID) != 0
                && (step.register(ECX) & ExchangeControl.HALT) != 0;
        if (!halts || random.nextInt(3) > 0) return;
        Map<Reg32, Integer> asks = new TreeMap<>(step.registers());
        asks.put(ECX, ExchangeControl.DELIVER);
        steps.add(new Step(Step.Action.EXCHANGE, asks, List.of(), List.of(), step.text() + ", once more"));
    }

    /** Two who fit: a message with its receiver, or a call with its server. */
    private void converse(Map<Party, List<Step>> scripts, Party client, Party server) {
        if (theme == Theme.MEMORY && random.nextBoolean()) {
            if (random.nextInt(3) > 0) share(scripts.get(client), scripts.get(server), client, server);
            else sendThrough(scripts.get(client), scripts.get(server), client, server);
            return;
        }
        if (random.nextInt(7) == 0) {
            exceptions.write(scripts, client, server);
            return;
        }
        if (parties.size() > 2 && random.nextInt(5) == 0) {
            passOn(scripts, client, server);
            return;
        }
        boolean call = random.nextBoolean();
        scripts.get(client).add(ipc(client, server, call ? id(client, server) : ThreadId.NIL, server, patience()));
        scripts.get(server).add(ipc(server, null, fromSpecifier(server, client), client, patience()));
        if (!call) return;
        int next = random.nextBoolean() ? ThreadId.NIL : fromSpecifier(server, client);
        int timeouts = random.nextBoolean() ? Time.pair(Time.ZERO, timeout()) : patience();
        scripts.get(server).add(ipc(server, client, next, client, timeouts));
    }

    /** The server passes on what it is asked, in the client's name, and a worker answers. */
    private void passOn(Map<Party, List<Step>> scripts, Party client, Party server) {
        Party worker = other(client);
        while (worker.equals(server)) worker = other(client);
        scripts.get(client).add(ipc(client, server, id(client, server), server, patience()));
        scripts.get(server).add(ipc(server, null, fromSpecifier(server, client), client, patience()));
        scripts.get(server).add(inAnothersName(ipc(server, worker, ThreadId.NIL, worker, patience()), server, client));
        scripts.get(worker).add(ipc(worker, null, fromSpecifier(worker, client), client, patience()));
        scripts.get(worker).add(ipc(worker, client, ThreadId.NIL, client, patience()));
    }

    /** The client maps a page, and takes something back; the server looks before and after. */
    private void share(List<Step> clients, List<Step> servers, Party client, Party server) {
        int page = messages.windowPage();
        int target = messages.windowPage();
        int type = random.nextInt(5) == 0 ? MapItem.GRANT : MapItem.MAP;
        List<Integer> item = List.of(target | type, Fpage.of(page, Fpage.PAGE_SIZE, random.nextInt(8)));
        clients.add(told(client, server, item));
        servers.add(hears(server, client));
        servers.add(access(target));
        servers.add(told(server, client, List.of()));
        clients.add(hears(client, server));
        clients.add(unmap(client, Fpage.of(page, Fpage.PAGE_SIZE, random.nextInt(8))));
        clients.add(told(client, server, List.of()));
        servers.add(hears(server, client));
        servers.add(access(target));
    }

    /** A string out of the window, or into it, which is then looked at. */
    private void sendThrough(List<Step> clients, List<Step> servers, Party client, Party server) {
        List<Integer> items = new ArrayList<>();
        int last = ScriptedThreads.STRINGS_SIZE - MessageAuthor.LONGEST_SUBSTRING;
        messages.string(
                items,
                0,
                length ->
                        random.nextBoolean() ? messages.windowPlace() : player.strings(client) + random.nextInt(last));
        int place = random.nextInt(3) == 0 ? player.buffers(server) : messages.windowPlace();
        int size = MessageAuthor.MOST_DESCRIPTORS * MessageAuthor.MOST_SUBSTRINGS * MessageAuthor.LONGEST_SUBSTRING;
        List<Integer> buffers = List.of(Fpage.COMPLETE | StringItem.ACCEPTOR, StringItem.of(size, 1), place);
        Map<Reg32, Integer> from = new TreeMap<>(Map.of(EDX, client.globalId(), EDI, server.localId()));
        clients.add(told(client, server, items).transferring(transferTimeouts()));
        servers.add(new Step(Step.Action.IPC, from, List.of(), buffers, "Ipc with a string from " + client.name())
                .transferring(transferTimeouts()));
        int page = messages.windowPage();
        if (place != player.buffers(server)) page = place + MessageAuthor.LONGEST_SUBSTRING & -Fpage.PAGE_SIZE;
        servers.add(access(page));
        servers.add(unmap(server, Fpage.of(page, Fpage.PAGE_SIZE, random.nextInt(8))));
    }

    Step told(Party self, Party to, List<Integer> items) {
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EAX, to.globalId(), EDI, self.localId()));
        registers.put(ESI, MessageTag.of(random.nextInt(1 << 16), 0, items.size()));
        return new Step(Step.Action.IPC, registers, items, List.of(), "Ipc to " + to.name());
    }

    Step hears(Party self, Party from) {
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EDX, from.globalId(), EDI, self.localId()));
        return new Step(Step.Action.IPC, registers, List.of(), List.of(Fpage.COMPLETE), "Ipc from " + from.name());
    }

    /** A thread that is always in the party's space. */
    int anchor(Party party) {
        return player.anchor(party);
    }

    /** Threads that are always in their spaces, of which there is one in each. */
    List<Integer> anchors() {
        return player.anchors();
    }

    /** Where a party's strings are. */
    int strings(Party party) {
        return player.strings(party);
    }

    /** Where its string buffers are. */
    int placeOfBuffers(Party party) {
        return player.buffers(party);
    }

    int patience() {
        boolean patient = timeless || random.nextBoolean();
        return patient ? Time.pair(Time.NEVER, Time.NEVER) : Time.pair(finite(), finite());
    }

    int priority() {
        return PRIORITIES[random.nextInt(PRIORITIES.length)];
    }

    private Step step(Party self) {
        int kind = random.nextInt(theme == Theme.MESSAGES ? 25 : 40);
        if (kind < 15) return ipc(self);
        if (kind < 25) return random.nextInt(3) == 0 ? threadSwitch(self) : other(self, kind);
        return switch (theme) {
            case MEMORY ->
                kind < 31 ? unmap(self, messages.fpage() | random.nextInt(8)) : access(messages.windowPage());
            default -> kind < 31 ? threads.exchange(self) : kind < 35 ? threads.schedule(self) : threads.control(self);
        };
    }

    private Step other(Party self, int kind) {
        return switch (kind % 4) {
            case 0 -> unmap(self, messages.fpage() | random.nextInt(8));
            case 1 -> access(messages.windowPage());
            case 2 -> threads.exchange(self);
            default -> random.nextBoolean() ? threads.schedule(self) : threads.control(self);
        };
    }

    /** Waits for ever: what a thread does that has done all. */
    static Step park(Party self) {
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EDX, self.localId(), EDI, self.localId()));
        return new Step(Step.Action.IPC, registers, List.of(), List.of(0), "Ipc: waits for ever");
    }

    private Step ipc(Party self) {
        int shape = random.nextInt(10);
        Party to = other(self);
        Party from = random.nextInt(3) == 0 ? other(self) : to;
        int specifier = shape >= 3 ? fromSpecifier(self, from) : ThreadId.NIL;
        return ipc(self, shape < 7 ? to : null, specifier, from, Time.pair(timeout(), timeout()));
    }

    /** @param to null for none */
    Step ipc(Party self, Party to, int specifier, Party from, int timeouts) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, to == null ? ThreadId.NIL : id(self, to));
        registers.put(EDX, specifier);
        registers.put(ECX, timeouts);
        registers.put(EDI, self.localId());
        List<Integer> words = new ArrayList<>();
        if (to != null) registers.put(ESI, messages.message(self, to, words));
        boolean receives = specifier != ThreadId.NIL;
        Step.Action action = random.nextBoolean() ? Step.Action.LIPC : Step.Action.IPC;
        String text = String.format(
                Locale.ROOT,
                "%s%s%s",
                action == Step.Action.LIPC ? "Lipc" : "Ipc",
                to == null ? "" : " to " + to.name(),
                receives ? " from " + name(specifier, from) : "");
        Step step = new Step(action, registers, words, receives ? messages.buffers(self) : List.of(), text)
                .transferring(transferTimeouts());
        return to == null || random.nextInt(8) > 0 ? step : inAnothersName(step, self, other(self));
    }

    Step inAnothersName(Step step, Party self, Party whose) {
        return step.inTheNameOf(id(self, whose), whose.name());
    }

    private static String name(int specifier, Party from) {
        return switch (specifier) {
            case ThreadId.ANY -> "any";
            case ThreadId.ANY_LOCAL -> "anylocal";
            default -> from.name();
        };
    }

    int fromSpecifier(Party self, Party from) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> ThreadId.ANY;
            case 2 -> ThreadId.ANY_LOCAL;
            case 3 -> random.nextInt(4) == 0 ? self.localId() : id(self, from);
            default -> id(self, from);
        };
    }

    /** Of a thread, now and then of one that is not there. */
    int id(Party self, Party other) {
        if (theme == Theme.THREADS && other.equals(victim) && random.nextInt(4) == 0) return other.globalId() + 1;
        if (random.nextInt(25) == 0) return random.nextInt(3) == 0 ? NOBODY : other.globalId() + 1;
        return self.space() == other.space() && random.nextInt(3) > 0 ? other.localId() : other.globalId();
    }

    /** Seldom for ever: a program in which all wait for each other is over. */
    private int timeout() {
        if (random.nextInt(6) == 0) return Time.NEVER;
        return timeless || random.nextInt(3) == 0 ? Time.ZERO : finite();
    }

    private int finite() {
        if (random.nextInt(5) == 0)
            return Time.POINT
                    | random.nextInt(MOST_POINT_EXPONENT + 1) << Time.POINT_EXPONENT_SHIFT
                    | random.nextInt(Time.POINT_BITS + 1);
        return Time.period(LEAST_TIMEOUT + random.nextInt(MOST_TIMEOUT - LEAST_TIMEOUT));
    }

    /** Seldom without any page fault. */
    private int transferTimeouts() {
        if (random.nextInt(6) > 0) return Time.pair(Time.NEVER, Time.NEVER);
        return Time.pair(random.nextBoolean() ? Time.ZERO : Time.NEVER, random.nextBoolean() ? Time.ZERO : Time.NEVER);
    }

    private Step unmap(Party self, int fpage) {
        boolean flush = random.nextInt(3) == 0;
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EAX, flush ? 0x40 : 0, ESI, fpage, EDI, self.localId()));
        return new Step(Step.Action.UNMAP, registers, List.of(), List.of(), flush ? "Unmap, flushing" : "Unmap");
    }

    Step access(int address) {
        boolean write = random.nextBoolean();
        return new Step(
                write ? Step.Action.WRITE : Step.Action.READ,
                Map.of(EAX, address, EDX, random.nextInt()),
                List.of(),
                List.of(),
                write ? "writes" : "reads");
    }

    private Step threadSwitch(Party self) {
        Party to = other(self);
        boolean nil = random.nextInt(3) == 0;
        return new Step(
                Step.Action.SWITCH,
                Map.of(EAX, nil ? ThreadId.NIL : id(self, to)),
                List.of(),
                List.of(),
                "ThreadSwitch " + (nil ? "to any" : "to " + to.name()));
    }

    Party other(Party self) {
        Party other = parties.get(random.nextInt(parties.size()));
        return other.equals(self) ? other(self) : other;
    }
}
