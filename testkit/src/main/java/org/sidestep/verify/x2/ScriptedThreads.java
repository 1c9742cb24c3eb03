package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.sidestep.asm.Label;
import org.sidestep.isa.Condition;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Reg8;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.ThreadCode;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/**
 * Threads in three spaces that do what they find written in memory. All begin by touching the program, then wait. At
 * {@code ready} whoever runs the machine writes a program into memory; the conductor then lets its threads go.
 */
final class ScriptedThreads implements Workload {

    /** How many threads each space offers to programs; the first space is the root task's. */
    private static final Map<String, Integer> SPACES = spaces();

    /** Of a party; each has one that no other has in any space, so that it may go there. */
    private static final int FIRST_UTCB = 8;

    static final int STEPS = 16;
    static final int WORDS = Utcb.MESSAGE_REGISTERS - 1;
    static final int BUFFERS = 20;
    /** Threads of a program, at the most. */
    static final int MOST_THREADS = 5;

    // a step in memory, in words: what is called, seven registers, then these
    static final List<Reg32> REGISTERS = List.of(EAX, ECX, EBX, ESI, EDI, EBP, EDX);
    private static final int FIRST_REGISTER = 4;
    static final int LAST = FIRST_REGISTER + 4 * 7;
    static final int WORD_COUNT = LAST + 4;
    static final int BUFFER_COUNT = WORD_COUNT + 4;
    private static final int NAME = BUFFER_COUNT + 4;
    private static final int TRANSFER = NAME + 4;
    static final int FIRST_WORD = TRANSFER + 4;
    static final int FIRST_BUFFER = FIRST_WORD + 4 * WORDS;
    static final int STEP = FIRST_BUFFER + 4 * BUFFERS;

    // what lies above an empty stack
    /** The next step. */
    private static final int NEXT = 0;
    /** Where the present one calls. */
    private static final int TARGET = 4;
    /** The present step. */
    static final int PRESENT = 8;
    /** Who serves its page faults. */
    static final int PAGER = 12;

    static final String READY = "x2.ready";
    static final String ENTRY = "x2.entry";
    static final String INVOKE = "x2.invoke";
    static final String RETURNED = "x2.returned";
    /** Of the program, and behind it. */
    static final String BEGIN = "program.start";

    static final String END = "x2.memory.end";
    /** Which threads go, each with its priority. */
    static final String START_TABLE = "x2.table";

    static final String SCRIPTS = "x2.scripts";
    static final String ACCESSES = "x2.accesses";
    static final String LINKS = "links";
    static final String KILOHERTZ = "x2.kilohertz";
    /** In each space other memory, or none: what is mapped and unmapped. The root task's pages hold their numbers, {@link #ABSENT} the next. */
    static final String WINDOW = "x2.window";

    /** An instruction that reads memory. */
    static final String READ = "x2.read";
    /** One that writes it. */
    static final String WRITE = "x2.write";

    /** An instruction that there is not; behind it, where a thread goes on for which it is done. */
    static final String UNDEFINED = "x2.undefined";

    static final String UNDEFINED_OVER = "x2.undefined.over";
    /** The same of one that user level must not execute. */
    static final String PRIVILEGED = "x2.privileged";

    static final String PRIVILEGED_OVER = "x2.privileged.over";

    /** What the pager lets appear where nothing is. */
    static final String ABSENT = "x2.absent";
    /** From here on each party has its strings, and behind them its buffers. */
    static final String STRINGS = "x2.strings";

    static final int STRINGS_SIZE = 256;
    /** More than a turn of a message's map items maps. */
    static final int WINDOW_PAGES = 64;

    /** A guest's exit code: a page fault where there should be none. */
    static final int STRAY = 9;

    private static final int CONDUCTOR_PRIORITY = 254;
    private static final int PAGER_PRIORITY = 255;
    private static final int MICROS_PER_MILLI = 1000;
    private static final int SLOW = 8;
    private static final int STACK = 256;

    // the keyboard's controller
    private static final int KEYBOARD_DATA = 0x60;
    private static final int KEYBOARD_COMMAND = 0x64;
    private static final int WRITE_KEYBOARD_BUFFER = 0xD2;
    private static final int ABOVE_STACK = 16;

    /** Longer than all threads need to come to where they wait. */
    private static final int SETTLING = 10_000;

    private final List<Declared> declared = new ArrayList<>();
    private final List<Integer> anchors = new ArrayList<>();
    private int pagerId;

    private record Declared(String name, int space, UserThread thread) {}

