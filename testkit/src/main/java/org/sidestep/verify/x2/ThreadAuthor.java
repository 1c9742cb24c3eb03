package org.sidestep.verify.x2;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.sidestep.isa.Reg32;
import org.sidestep.x2.ExchangeControl;
import org.sidestep.x2.ThreadId;

/** What one thread of a random program does to another: ExchangeRegisters, Schedule, ThreadControl. */
final class ThreadAuthor {

    private final SplittableRandom random;
    private final Player player;
    private final ProgramAuthor author;
    private final Party victim;
    private final Party dynamic;

    /**
     * The author of one program.
     *
     * @param victim to whom most is done
     * @param dynamic who may be made anew; null if nobody
     */
    ThreadAuthor(SplittableRandom random, Player player, ProgramAuthor author, Party victim, Party dynamic) {
        this.random = random;
        this.player = player;
        this.author = author;
        this.victim = victim;
        this.dynamic = dynamic;
    }

    Step exchange(Party self) {
        return exchange(self, random.nextInt(6) == 0 ? self : victim(self));
    }

    /** Who is made anew has no other place to go on from than its beginning. */
    Step exchange(Party self, Party target) {
        int control = random.nextInt(2) * ExchangeControl.ABORT_RECEIVE
                | random.nextInt(2) * ExchangeControl.ABORT_SEND
                | random.nextInt(2) * ExchangeControl.SET_HANDLE
                | random.nextInt(2) * ExchangeControl.DELIVER;
        if (random.nextInt(2) == 0) control |= ExchangeControl.HALT_VALID | random.nextInt(2) * ExchangeControl.HALT;
        boolean anew =
                random.nextInt(4) == 0 || target.equals(dynamic) && (control & ExchangeControl.ABORT_RECEIVE) != 0;
        if (anew) control |= ExchangeControl.SET_IP | ExchangeControl.SET_SP;
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, author.id(self, target));
        registers.put(ECX, control);
        registers.put(EDX, target.block());
        registers.put(ESI, player.address(ScriptedThreads.ENTRY));
        registers.put(EBX, random.nextInt());
        return new Step(Step.Action.EXCHANGE, registers, List.of(), List.of(), "ExchangeRegisters of " + target.name());
    }

    Step schedule(Party self) {
        Party target = random.nextInt(4) == 0 ? self : victim(self);
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, author.id(self, target));
        registers.put(EDX, -1);
        registers.put(ESI, -1);
        registers.put(EDI, -1);
        registers.put(ECX, random.nextInt(3) == 0 ? -1 : author.priority());
        return new Step(Step.Action.SCHEDULE, registers, List.of(), List.of(), "Schedule " + target.name());
    }

    Step control(Party self) {
        return control(self, victim(self));
    }

    Step control(Party self, Party target) {
        Map<Reg32, Integer> registers = new TreeMap<>();
        registers.put(EAX, target.globalId() + (random.nextInt(3) == 0 ? 1 : 0));
        registers.put(ESI, player.anchor(target));
        registers.put(EDI, -1);
        String what;
        int kind = random.nextInt(target.equals(dynamic) ? 8 : 3);
        if (kind < (target.equals(dynamic) ? 2 : 1)) {
            registers.put(ESI, ThreadId.NIL);
            what = "deletes ";
        } else if (kind < 3) {
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

    private Party victim(Party self) {
        return victim.equals(self) || random.nextInt(4) == 0 ? author.other(self) : victim;
    }
}
