package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.StringItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** String items, simple and compound, and what becomes of those that do not fit. */
class StringsTest {

    private static final int AREA = 8192;
    private static final byte UNTOUCHED = (byte) 0xFF;
    private static final int MOST_BUFFER_WORDS = Utcb.BUFFER_REGISTERS - 1;

    /** What is sent to what; {@code acceptor} is bit s. */
    private record Exchange(Strings sent, Strings buffers, int untyped, boolean acceptor) {

        Exchange(Strings sent, Strings buffers) {
            this(sent, buffers, 0, true);
        }
    }

    /** One thread sends each message, the other receives each; all that came of it stays in memory. */
    private static final class Exchanging extends TestProgram {

        private final List<Exchange> exchanges;
        private final UserThread sender;
        private final UserThread receiver;
        private final Label source = area("source", AREA);
        private final Label target = area("target", AREA);
        private final Label copies;

        Exchanging(UserProgram program, List<Exchange> exchanges, boolean intra) {
            super(program);
            this.exchanges = exchanges;
            sender = root.thread("S", root.space("s"));
            receiver = root.thread("R", root.space(intra ? "s" : "r"));
            copies = area("copies", AREA * exchanges.size());
        }

        private Label area(String name, int size) {
            program.bss();
            asm.align(4096);
            Label area = here(name);
            asm.reserve(size);
            program.code();
            return area;
        }

        @Override
        void threads() {
            start(sender);
            fillSource();
            for (int n = 0; n < exchanges.size(); n++) send(n, exchanges.get(n));
            done();
            start(receiver);
            for (int n = 0; n < exchanges.size(); n++) receive(n, exchanges.get(n));
            done();
        }

        private void fillSource() {
            xor(ECX, ECX);
            Label next = here(fresh("fill"));
            mov(EAX, ECX);
            add(EAX, 1);
            op("imul", EAX, EAX);
            and(EAX, 0x7F);
            mov(Mem.at(source, ECX, 1).byte_(), Reg8.AL);
            add(ECX, 1);
            cmp(ECX, AREA);
            jne(next);
        }

        private void send(int n, Exchange exchange) {
            for (int i = 1; i <= exchange.untyped; i++) mov(Utcb.mr(EDI, i), i);
            int mr = exchange.untyped + 1;
            for (Strings.Word word : exchange.sent.words(false)) {
                mov(EAX, word.value());
                if (word.pointer()) add(EAX, source);
                mov(Utcb.mr(EDI, mr++), EAX);
            }
            int tag = MessageTag.of(7, exchange.untyped, exchange.sent.size());
            SystemCall link = receiver.isNeighbourOf(sender) ? SystemCall.LIPC : SystemCall.IPC;
            ipc(link, idOf(receiver, sender), nil(), Time.NEVER, tag);
            keep(n + ".sender");
            receive(idOf(receiver, sender));
            requireDelivered();
        }

        private void receive(int n, Exchange exchange) {
            mov(EDI, target);
            mov(ECX, AREA);
            mov(EAX, UNTOUCHED);
            op("rep stosb");
            loadOwnUtcb();
            mov(EDI.at(Utcb.BR0), exchange.acceptor ? StringItem.ACCEPTOR : 0);
            int br = 1;
            mov(Utcb.br(EDI, br), StringItem.OTHER_TYPE);
            for (Strings.Word word : exchange.buffers.words(true)) {
                mov(EAX, word.value());
                if (word.pointer()) add(EAX, target);
                mov(Utcb.br(EDI, br++), EAX);
            }
            receive(idOf(sender, receiver));
            mov(at(variable(n + ".from")), EAX);
            mov(at(variable(n + ".mr1")), EBX);
            keep(n + ".receiver");
            mov(ESI, target);
            mov(EDI, copies);
            add(EDI, n * AREA);
            mov(ECX, AREA / 4);
            op("rep movsd");
            loadOwnUtcb();
            send(idOf(sender, receiver), 0);
        }

