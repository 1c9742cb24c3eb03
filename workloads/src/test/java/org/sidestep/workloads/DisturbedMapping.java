package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.E;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.Map;
import java.util.function.Function;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** A sender of many pages, their receiver, a neighbour of either, and a thread that may do everything to them, once. */
abstract class DisturbedMapping extends TestProgram {

    static final int PAGE = Fpage.PAGE_SIZE;
    static final int PAGES = 32;
    static final int AREA = PAGES * PAGE;
    static final int TARGET = 0x50000000;
    static final int ITEMS = 31;
    static final int TAG = MessageTag.of(0, 0, ITEMS * MapItem.WORDS);
    /** Microseconds; the message takes several. */
    static final int TICK = 100;

    static final int HIGHEST = 255;
    static final int LOW = 10;

    final UserThread sender = root.thread("S", root.space("s"));
    final UserThread receiver = root.thread("R", root.space("r"));
    final UserThread neighbour;
    final UserThread killer = root.thread("K", root.ownSpace());
    final Label first = area("first");
    final Label second = area("second");

    DisturbedMapping(UserProgram program, String neighbours) {
        super(program);
        neighbour = root.thread("N", root.space(neighbours));
    }

    private Label area(String name) {
        program.bss();
        asm.align(AREA);
        Label area = here(name);
        asm.reserve(AREA);
        program.code();
        return area;
    }

    /** The killer's deed. In: EDI its local id. */
    abstract void strike();

    abstract void receives();

    abstract void sends();

    /** What the neighbour does when the killer has sent it a message. */
    void meddle() {}

    @Override
    void threads() {
        start(killer);
        schedule(killer.globalId(), -1, HIGHEST);
        schedule(sender.globalId(), -1, LOW);
        loadOwnUtcb();
        send(global(sender), 0);
        waitUntilItIsSent();
        strike();
        done();

        start(neighbour);
        op("lock or", at(variable("meddled")), new Imm(0));
        receive(global(killer));
        meddle();
        done();

        start(receiver);
        op("lock or", at(variable("receiver.tag")), new Imm(0));
        receives();
        here("R.end");

        start(sender);
        touch(first, 1);
        touch(second, 2);
        op("lock or", at(variable("sending")), new Imm(0));
        mov(EAX, label("S.end"));
        mov(EAX, EAX.at(0));
        receive(global(killer));
        sends();
        here("S.end");
    }

    private void touch(Label area, int value) {
        mov(EAX, area);
        mov(EBX, area);
        add(EBX, AREA);
        Label next = here(fresh("touch"));
        mov(EAX.at(0).dword(), value);
        add(EAX, PAGE);
        cmp(EAX, EBX);
        j(B, next);
    }

    private void waitUntilItIsSent() {
        Label again = here(fresh("again"));
        sleep(killer, TICK);
        cmp(at(variable("sending")), 1);
        jne(again);
    }

    /** All pages, again and again, each in another's place. */
    final void sendAll(int timeouts) {
        sendAll(receiver.globalId(), timeouts);
        keep("sender");
    }

    final void sendAll(int to, int timeouts) {
        for (int n = 0; n < ITEMS; n++) {
            mov(Utcb.mr(EDI, 2 * n + 1), TARGET | MapItem.MAP);
            mov(EAX, n % 2 == 0 ? first : second);
            add(EAX, Fpage.of(0, AREA, Fpage.ALL_RIGHTS));
            mov(Utcb.mr(EDI, 2 * n + 2), EAX);
        }
        mov(at(variable("sending")), 1);
        ipc(SystemCall.IPC, new Imm(to), nil(), timeouts, TAG);
        mov(at(variable("sending")), 2);
    }

    final void keep(String name) {
        mov(at(variable(name + ".tag")), ESI);
        mov(EAX, EDI.at(Utcb.ERROR_CODE));
        mov(at(variable(name + ".error")), EAX);
    }

    final void openWindow() {
        mov(Utcb.br(EDI, 0), Fpage.of(TARGET, AREA, 0));
    }

    /** The fault of the receiver, whose pager it is. */
    final void receiveFault() {
        receive(global(receiver));
        mov(at(variable("fault")), EBX);
    }

    /** The sender's: it does not come back from its answer. */
    final void answerForGood() {
        receiveFault();
        sendAll(Time.NEVER);
        jmp(wrong());
    }

    /** Touches what is not there, then how many pages are. */
    final void fault() {
        mov(EDI.at(Utcb.PAGER).dword(), sender.globalId());
        mov(EAX, TARGET);
        mov(EBX, EAX.at(0));
        mov(at(variable("receiver.value")), EBX);
        count();
        mov(EDI.at(Utcb.PAGER), abi.rootId());
    }

    /** The sum of what is in its pages. */
    final void count() {
        mov(at(variable("receiver.sum")), 0);
        mov(EAX, TARGET);
        Label next = here(fresh("count"));
        mov(EBX, EAX.at(0));
        add(at(variable("receiver.sum")), EBX);
        add(EAX, PAGE);
        cmp(EAX, TARGET + AREA);
        j(B, next);
    }

    final void delete(UserThread thread) {
        threadControl(thread.globalId(), ThreadId.NIL, ThreadId.NIL, ThreadId.NIL, -1);
        requireEqual(EAX, 1, "deleted");
        loadOwnUtcb();
    }

    final void requireUnderWay() {
        cmp(at(variable("sending")), 1);
        require(E, "it is still being sent");
    }

    /** Runs such a program to its end. */
    static Booted run(String policy, String validation, String entry, Function<UserProgram, TestProgram> program) {
        return TestProgram.finished(policy, validation, Map.of("entry", entry, "tick", TICK), program);
    }

    /** With what an Ipc has failed. */
    static int error(Booted run, String name) {
        assertThat(TestProgram.word(run, name + ".tag") & MessageTag.ERROR).isNotZero();
        return TestProgram.word(run, name + ".error");
    }
}
