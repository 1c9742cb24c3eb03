package org.sidestep.workloads;

import static org.sidestep.isa.Condition.B;
import static org.sidestep.isa.Condition.Z;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg8.CL;

import java.util.Optional;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.AddressSpace;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** The honest pair of workload {@code hostile}, the witnesses, and the space that attacks. */
final class Assault extends Pair {

    /** log2 of the memory that an honest thread asks for at the end: less than a space's share. */
    private static final int MUCH = 21;

    private final String attack;
    private final AddressSpace space = root.untrustedSpace("hostile");
    /** Attacks. */
    private final UserThread h = root.thread("H", space);
    /** Waits for H, for ever. */
    private final UserThread waiting = root.thread("N", space);
    /** Is always ready. */
    private final UserThread queued = root.thread("Q", space);

    private final Witness witness;
    private final AttackWithLies lies;
    private final AttackWithRegisters registers;
    private final AttackOnServers servers;
    private final AttackOnMappings mappings;
    private final AttackOnKernelPages kernelPages;
    private final AttackWithStrings strings;
    private final Optional<AttackOnInterrupts> interrupts;
    private final Optional<AttackOnLargePages> largePages;

    Assault(UserProgram program) {
        super(program, true, SystemCall.LIPC, false);
        witness = new Witness(program, root, wrong());
        attack = parameters.choice("attack");
        root.timeslice(parameters.integer("timeslice"));
        lies = new AttackWithLies(program, h, waiting, queued);
        registers = new AttackWithRegisters(program, h, witness.server());
        servers = new AttackOnServers(program, h);
        mappings = new AttackOnMappings(program, h, waiting);
        kernelPages = new AttackOnKernelPages(program, h, waiting, mappings);
        strings = new AttackWithStrings(program, h, waiting, queued, witness.server(), mappings);
        interrupts = AttackOnInterrupts.ALL.contains(attack)
                ? Optional.of(new AttackOnInterrupts(program, root, h, wrong()))
                : Optional.empty();
        largePages = AttackOnLargePages.ALL.contains(attack)
                ? Optional.of(
                        new AttackOnLargePages(program, root, h, waiting, mappings, kernelPages, strings, wrong()))
                : Optional.empty();
    }

    @Override
    public void emit() {
        asm.align(16);
        waiting();
        queued();
        attacker();
        here("hostile.end");
        witness.emit();
        interrupts.ifPresent(each -> each.landlord(attack));
        largePages.ifPresent(each -> each.landlord(attack));
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
        if (attacks(AttackOnMappings.LONG)) mappings.fault();
        receive(h.localId());
        jmp(turn);
    }

    private void queued() {
        fendForItself(queued);
        Label turn = here("Q.turn");
        if (attacks(AttackOnMappings.LONG)) mappings.disturb();
        if (attacks(AttackWithStrings.TAKEN_AWAY)) {
            for (int i = 0; i < 2; i++) giveWay();
            mappings.takeAway();
        }
        giveWay();
        jmp(turn);
    }

    private void attacker() {
        fendForItself(h);
        for (int i = 0; i < 2; i++) giveWay();
        Label again = here("H.attack");
        attack(attack);
        giveWay();
        jmp(again);
    }

    private boolean attacks(String name) {
        return attack.equals(name);
    }

    private void attack(String name) {
        if (AttackWithLies.ALL.contains(name)) lies.attack(name);
        if (AttackWithRegisters.ALL.contains(name)) registers.attack(name);
        if (AttackOnServers.ALL.contains(name)) servers.attack(name);
        if (AttackOnMappings.ALL.contains(name)) mappings.attack(name);
        if (AttackOnKernelPages.ALL.contains(name)) kernelPages.attack(name);
        if (AttackWithStrings.ALL.contains(name)) strings.attack(name);
        interrupts.ifPresent(each -> each.attack(name));
        largePages.ifPresent(each -> each.attack(name));
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
        lies.renounce();
    }
}
