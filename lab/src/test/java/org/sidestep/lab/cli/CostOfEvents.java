package org.sidestep.lab.cli;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;

import java.util.Map;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Observer;
import org.sidestep.testkit.Booted;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** What the kernel tells others of: page faults, exceptions and interrupts; and what sigma0 is asked for. */
final class CostOfEvents extends CostPhases {

    private static final int BETTER = 150;
    private static final int UD2_LENGTH = 2;
    /** Where nothing is. */
    private static final int NOWHERE = 0x50000000;

    private static final String INTERRUPT = "driver.interrupt";
    /** The clock's line, which leads to that vector; its ports and registers. */
    private static final int LINE = ThreadId.global(8);

    private static final int VECTOR = 0x28;
    private static final int CLOCK = 0x70;
    private static final int CLOCK_A = 0x0A;
    private static final int CLOCK_B = 0x0B;
    private static final int CLOCK_C = 0x0C;
    private static final int FAST = 0x26;
    private static final int PERIODIC = 0x42;

    private final UserThread pager = root.thread("pager", root.space("pager"));
    private final UserThread handler = root.thread("handler", root.space("handler"));
    private final UserThread driver = root.thread("driver", root.ownSpace());
    private final Label lent = area("lent", Fpage.PAGE_SIZE);

    CostOfEvents(UserProgram program, Map<String, String> phases) {
        super(program, phases);
        root.priority(driver, BETTER);
    }

    @Override
    void emit() {
        start(caller);
        phase("nothing", "", () -> {});
        phase("fault", "a page fault that a pager of another space answers with a page", this::fault);
        phase("exception", "an exception that a handler of another space answers, with all registers", this::exception);
        phase("request", "a request to sigma0, of a page anywhere", this::request);
        interrupts();
        done();
        paging();
        handling();
        driving();
        emitWrong();
        root.emit();
    }

    /** Spins while the driver takes interrupts. */
    private void interrupts() {
        Operand id = idOf(driver, caller);
        ipc(SystemCall.IPC, id, nil(), Time.NEVER, MessageTag.of(0, 0));
        Label spin = here("caller.spin");
        cmp(at(variable("driven")), ROUNDS);
        exitIf(B, spin, "more to come");
    }

    private void driving() {
        start(driver);
        receive(idOf(caller, driver));
        threadControl(LINE, LINE, ThreadId.NIL, driver.globalId(), UNCHANGED);
        clock(CLOCK_A, FAST);
        clock(CLOCK_B, PERIODIC);
        loadOwnUtcb();
        receive(new Imm(LINE));
        Label next = here(INTERRUPT);
        inc(at(variable("driven")));
        clock(CLOCK_C, 0);
        op("in", Reg8.AL, Reg16.DX);
        loadOwnUtcb();
        ipc(SystemCall.IPC, new Imm(LINE), new Imm(LINE), Time.NEVER, MessageTag.of(0, 0));
        jmp(next);
    }

    private void clock(int register, int value) {
        mov(EDX, CLOCK);
        mov(EAX, register);
        op("out", Reg16.DX, Reg8.AL);
        inc(EDX);
        mov(EAX, value);
        op("out", Reg16.DX, Reg8.AL);
    }

    /** One page is there wherever one is missed. */
    private void paging() {
        start(pager);
        inc(at(lent));
        receive(any());
        Label again = here("pager.again");
        and(EBX, -Fpage.PAGE_SIZE);
        or(EBX, MapItem.MAP);
        mov(Utcb.mr(EDI, 1), EBX);
        mov(ECX, lent);
        or(ECX, Fpage.of(0, Fpage.PAGE_SIZE, Fpage.ALL_RIGHTS));
        mov(Utcb.mr(EDI, 2), ECX);
        ipc(SystemCall.IPC, EAX, any(), Time.SEND_AT_ONCE, MapItem.TAG);
        jmp(again);
    }

    /** Who has raised one goes on behind it. */
    private void handling() {
        start(handler);
        receive(any());
        Label again = here("handler.again");
        add(EBX, UD2_LENGTH);
        mov(Utcb.mr(EDI, 1), EBX);
        mov(Utcb.mr(EDI, 2), EBP);
        ipc(SystemCall.IPC, EAX, any(), Time.SEND_AT_ONCE, Protocol.EXCEPTION.tag());
        jmp(again);
    }

    private void fault() {
        nextPage();
        mov(EDI.at(Utcb.PAGER).dword(), pager.globalId());
        mov(EAX, EBX.at(NOWHERE));
        mov(EDI.at(Utcb.PAGER).dword(), abi.rootId());
    }

    private void exception() {
        mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), handler.globalId());
        op("ud2");
    }

    private void request() {
        mov(Utcb.br(EDI, 0), Fpage.COMPLETE);
        mov(Utcb.mr(EDI, 1), Fpage.ofLog2(Fpage.BASE, Fpage.PAGE_SHIFT, 0));
        mov(Utcb.mr(EDI, 2), 0);
        Operand sigma0 = new Imm(abi.sigma0Id());
        ipc(SystemCall.IPC, sigma0, sigma0, Time.NEVER, Protocol.SIGMA0.tag());
    }

    /** From when each interrupt of the clock was taken to its handler. */
    static final class Latencies implements Observer {

        private long since;
        private long sum;
        private int count;

        static Latencies of(Booted cell) {
            Latencies latencies = new Latencies();
            cell.machine().observe(latencies);
            cell.machine().watch(cell.address(INTERRUPT), (machine, at) -> latencies.handled(machine));
            return latencies;
        }

        @Override
        public void interrupt(Machine machine, int vector) {
            if (vector == VECTOR) since = machine.cycles();
        }

        /** All but the first. */
        private void handled(Machine machine) {
            if (count++ > 0) sum += machine.cycles() - since;
        }

        long average() {
            return sum / (count - 1);
        }
    }
}
