package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.isa.Reg8.CL;

import java.util.List;
import java.util.Optional;
import org.sidestep.asm.Label;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Seg;
import org.sidestep.plugin.Parameter;
import org.sidestep.workload.NotApplicable;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.Scenario;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.UserSegment;
import org.sidestep.x2.Utcb;

/**
 * Honest local IPC beside a space that lies to the kernel about itself, or attacks the servers. It succeeds if neither the
 * honest pair notices nor the {@link Witness}es, who look at the processor's state whenever they run.
 */
public final class Hostile implements Workload {

    private static final String NONE = "none";
    private static final String STRAY_UTCB = "stray-utcb";
    private static final String FREE_UTCB = "free-utcb";
    private static final String QUEUED_THREAD = "queued-thread";
    private static final String FALSE_WAIT = "false-wait";
    private static final String SCRIBBLE = "scribble";
    private static final String JUMP = "jump";
    private static final String NULL_SEGMENTS = "null-segments";
    private static final String SHORT_SEGMENTS = "short-segments";
    private static final String FLAT_GS = "flat-gs";
    private static final String FLAGS = "flags";
    private static final String FLOATING_POINT = "floating-point";
    private static final String DEBUG_REGISTERS = "debug-registers";
    private static final String FORGED_FAULT = "forged-fault";
    private static final String FALSE_REPORT = "false-report";
    private static final String FORGED_NAME = "forged-name";
    private static final String FLOOD = "flood";
    private static final String STEAL_MEMORY = "steal-memory";
    private static final String HOARD = "hoard-memory";
    private static final String OVERWRITE = "overwrite";
    private static final String PAGE_TABLES = "page-tables";
    private static final String RECURSIVE_MAPS = "recursive-maps";
    private static final String WIDE_MAPS = "wide-maps";
    private static final String LONG_MAPS = "long-maps";
    private static final String UNMAP = "unmap";
    private static final String STRINGS_UTCBS = "strings-over-utcbs";
    private static final String STRINGS_KERNEL = "strings-over-kernel";
    private static final String STRINGS_UNMAPPED = "strings-unmapped";
    private static final String STRINGS_TAKEN_AWAY = "strings-taken-away";
    private static final String STRINGS_OVERLAPPING = "strings-overlapping";
    private static final String INTERRUPT = "interrupt";
    private static final String INTERRUPT_UNANSWERED = "interrupt-unanswered";
    private static final String INTERRUPT_HALTED = "interrupt-halted";
    private static final String INTERRUPT_KILLED = "interrupt-killed";

    @Override
    public String id() {
        return "hostile";
    }

    @Override
    public String summary() {
        return "a pair that calls each other inside one space, beside a space that attacks the kernel with lies";
    }

    @Override
    public List<Parameter> parameters() {
        return Scenario.parameters(
                50_000,
                Parameter.choice(
                        "attack",
                        "the lie: about who runs, about who waits; a jump into the middle of the Lipc stub; what is left in"
                                + " segment registers and flags; state that nobody may have; what it tries with the servers, with the"
                                + " kernel's mappings, with strings, and with an interrupt that it is given",
                        STRAY_UTCB,
                        FREE_UTCB,
                        QUEUED_THREAD,
                        FALSE_WAIT,
                        SCRIBBLE,
                        JUMP,
                        NULL_SEGMENTS,
                        SHORT_SEGMENTS,
                        FLAT_GS,
                        FLAGS,
                        FLOATING_POINT,
                        DEBUG_REGISTERS,
                        FORGED_FAULT,
                        FALSE_REPORT,
                        FORGED_NAME,
                        FLOOD,
                        STEAL_MEMORY,
                        HOARD,
                        OVERWRITE,
                        PAGE_TABLES,
                        RECURSIVE_MAPS,
                        WIDE_MAPS,
                        LONG_MAPS,
                        UNMAP,
                        STRINGS_UTCBS,
                        STRINGS_KERNEL,
                        STRINGS_UNMAPPED,
                        STRINGS_TAKEN_AWAY,
                        STRINGS_OVERLAPPING,
                        INTERRUPT_UNANSWERED,
                        INTERRUPT_HALTED,
                        INTERRUPT_KILLED,
                        NONE),
                Parameter.integer("offset", 0, 0, 255, "of the jump into the Lipc stub, in bytes"),
                Parameter.integer("words", 0, 0, 63, "untyped words in each message of the pair"),
                Scenario.timeslice());
    }

    @Override
    public void build(UserProgram program) {
        if (program.threadsAtUserLevel()) throw new NotApplicable("user-level threads have nobody to lie to");
        new Assault(program).emit();
    }

    private static final class Assault extends Pair {

        private static final int NO_MEMORY = 0x1234_5600;
        /** log2 of the memory that an honest thread asks for at the end: less than a space's share. */
        private static final int MUCH = 21;

        private static final Mem CURRENT_UTCB = Mem.absolute(0).dword().in(Seg.GS);

        /** A control word of x87 without any mask. */
        private static final int UNMASKED = 0x340;

        /** All bytes of a UTCB: words below MR0, where policies keep theirs, and message registers. */
        private static final int UTCB_WORDS = 128;