    private static Map<String, Integer> spaces() {
        Map<String, Integer> spaces = new LinkedHashMap<>();
        spaces.put("P", 2);
        spaces.put("A", 3);
        spaces.put("B", 2);
        return spaces;
    }

    static int partyCount() {
        return SPACES.values().stream().mapToInt(Integer::intValue).sum();
    }

    @Override
    public String id() {
        return "x2-programs";
    }

    @Override
    public String summary() {
        return "threads that do what is written into memory while they wait";
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("the kernel must know the threads");
        declared.clear();
        new Threads(program).emit();
    }

    /** The threads that a program may use, once the image is built: {@code address} says where its labels are. */
    List<Party> parties(ToIntFunction<String> address) {
        List<Party> parties = new ArrayList<>();
        for (Declared each : declared) {
            int localId = ((Imm) each.thread.localId()).value();
            parties.add(new Party(
                    parties.size(),
                    each.name,
                    each.space,
                    each.thread.globalId(),
                    localId,
                    address.applyAsInt(block(each.name))));
        }
        return parties;
    }

    /** Who serves the parties' page faults, once the image is built. */
    int pagerId() {
        return pagerId;
    }

    /** Of each space, a thread that no program uses: with it the space stays. */
    List<Integer> anchors() {
        return anchors;
    }

    private static String block(String name) {
        return "x2.block." + name;
    }

    private final class Threads extends ThreadCode {

        private final UserThread conductor;
        private final UserThread pager;
        private final List<UserThread> waiting = new ArrayList<>();

        Threads(UserProgram program) {
            super(program);
            conductor = root.thread("conductor", root.ownSpace());
            pager = root.thread("pager", root.ownSpace());
            pagerId = pager.globalId();
            anchors.clear();
            anchors.add(pagerId);
            int number = 0;
            for (Map.Entry<String, Integer> space : SPACES.entrySet()) {
                AddressSpace where = number == 0 ? root.ownSpace() : root.space(space.getKey());
                for (int n = 0; n < space.getValue(); n++) {
                    String name = space.getKey() + n;
                    declared.add(new Declared(name, number, root.thread(name, where, FIRST_UTCB + declared.size())));
                }
                if (number > 0) {
                    waiting.add(root.thread(space.getKey() + ".anchor", where));
                    anchors.add(waiting.get(waiting.size() - 1).globalId());
                }
                number++;
            }
        }

        void emit() {
            memory();
            emitConductor();
            emitPager();
            for (Declared each : declared) {
                start(each.thread);
                settle();
                mov(ESP, label(block(each.name)));
                loadOwnUtcb();
                mov(EDI.at(Utcb.PAGER), pager.globalId());
                receive(idOf(conductor, each.thread));
                receive(idOf(conductor, each.thread));
                jmp(label(ENTRY));
            }
            for (UserThread thread : waiting) {
                start(thread);
                settle();
                receive(thread.localId());
            }
            interpreter();
            accesses();
            here("x2.code.end");
            root.emit();
        }

        private void memory() {
            reserve(WINDOW, WINDOW_PAGES * Fpage.PAGE_SIZE, WINDOW_PAGES * Fpage.PAGE_SIZE);
            reserve(ABSENT, Fpage.PAGE_SIZE, Fpage.PAGE_SIZE);
            reserve(SCRIPTS, partyCount() * STEPS * STEP, 4);
            reserve(STRINGS, partyCount() * 2 * STRINGS_SIZE, 4);
            reserve(START_TABLE, 8 * (MOST_THREADS + 1), 4);
            reserve(KILOHERTZ, 4, 4);
            for (Declared each : declared) {
                reserve("x2.stack." + each.name, STACK, 4);
                reserve(block(each.name), ABOVE_STACK, 4);
            }
            reserve(END, 4, 4);
        }

        private void reserve(String name, int size, int alignment) {
            program.bss();
            asm.align(alignment);
            here(name);
            asm.reserve(size);
            program.code();
        }

        /** Afterwards nothing of the program faults any more, but for the window. */
        private void settle() {
            touch(label(BEGIN), label("x2.code.end"));
            touch(label(ABSENT), label(END));
            mov(Reg8.CL, Mem.at(label(ACCESSES)).byte_());
            mov(Reg8.CL, Mem.at(label(LINKS)).byte_());
        }

        private void touch(Label from, Label to) {
            Label next = fresh("next");
            mov(EBX, from);
            here(next);
            mov(Reg8.CL, EBX.at(0));
            add(EBX, Fpage.PAGE_SIZE);
            and(EBX, -Fpage.PAGE_SIZE);
            cmp(EBX, to);
            j(Condition.B, next);
        }

