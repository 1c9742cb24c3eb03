package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
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
import org.sidestep.x2.Protocol;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;

/** Makes random programs. */
final class ProgramAuthor {

    /** A thread number that no thread has. */
    private static final int NOBODY = ThreadId.global(900);

    private static final int LEAST_THREADS = 2;
    private static final int LEAST_STEPS = 3;
    private static final int[] PRIORITIES = {90, 95, Control.DEFAULT_PRIORITY, 105, 110};
    private static final int[] UNTYPED = {0, 0, 1, 1, 2, 2, 3, 4, 7, 20, 59};
    /** Microseconds. */
    private static final int LEAST_TIMEOUT = 500;

    private static final int MOST_TIMEOUT = 9000;
    private static final int LONGEST_STRING = 40;

    private final SplittableRandom random;
    private final Player player;
    private final List<Party> parties = new ArrayList<>();
    /** Without finite timeouts, and hence with nothing that depends on how long anything takes. */
    private final boolean timeless;
    /** Who may be made anew; null if nobody. */
    private final Party dynamic;

    private ProgramAuthor(SplittableRandom random, Player player) {
        this.random = random;
        this.player = player;
        timeless = random.nextInt(3) == 0;
        List<Party> all = new ArrayList<>(player.parties());
        int count = LEAST_THREADS + random.nextInt(ScriptedThreads.MOST_THREADS - LEAST_THREADS + 1);
        while (parties.size() < count) parties.add(all.remove(random.nextInt(all.size())));
        boolean privileged = parties.stream().anyMatch(party -> party.space() == 0);
        dynamic = privileged && random.nextInt(3) == 0 ? parties.get(random.nextInt(count)) : null;
    }

    /** The program that a generator of random numbers makes of the threads of {@code player}. */
    static RandomProgram write(SplittableRandom random, Player player) {
        return new ProgramAuthor(random, player).program();
    }

    private RandomProgram program() {
        List<RandomProgram.Role> roles = new ArrayList<>();
        for (Party party : parties) {
            List<Step> steps = new ArrayList<>();
            int count = LEAST_STEPS + random.nextInt(ScriptedThreads.STEPS - LEAST_STEPS - 1);
            while (steps.size() < count) steps.add(step(party));
            roles.add(new RandomProgram.Role(party, priority(), steps));
        }
        return new RandomProgram(roles, timeless);
    }

    private int priority() {
        return PRIORITIES[random.nextInt(PRIORITIES.length)];
    }

    private Step step(Party self) {
        int kind = random.nextInt(40);
        if (kind < 26) return ipc(self);
        if (kind < 28) return unmap(self);
        if (kind < 31) return access();
        if (kind < 33) return threadSwitch(self);
        if (kind < 36) return exchange(self);
        if (kind < 38) return schedule(self);
        return control(self);
    }