        private final AddressSpace space = root.untrustedSpace("hostile");
        /** Attacks. */
        private final UserThread h = root.thread("H", space);
        /** Waits for H, for ever. */
        private final UserThread waiting = root.thread("N", space);
        /** Is always ready. */
        private final UserThread queued = root.thread("Q", space);

        private final Witness witness;
        private final AttackOnServers servers;
        private final AttackOnMappings mappings;
        private final AttackWithStrings strings;
        private final Optional<AttackOnInterrupts> interrupts;

        Assault(UserProgram program) {
            super(program, true, SystemCall.LIPC, false);
            witness = new Witness(program, root, wrong());
            root.timeslice(parameters.integer("timeslice"));
            servers = new AttackOnServers(program, h);
            mappings = new AttackOnMappings(program, h, waiting);
            strings = new AttackWithStrings(program, h, waiting, queued, witness.server());
            boolean given = parameters.choice("attack").startsWith(INTERRUPT);
            interrupts = given ? Optional.of(new AttackOnInterrupts(program, root, h, wrong())) : Optional.empty();
        }

        @Override
        public void emit() {
            asm.align(16);
            waiting();
            queued();
            attacker();
            here("hostile.end");
            witness.emit();
            String attack = parameters.choice("attack");
            interrupts.ifPresent(
                    each -> each.landlord(attack.equals(INTERRUPT_UNANSWERED), !attack.equals(INTERRUPT_KILLED)));
            super.emit();
        }

        /** A page that nobody has touched before must still be there for the honest, and more memory from sigma0. */
        @Override
        void finish() {
            program.bss();
            asm.align(Fpage.PAGE_SIZE);
            Label untouched = here("hostile.untouched");
            asm.reserve(Fpage.PAGE_SIZE);
            program.code();
            mov(at(untouched), 1);
            loadOwnUtcb();
            mov(EDI.at(Utcb.BR0).dword(), Fpage.COMPLETE);
            mov(Utcb.mr(EDI, 1), Fpage.ofLog2(Fpage.BASE, MUCH, 0));
            mov(Utcb.mr(EDI, 2), 0);
            Operand sigma0 = new Imm(abi.sigma0Id());
            ipc(SystemCall.IPC, sigma0, sigma0, Time.NEVER, Protocol.SIGMA0.tag());
            test(EBP, EBP);
            exitIf(Z, wrong(), "sigma0 has no memory left");
            super.finish();
        }

        private void waiting() {
            fendForItself(waiting);
            Label turn = here("N.turn");
            if (parameters.choice("attack").equals(LONG_MAPS)) mappings.fault();
            receive(h.localId());
            jmp(turn);
        }

        private void queued() {
            fendForItself(queued);
            Label turn = here("Q.turn");
            if (parameters.choice("attack").equals(LONG_MAPS)) mappings.disturb();
            if (parameters.choice("attack").equals(STRINGS_TAKEN_AWAY)) {
                for (int i = 0; i < 2; i++) giveWay();
                mappings.takeAway();
            }
            giveWay();
            jmp(turn);
        }

        private void attacker() {
            fendForItself(h);
            for (int i = 0; i < 2; i++) giveWay();
            Label attack = here("H.attack");
            attack(parameters.choice("attack"));
            giveWay();
            jmp(attack);
        }

        private void attack(String attack) {
            switch (attack) {
                case STRAY_UTCB -> claim(new Imm(NO_MEMORY));
                case FREE_UTCB -> claim(new Imm(abi.rootUtcb() + 100 * abi.utcbSize()));
                case QUEUED_THREAD -> claim(queued.localId());
                case FALSE_WAIT -> {
                    scribble(queued, h.localId());
                    lipc(queued);
                }
                case SCRIBBLE -> {
                    scribble(waiting, new Imm(NO_MEMORY));
                    scribble(h, new Imm(-1));
                    lipc(waiting);
                }
                case JUMP -> jump();
                case NULL_SEGMENTS -> leaveBehind(() -> loadSegments(0, 0));
                case SHORT_SEGMENTS -> leaveBehind(() -> loadSegments(UserSegment.UTCB, UserSegment.UTCB));
                case FLAT_GS -> leaveBehind(() -> loadSegments(UserSegment.DATA, UserSegment.DATA));
                case FLAGS -> flags();
                case FLOATING_POINT -> leaveBehind(this::fillFloatingPoint);
                case DEBUG_REGISTERS -> mov(Dr.DR7, EAX);
                case FORGED_FAULT -> servers.forgedFault();
                case FALSE_REPORT -> servers.falseReport();
                case FORGED_NAME -> servers.forgedName();
                case FLOOD -> servers.flood();
                case HOARD -> servers.hoard();
                case STEAL_MEMORY -> servers.stealMemory();
                case OVERWRITE -> servers.overwrite();
                case PAGE_TABLES -> servers.pageTables();
                case RECURSIVE_MAPS -> mappings.recursive();
                case WIDE_MAPS -> mappings.wide();
                case LONG_MAPS -> mappings.atLength();
                case UNMAP -> mappings.unmapEverything();
                case STRINGS_UTCBS -> overUtcbs();
                case STRINGS_KERNEL -> strings.overKernel();
                case STRINGS_UNMAPPED -> strings.unmapped();
                case STRINGS_TAKEN_AWAY -> {
                    mappings.atManyPlacesAtOnce();
                    strings.takenAway();
                }
                case STRINGS_OVERLAPPING -> strings.overlapping();
                case INTERRUPT_UNANSWERED -> interrupts.orElseThrow().unanswered();
                case INTERRUPT_HALTED -> interrupts.orElseThrow().halted();
                case INTERRUPT_KILLED -> interrupts.orElseThrow().killed();
                default -> {}
            }
        }