        private void emitConductor() {
            Label cursor = variable("x2.cursor");
            start(conductor);
            settle();
            findKilohertz();
            for (int n = 0; n < WINDOW_PAGES; n++)
                mov(Mem.at(label(WINDOW)).plus(n * Fpage.PAGE_SIZE).dword(), n);
            mov(Mem.at(label(ABSENT)).dword(), WINDOW_PAGES);
            schedule(pager.globalId(), UNCHANGED, PAGER_PRIORITY);
            for (Declared each : declared)
                threadControl(
                        each.thread.globalId(), each.thread.globalId(), pager.globalId(), ThreadId.NIL, UNCHANGED);
            schedule(conductor.globalId(), UNCHANGED, CONDUCTOR_PRIORITY);
            loadOwnUtcb();
            go(pager.localId());
            for (Declared each : declared) go(idOf(each.thread, conductor));
            sleep(conductor, SETTLING);
            forgetAccesses(WINDOW, WINDOW_PAGES);
            forgetAccesses(ABSENT, 1);
            sleep(conductor, 1);
            here(READY);
            forEachInTable(cursor, () -> {
                mov(ECX, EAX.at(4));
                mov(EAX, EAX.at(0));
                mov(EDX, UNCHANGED);
                mov(ESI, UNCHANGED);
                mov(EDI, UNCHANGED);
                systemCall(SystemCall.SCHEDULE);
                loadOwnUtcb();
            });
            forEachInTable(cursor, () -> {
                mov(EAX, EAX.at(0));
                go(EAX);
            });
            receive(conductor.localId());
        }

        private void findKilohertz() {
            op("lock nop");
            mov(ECX, EAX.at(0xBC));
            mov(ECX, EAX.at(ECX, 1, 4));
            mov(at(label(KILOHERTZ)), ECX);
        }

        private void go(Operand to) {
            ipc(SystemCall.IPC, to, nil(), Time.NEVER, MessageTag.of(0, 0));
        }

        private void forgetAccesses(String label, int pages) {
            mov(EAX, 0);
            mov(ESI, label(label));
            or(ESI, Fpage.of(0, pages * Fpage.PAGE_SIZE, 0));
            systemCall(SystemCall.UNMAP);
        }

        /** With EAX at each entry of the table, which a nil thread ends. */
        private void forEachInTable(Label cursor, Runnable body) {
            Label next = fresh("next");
            Label done = fresh("done");
            mov(at(cursor), label(START_TABLE));
            here(next);
            mov(EAX, at(cursor));
            cmp(EAX.at(0).dword(), 0);
            exitIf(Condition.E, done, "the end");
            body.run();
            add(at(cursor), 8);
            jmp(next);
            here(done);
        }

        /** Answers each fault in the window with the page that stands for none. */
        private void emitPager() {
            Label wait = fresh("wait");
            Label got = fresh("got");
            Label stray = fresh("stray");
            Label rights = fresh("rights");
            start(pager);
            settle();
            here(wait);
            receive(any());
            here(got);
            test(ESI, MessageTag.ERROR);
            exitIf(Condition.NZ, wait, "who faulted does not wait any more");
            mov(ECX, ESI);
            shr(ECX, Protocol.TAG_SHIFT);
            cmp(ECX, Protocol.PAGE_FAULT.highBits());
            exitIf(Condition.NE, wait, "the conductor");
            and(EBX, -Fpage.PAGE_SIZE);
            mov(ECX, EBX);
            sub(ECX, label(WINDOW));
            cmp(ECX, WINDOW_PAGES * Fpage.PAGE_SIZE);
            exitIf(Condition.AE, stray, "elsewhere");
            mov(ECX, label(ABSENT));
            cmp(ESI, Protocol.PAGE_FAULT.tag(Fpage.WRITE));
            mov(EDX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
            je(rights);
            mov(EDX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.READ_ONLY));
            here(rights);
            or(EDX, ECX);
            mov(Utcb.mr(EDI, 2), EDX);
            or(EBX, MapItem.MAP);
            mov(Utcb.mr(EDI, 1), EBX);
            ipc(SystemCall.IPC, EAX, any(), Time.SEND_AT_ONCE, MapItem.TAG);
            jmp(got);
            here(stray);
            mov(EAX, STRAY);
            op("out", new Imm(0xF4), Reg8.AL);
        }