        private void keep(String name) {
            mov(at(variable(name + ".tag")), ESI);
            mov(EAX, EDI.at(Utcb.ERROR_CODE));
            mov(at(variable(name + ".error")), EAX);
        }
    }

    /** Runs the exchanges and compares each with what {@link Strings#copy} says. */
    private static void exchange(
            String policy, String validation, String entry, boolean intra, Map<String, Exchange> named) {
        List<Exchange> exchanges = List.copyOf(named.values());
        Booted run = TestProgram.finished(
                policy, validation, Map.of("entry", entry), program -> new Exchanging(program, exchanges, intra));
        int n = 0;
        for (Map.Entry<String, Exchange> each : named.entrySet()) {
            Exchange exchange = each.getValue();
            byte[] expected = new byte[AREA];
            Arrays.fill(expected, UNTOUCHED);
            Strings buffers = exchange.acceptor ? exchange.buffers : Strings.none();
            Strings.Copied copied = exchange.sent.copy(bytes(run, "source", 0), buffers, expected);
            assertThat(Arrays.mismatch(bytes(run, "copies", n * AREA), expected))
                    .as("first byte that differs: %s", each.getKey())
                    .isNegative();
            int tag = MessageTag.of(7, exchange.untyped, exchange.sent.size());
            int failed = copied.cut() ? MessageTag.ERROR : 0;
            assertThat(word(run, n + ".receiver.tag")).as(each.getKey()).isEqualTo(tag | failed);
            assertThat(word(run, n + ".sender.tag")).as(each.getKey()).isEqualTo(failed);
            if (exchange.untyped > 0)
                assertThat(word(run, n + ".mr1")).as(each.getKey()).isEqualTo(1);
            if (copied.cut()) {
                int error = IpcError.MESSAGE_OVERFLOW | copied.bytes() << IpcError.BYTES_SHIFT;
                assertThat(word(run, n + ".sender.error")).as(each.getKey()).isEqualTo(error);
                assertThat(word(run, n + ".receiver.error")).as(each.getKey()).isEqualTo(error | IpcError.RECEIVE);
            }
            n++;
        }
    }

    private static byte[] bytes(Booted run, String area, int offset) {
        return run.machine().peekPhysical(run.address(area) + offset, AREA);
    }

    private static int word(Booted run, String variable) {
        return TestProgram.word(run, variable);
    }

    /** The shapes that the reference system's conformance test tries. */
    private static Map<String, Exchange> shapes() {
        Map<String, Exchange> shapes = new LinkedHashMap<>();
        Strings whole = Strings.of(256, 0);
        Strings quarters = Strings.of(64, 0, 64, 128, 192);
        Strings eighths = Strings.of(32, 0, 32, 64, 96).and(64, 128, 192);
        Strings two = Strings.of(32, 0, 32, 64, 96).next(32, 128, 160).and(64, 192);
        Strings pieces = Strings.of(32, 0, 32, 64, 96).and(32, 128, 160).and(64, 192);
        Strings fine =
                Strings.of(16, 0, 16, 32).and(32, 48, 80, 112, 144).and(16, 176).and(64, 192);
        Strings coarse = Strings.of(32, 0, 32, 64).and(64, 96, 160).and(16, 224, 240);
        shapes.put("simple", new Exchange(whole, whole));
        shapes.put("substrings", new Exchange(quarters, quarters));
        shapes.put("compound", new Exchange(eighths, eighths));
        shapes.put("two compound strings", new Exchange(two, two));
        shapes.put("scatter", new Exchange(whole, pieces));
        shapes.put("gather", new Exchange(pieces, whole));
        shapes.put("scatter and gather", new Exchange(coarse, fine));
        shapes.put("buffer too long", new Exchange(Strings.of(252, 0), fine));
        shapes.put("strings not accepted", new Exchange(whole, Strings.none(), 0, false));
        shapes.put("buffer missing", new Exchange(Strings.of(128, 0).next(128, 128), whole));
        shapes.put("buffer too short", new Exchange(whole, Strings.of(252, 0)));
        shapes.put(
                "compound strings cut",
                new Exchange(
                        Strings.of(32, 0, 32, 64).next(64, 96, 160).and(16, 224, 240),
                        Strings.of(16, 0, 16, 32, 48)
                                .and(32, 64)
                                .next(32, 96, 128, 160)
                                .and(60, 192)));
        return shapes;
    }