    /** Waits for ever: what a thread does that has done all. */
    static Step park(Party self) {
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EDX, self.localId(), EDI, self.localId()));
        return new Step(Step.Action.IPC, registers, List.of(), List.of(0), "Ipc: waits for ever");
    }

    private Step ipc(Party self) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        int shape = random.nextInt(10);
        Party to = other(self);
        Party from = random.nextInt(3) == 0 ? other(self) : to;
        boolean sends = shape < 7;
        boolean receives = shape >= 3;
        int fromWord = receives ? fromSpecifier(self, from) : ThreadId.NIL;
        registers.put(EAX, sends ? id(self, to) : ThreadId.NIL);
        registers.put(EDX, fromWord);
        registers.put(ECX, Time.pair(timeout(), timeout()));
        registers.put(EDI, self.localId());
        List<Integer> words = new ArrayList<>();
        if (sends) registers.put(ESI, message(self, to, words));
        Step.Action action = random.nextBoolean() ? Step.Action.LIPC : Step.Action.IPC;
        String text = String.format(
                Locale.ROOT,
                "%s%s%s",
                action == Step.Action.LIPC ? "Lipc" : "Ipc",
                sends ? " to " + to.name() : "",
                receives ? " from " + name(fromWord, from) : "");
        return new Step(action, registers, words, receives ? buffers(self) : List.of(), text);
    }

    private static String name(int specifier, Party from) {
        return switch (specifier) {
            case ThreadId.ANY -> "any";
            case ThreadId.ANY_LOCAL -> "anylocal";
            default -> from.name();
        };
    }

    private int fromSpecifier(Party self, Party from) {
        return switch (random.nextInt(8)) {
            case 0, 1 -> ThreadId.ANY;
            case 2 -> ThreadId.ANY_LOCAL;
            case 3 -> random.nextInt(4) == 0 ? self.localId() : id(self, from);
            default -> id(self, from);
        };
    }

    /** Of a thread, now and then of one that is not there. */
    private int id(Party self, Party other) {
        if (random.nextInt(25) == 0) return random.nextBoolean() ? NOBODY : other.globalId() + 1;
        return self.space() == other.space() && random.nextInt(3) > 0 ? other.localId() : other.globalId();
    }

    private int timeout() {
        int kind = random.nextInt(timeless ? 3 : 5);
        if (kind == 0) return Time.ZERO;
        return kind < 3 ? Time.NEVER : Time.period(LEAST_TIMEOUT + random.nextInt(MOST_TIMEOUT - LEAST_TIMEOUT));
    }

    /** Fills the message's words; out: its tag. A thread that is made anew may take any message for that which starts it. */
    private int message(Party self, Party to, List<Integer> words) {
        int untyped = random.nextInt(60) == 0 ? 63 : UNTYPED[random.nextInt(UNTYPED.length)];
        if (to.equals(dynamic) && random.nextInt(3) == 0) untyped = Protocol.START_WORDS;
        for (int i = 0; i < untyped; i++) words.add(random.nextInt());
        if (to.equals(dynamic) && untyped == Protocol.START_WORDS) {
            words.set(0, player.address(ScriptedThreads.ENTRY));
            words.set(1, to.block());
            return MessageTag.of(random.nextInt(1 << 16), untyped);
        }
        int strings = random.nextInt(6) == 0 ? 1 + random.nextInt(2) : 0;
        int maps = random.nextInt(5) == 0 ? 1 + random.nextInt(2) : 0;
        for (int i = 0; i < maps; i++) {
            int type = random.nextInt(5) == 0 ? MapItem.GRANT : MapItem.MAP;
            words.add(windowPage() | type);
            words.add(fpage() | random.nextInt(8));
        }
        for (int i = 0; i < strings; i++) {
            words.add(StringItem.simple(random.nextInt(LONGEST_STRING)));
            words.add(player.strings(self) + random.nextInt(ScriptedThreads.STRINGS_SIZE - LONGEST_STRING));
        }
        int tag = MessageTag.of(random.nextInt(1 << 16), untyped, 2 * (maps + strings));
        while (words.size() > ScriptedThreads.WORDS) words.remove(words.size() - 1);
        return tag;
    }

    private List<Integer> buffers(Party self) {
        int window = switch (random.nextInt(3)) {
            case 0 -> Fpage.NIL;
            case 1 -> Fpage.COMPLETE;
            default -> fpage();
        };
        if (random.nextInt(4) == 0) return List.of(window);
        int count = random.nextInt(3);
        List<Integer> buffers = new ArrayList<>(List.of(window | StringItem.ACCEPTOR));
        for (int i = 0; i < count; i++) {
            buffers.add(StringItem.simple(random.nextInt(LONGEST_STRING)) | (i + 1 < count ? StringItem.MORE : 0));
            buffers.add(player.buffers(self) + 2 * i * LONGEST_STRING + random.nextInt(LONGEST_STRING));
        }
        if (count == 0) buffers.add(StringItem.OTHER_TYPE);
        return buffers;
    }

    private int windowPage() {
        return player.address(ScriptedThreads.WINDOW) + random.nextInt(ScriptedThreads.WINDOW_PAGES) * Fpage.PAGE_SIZE;
    }

    /** A naturally aligned part of the window, without rights. */
    private int fpage() {
        int size = Fpage.PAGE_SIZE << random.nextInt(4);
        return Fpage.of(windowPage() & -size, size, 0);
    }

    private Step unmap(Party self) {
        int fpage = fpage() | random.nextInt(8);
        boolean flush = random.nextInt(3) == 0;
        Map<Reg32, Integer> registers = new TreeMap<>(Map.of(EAX, flush ? 0x40 : 0, ESI, fpage, EDI, self.localId()));
        return new Step(Step.Action.UNMAP, registers, List.of(), List.of(), flush ? "Unmap, flushing" : "Unmap");
    }

    private Step access() {
        boolean write = random.nextBoolean();
        return new Step(
                write ? Step.Action.WRITE : Step.Action.READ,
                Map.of(EAX, windowPage(), EDX, random.nextInt()),
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

    /** Who is made anew has no other place to go on from than its beginning. */
    private Step exchange(Party self) {
        Party target = random.nextInt(6) == 0 ? self : other(self);
        int control = random.nextInt(2) * ExchangeControl.ABORT_RECEIVE
                | random.nextInt(2) * ExchangeControl.ABORT_SEND
                | random.nextInt(2) * ExchangeControl.SET_HANDLE
                | random.nextInt(2) * ExchangeControl.DELIVER;
        if (random.nextInt(3) == 0) control |= ExchangeControl.HALT_VALID | random.nextInt(2) * ExchangeControl.HALT;
        boolean anew =
                random.nextInt(4) == 0 || target.equals(dynamic) && (control & ExchangeControl.ABORT_RECEIVE) != 0;
        if (anew) control |= ExchangeControl.SET_IP | ExchangeControl.SET_SP;
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, id(self, target));
        registers.put(ECX, control);
        registers.put(EDX, target.block());
        registers.put(ESI, player.address(ScriptedThreads.ENTRY));
        registers.put(EBX, random.nextInt());
        return new Step(Step.Action.EXCHANGE, registers, List.of(), List.of(), "ExchangeRegisters of " + target.name());
    }

    private Step schedule(Party self) {
        Party target = random.nextInt(4) == 0 ? self : other(self);
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, id(self, target));
        registers.put(EDX, -1);
        registers.put(ESI, -1);
        registers.put(EDI, -1);
        registers.put(ECX, random.nextInt(3) == 0 ? -1 : priority());
        return new Step(Step.Action.SCHEDULE, registers, List.of(), List.of(), "Schedule " + target.name());
    }

    private Step control(Party self) {
        Party target = dynamic != null && !dynamic.equals(self) ? dynamic : other(self);
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, target.globalId() + (random.nextInt(6) == 0 ? 1 : 0));
        registers.put(ESI, player.anchor(target));
        registers.put(EDI, -1);
        String what;
        int kind = random.nextInt(target.equals(dynamic) ? 8 : 3);
        if (kind < 2) {
            registers.put(ESI, ThreadId.NIL);
            what = "deletes ";
        } else if (kind == 2) {
            what = "changes ";
        } else if (kind == 3) {
            registers.put(ECX, self.globalId());
            what = "activates ";
        } else {
            registers.put(EDX, player.pager());
            registers.put(EDI, target.utcbLocation());
            registers.put(ECX, random.nextInt(4) == 0 ? ThreadId.NIL : self.globalId());
            what = "makes ";
        }
        return new Step(Step.Action.CONTROL, registers, List.of(), List.of(), "ThreadControl " + what + target.name());
    }

    private Party other(Party self) {
        Party other = parties.get(random.nextInt(parties.size()));
        return other.equals(self) ? other(self) : other;
    }
}