        private void interpreter() {
            Label next = fresh("next");
            Label stays = fresh("stays");
            Label buffer = fresh("buffer");
            Label buffered = fresh("buffered");
            routine(
                    ENTRY,
                    "in ESP what lies above the thread's stack; carries out its steps, the last again and again");
            loadOwnUtcb();
            here(next);
            mov(EDX, ESP.at(NEXT));
            mov(ESP.at(PRESENT), EDX);
            cmp(EDX.at(LAST).dword(), 0);
            exitIf(Condition.NE, stays, "the last one");
            add(ESP.at(NEXT).dword(), STEP);
            here(stays);
            mov(EAX, EDX.at(0));
            mov(EAX, EAX.at(0));
            mov(ESP.at(TARGET), EAX);
            loadOwnUtcb();
            mov(EAX, ESP.at(PAGER));
            mov(EDI.at(Utcb.PAGER), EAX);
            mov(EDI.at(Utcb.PREEMPT_FLAGS).dword(), 0);
            mov(EAX, EDX.at(NAME));
            mov(EDI.at(Utcb.ACTUAL_SENDER), EAX);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER), EAX);
            mov(EAX, EDX.at(TRANSFER));
            mov(EDI.at(Utcb.XFER_TIMEOUTS), EAX);
            mov(ECX, EDX.at(BUFFER_COUNT));
            lea(EBX, EDI.at(Utcb.BR0.offset()));
            lea(ESI, EDX.at(FIRST_BUFFER));
            here(buffer);
            dec(ECX);
            exitIf(Condition.S, buffered, "no more");
            mov(EAX, ESI.at(0));
            mov(EBX.at(0), EAX);
            add(ESI, 4);
            sub(EBX, 4);
            jmp(buffer);
            here(buffered);
            mov(ECX, EDX.at(WORD_COUNT));
            lea(ESI, EDX.at(FIRST_WORD));
            add(EDI, Utcb.MR1.offset());
            op("rep movsd");
            for (int i = 0; i < REGISTERS.size(); i++) mov(REGISTERS.get(i), EDX.at(FIRST_REGISTER + 4 * i));
            here(INVOKE);
            call(ESP.at(TARGET).dword());
            here(RETURNED);
            jmp(next);
        }

        private void accesses() {
            here(READ);
            mov(EAX, EAX.at(0));
            ret();
            here(WRITE);
            mov(EAX.at(0), EDX);
            ret();
            here("x2.load");
            op("fninit");
            push(EDX);
            op("fild", Mem.base(ESP, 0).dword());
            pop(EDX);
            ret();
            here("x2.store");
            push(EAX);
            op("fist", Mem.base(ESP, 0).dword());
            pop(EAX);
            ret();
            here(UNDEFINED);
            op("ud2");
            here(UNDEFINED_OVER);
            ret();
            here(PRIVILEGED);
            op("hlt");
            here(PRIVILEGED_OVER);
            ret();
            spin();
            raise();
            program.data();
            asm.align(4);
            here(ACCESSES);
            asm.word(label(READ));
            asm.word(label(WRITE));
            asm.word(label("x2.load"));
            asm.word(label("x2.store"));
            asm.word(label(UNDEFINED));
            asm.word(label(PRIVILEGED));
            asm.word(label("x2.spin"));
            asm.word(label("x2.raise"));
            program.code();
        }

        /** The keyboard's controller gives back what it is told, as if it came from the keyboard: its line goes down, and up. */
        private void raise() {
            here("x2.raise");
            op("in", Reg8.AL, new Imm(KEYBOARD_DATA));
            mov(EAX, WRITE_KEYBOARD_BUFFER);
            op("out", new Imm(KEYBOARD_COMMAND), Reg8.AL);
            op("out", new Imm(KEYBOARD_DATA), Reg8.AL);
            ret();
        }

        /** With few instructions, of which each takes long. What the preempt flags have become is read and forgotten at once. */
        private void spin() {
            Label on = fresh("on");
            Label over = fresh("over");
            here("x2.spin");
            loadOwnUtcb();
            mov(ESI, EDX);
            mov(EAX, ECX);
            op("mul", Mem.at(label(KILOHERTZ)).dword());
            mov(ECX, MICROS_PER_MILLI);
            op("div", ECX);
            mov(EBX, EAX);
            mov(EDI.at(Utcb.PREEMPT_FLAGS), ESI);
            op("rdtsc");
            add(EBX, EAX);
            here(on);
            op("rdtsc");
            sub(EAX, EBX);
            j(Condition.NS, over);
            for (int i = 0; i < SLOW; i++) op("div", ECX);
            jmp(on);
            here(over);
            mov(EAX, 0);
            op("xchg", EDI.at(Utcb.PREEMPT_FLAGS), EAX);
            ret();
        }
    }
}