    /** Others that are easily done wrong. */
    private static Map<String, Exchange> corners() {
        Map<String, Exchange> corners = new LinkedHashMap<>();
        Strings whole = Strings.of(256, 0);
        corners.put("nothing", new Exchange(Strings.of(0, 0), Strings.of(0, 0)));
        corners.put("nothing, not accepted", new Exchange(Strings.of(0, 0), Strings.none(), 0, false));
        corners.put("a byte across pages, and words", new Exchange(Strings.of(5000, 3), Strings.of(5000, 6), 3, true));
        corners.put(
                "empty parts",
                new Exchange(
                        Strings.of(0, 1, 2).and(10, 7).and(0, 3),
                        Strings.of(0, 0).and(4, 9, 0).and(9, 20)));
        corners.put(
                "the rest of a buffer is skipped",
                new Exchange(
                        Strings.of(10, 0).next(20, 50),
                        Strings.of(4, 0, 4, 8, 12).and(30, 100, 200).and(7, 300).next(20, 400)));
        corners.put(
                "both ends are used up at once",
                new Exchange(
                        Strings.of(8, 0, 8).next(8, 16), Strings.of(8, 0, 8).next(8, 16)));
        corners.put("as many words as there are", new Exchange(many(62), Strings.of(4000, 0), 0, true));
        corners.put("as many buffers as there are", new Exchange(whole, many(31), 61 - 1, true));
        corners.put("accepted without a buffer", new Exchange(whole, Strings.none(), 1, true));
        return corners;
    }

    private static Strings many(int words) {
        Strings strings = Strings.of(3, 100);
        for (int left = words - 2; left > 1; left -= 2) strings.and(left, 8 * left);
        return strings;
    }

    private static Map<String, Exchange> random(long seed, int count) {
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Exchange> exchanges = new LinkedHashMap<>();
        for (int n = 0; n < count; n++) {
            int untyped = random.nextInt(4);
            Strings sent = random(random, Utcb.MESSAGE_REGISTERS - 1 - untyped, 3);
            Strings buffers = random(random, MOST_BUFFER_WORDS, random.nextInt(4));
            exchanges.put(
                    "seed " + seed + ", number " + n, new Exchange(sent, buffers, untyped, random.nextInt(8) != 0));
        }
        return exchanges;
    }

    private static Strings random(SplittableRandom random, int words, int count) {
        Strings strings = Strings.none();
        int left = words;
        for (int i = 0; i < count; i++) {
            for (int part = 0; part < 1 + random.nextInt(3); part++) {
                int substrings = 1 + random.nextInt(4);
                if (substrings + 1 > left) return strings.isEmpty() ? Strings.of(1, 0) : strings;
                left -= substrings + 1;
                int length = random.nextInt(random.nextBoolean() ? 40 : 2000);
                int[] offsets = random.ints(substrings, 0, AREA - length).toArray();
                if (part == 0) strings.next(length, offsets);
                else strings.and(length, offsets);
            }
        }
        return strings;
    }

    @EveryPolicy
    void theShapesOfTheReferenceSystemArriveOrAreCutWhereItCutsThem(String policy, String validation, String entry) {
        exchange(policy, validation, entry, false, shapes());
    }

    @EveryPolicy
    void cornersOfTheDescriptorsAreWhereTheManualHasThem(String policy, String validation, String entry) {
        exchange(policy, validation, entry, true, corners());
    }

    @EveryPolicy
    void randomStringsArriveAsAModelSays(String policy, String validation, String entry) {
        exchange(
                policy, validation, entry, entry.equals("int"), random(policy.length() * 31 + validation.length(), 24));
    }
}