        /** Whatever comes to be their pagers, the root task need not know. */
        private void overUtcbs() {
            strings.overUtcbs();
            for (UserThread thread : new UserThread[] {waiting, queued, h}) {
                mov(EDI, thread.localId());
                renounce();
            }
        }

        /** Says that another thread runs. */
        private void claim(Operand utcb) {
            mov(EAX, utcb);
            mov(CURRENT_UTCB, EAX);
        }

        /** Overwrites a whole UTCB but its pager and exception handler, which stay nil. */
        private void scribble(UserThread victim, Operand value) {
            mov(EAX, value);
            mov(EDI, victim.localId());
            sub(EDI, Utcb.ORIGIN);
            mov(ECX, UTCB_WORDS);
            op("rep stosd");
            mov(EDI, victim.localId());
            renounce();
        }

        private void lipc(UserThread partner) {
            mov(EDI, h.localId());
            ipc(SystemCall.LIPC, partner.localId(), partner.localId(), 0, MessageTag.of(0, 0));
        }

        /** Lets others run, by giving way and by calling one of them, each time with what {@code state} leaves in the processor. */
        private void leaveBehind(Runnable state) {
            mov(EDX, stub(SystemCall.THREAD_SWITCH));
            mov(EAX, ThreadId.NIL);
            state.run();
            call(EDX);
            loadSegments(UserSegment.DATA, UserSegment.UTCB);
            op("cld");
            mov(EBP, stub(SystemCall.IPC));
            prepareCall();
            state.run();
            call(EBP);
            loadSegments(UserSegment.DATA, UserSegment.UTCB);
            op("cld");
        }

        /** All of them, and no exception masked. */
        private void fillFloatingPoint() {
            op("fninit");
            for (int st = 0; st < 8; st++) op("fldpi");
            push(UNMASKED);
            op("fldcw", Mem.base(ESP, 0).word());
            lea(ESP, ESP.at(4));
        }

        /** The registers of a call to the witness but EBX and EBP. */
        private void prepareCall() {
            mov(EDI, h.localId());
            mov(EAX, witness.server().globalId());
            mov(EDX, EAX);
            mov(ECX, Time.NEVER);
            mov(ESI, MessageTag.of(0, 0));
        }

        /** Keeps all general registers. */
        private void loadSegments(int data, int gs) {
            push(EAX);
            mov(EAX, gs);
            mov(Seg.GS, EAX);
            mov(EAX, data);
            mov(Seg.FS, EAX);
            mov(Seg.ES, EAX);
            mov(Seg.DS, EAX);
            pop(EAX);
        }

        /** Those that stay set; then the trap flag, with which SYSENTER leads into the kernel, if anywhere. */
        private void flags() {
            leaveBehind(() -> setFlags(Eflags.NT | Eflags.AC | Eflags.DF | Eflags.ID));
            prepareCall();
            mov(EBX, label("H.trapped"));
            mov(EBP, ESP);
            setFlags(Eflags.NT | Eflags.TF);
            op("sysenter");
            here("H.trapped");
        }

        private void setFlags(int flags) {
            op("pushf");
            or(Mem.base(ESP, 0).dword(), flags);
            op("popf");
        }

        /** Into the stub, as if its checks had been passed, with registers that are no arguments. */
        private void jump() {
            mov(EBX, stub(SystemCall.LIPC));
            add(EBX, parameters.integer("offset"));
            mov(EAX, NO_MEMORY);
            mov(EDI, h.localId());
            mov(EDX, ThreadId.ANY);
            mov(ECX, (int) program.seed());
            mov(ESI, -1);
            mov(EBP, NO_MEMORY);
            here("H.jump");
            jmp(EBX);
        }

        /** Makes sure of the pages that it needs and does without a pager: whatever it breaks, the root task need not know. */
        private void fendForItself(UserThread thread) {
            routine(thread.name(), "thread " + thread.name() + " of space " + space.name());
            here(thread.start());
            loadOwnUtcb();
            mov(EAX, waiting.start());
            Label code = here(fresh("code"));
            mov(CL, EAX.at(0));
            add(EAX, Fpage.PAGE_SIZE);
            cmp(EAX, label("hostile.end"));
            j(B, code);
            mov(CL, Mem.at(label("hostile.end")));
            mov(CL, Mem.at(label("links")));
            push(EDI);
            renounce();
        }

        private void renounce() {
            mov(EDI.at(Utcb.PAGER).dword(), ThreadId.NIL);
            mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), ThreadId.NIL);
        }
    }
}
