package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.asm.Authored;
import org.sidestep.asm.Revision;
import org.sidestep.experiment.Axis;
import org.sidestep.experiment.Cell;
import org.sidestep.testkit.TestCell;
import org.sidestep.verify.x2.Conformance;

/** A kernel that does one thing wrong is caught by random programs. */
class RandomProgramsMutantsTest {

    private static final String KERNEL = "spoilt";
    private static final long SEED = 1;
    private static final int PROGRAMS = 1500;

    /** One kernel for all: what makes it into a mutant is changed in its memory. */
    private static final Conformance CONFORMANCE =
            new Conformance(SEED, Map.of(KERNEL, cell(revision -> {})), failure -> {});

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            a send timeout is told as another error            | drop   | ipc.block         | mov ecx, 2
            no partner to receive from is another error        | drop   | ipc.receivePhase  | mov ecx, 5
            an ended receive is told as an ended send          | drop   | ipc.end.framed    | or ecx, 1
            words beyond MR2 are lost                          | drop   | ipc.copy          | rep movsd
            MR2 is lost                                        | drop   | ipc.delivered     | mov ecx, dword ptr [edx+utcb.mr2]
            the sender is told as if in another space          | negate | ipc.delivered     | je
            priorities are inverted where a message wakes one  | negate | ipc.conclude      | jne ipc.conclude.preempt
            the receive timeout counts for the send phase      | drop   | ipc.block         | shr ecx, 16
            timeouts pass at once                              | drop   | timeout.fromNow   | add eax, esi
            a point in time that has passed is one to come     | negate | ipc.points        | jae ipc.points.ahead
            a point in time is another moment                  | drop   | timeout.point     | shl edi, cl
            a timeout that is over still passes                | drop   | ipc.transfer      | call timeout.forget
            anylocal is any                                    | drop   | ipc.matches       | jne
            who receives from any takes from nobody            | negate | sendQueue.find.   | je
            senders are served in another order                | drop   | sendQueue.remove  | mov dword ptr [edx+tcb.firstSender], eax
            a closed receive of a deleted thread lasts         | negate | thread.forsake.r  | jne thread.forsake.receiver
            a halted thread runs when its Ipc is over          | negate | ipc.released      | jne
            ExchangeRegisters does not tell of halted threads  | drop   | syscall.exchange  | or esi, dword ptr [ebp+tcb.halted]
            ExchangeRegisters ends no Ipc                      | drop   | syscall.exchange  | call exchange.abort
            Schedule sets no priority                          | drop   | syscall.schedule  | call scheduler.setPriority
            ThreadSwitch gives way to any                      | negate | syscall.thread    | jne exit.yield
            ThreadControl keeps the old id                     | drop   | threadControl.id  | mov dword ptr [ebp+tcb.globalId]
            whose id changes goes on with its Ipc              | drop   | thread.renamed    | call ipc.cancel
            who moves goes on with its Ipc                     | drop   | thread.stop       | call ipc.cancel
            who deals with who moves waits on                  | drop   | migration.detach  | jmp thread.moved
            the interrupts of who moves stay behind            | drop   | thread.moved      | mov edx
            who moves is still of its old space                | drop   | thread.enter      | mov dword ptr [ebp+tcb.space]
            who moves touches its old space's memory           | drop   | thread.enter      | mov dword ptr [ebp+tcb.pageDir
            who moves does not go on                           | drop   | thread.migrate.   | jmp thread.ready
            only oneself may be moved                          | negate | threadControl.mig | je threadControl.invalidThread
            what is mapped keeps the sender's rights           | drop   | map.range         | and eax, -3
            Unmap leaves what others have from the page        | negate | unmap.below.col   | je unmap.below.rights
            Unmap does not tell that a page was written        | drop   | unmap.done.       | or edx, 2
            the bytes of a cut string are not told             | drop   | transfer.cut      | shl ecx, 4
            a string ends with its first descriptor            | negate | transfer.sourceO  | je transfer.item
            of a descriptor one substring is copied            | drop   | transfer.sourceO  | jne transfer.sourceOver.pointer
            of a buffer's descriptor one part is filled        | drop   | transfer.targetO  | jne transfer.targetOver.pointer
            a virtual sender is told as if in another space    | negate | propagation.tell  | je propagation.tell.named
            who has really sent a message is not told          | drop   | propagation.tell  | mov dword ptr [edx+utcb.actual
            who was passed on waits for whom it has asked      | drop   | propagation.tell  | call propagation.redirect
            strangers' names are good, neighbours' are not     | negate | propagation.may   | je propagation.may.yes
            queued messages are found by their sender alone    | drop   | sendQueue.find    | jne sendQueue.find.prop
            messages pass the redirector                       | drop   | ipc.send          | je ipc.redirect
            messages inside a space are redirected             | negate | ipc.redirect      | je ipc.redirect.goOn
            a redirector is not told to whom it was sent       | drop   | propagation.tell  | mov dword ptr [edx+utcb.intended
            the floating-point registers are not kept          | drop   | floatingPoint.sa  | fxsave
            another's floating-point registers stay            | drop   | floatingPoint.lo  | fxrstor
            an exception tells its handler another vector      | drop   | fault.exception   | mov ecx, dword ptr [ebx+2020]
            the answer to an exception leaves a register       | drop   | fault.registers   | mov dword ptr [ebp+2004]
            the answer to an exception leaves IP               | drop   | fault.registers   | mov dword ptr [ebp+2028]
            an exception waits for whom was waited for before  | drop   | ipc.kernelCall    | mov dword ptr [ebx+tcb.partner
            an exception is broken off as an own Ipc           | negate | exchange.abort    | jne exchange.abort.onBehalf
            one side's transfer timeout is told as the other's | negate | transfer.errors   | je transfer.errors.count
            the bytes before a fault are not told              | drop   | transfer.errors   | shl edx, 4
            a transfer timeout of zero lets a fault through    | drop   | transfer.limit    | je transfer.limit.zero
            the sender's transfer timeout is not looked at     | drop   | transfer.mayFault | call transfer.limit
            the receiver's pager is told of another address    | drop   | transfer.fault    | mov esi, dword ptr [eax+tcb.target
            a string does not mark the page it is written to   | negate | user.write        | jne user.write.marked
            each turn of a map item begins it anew             | drop   | map.range.stopped | mov dword ptr [eax+tcb.transferMapped
            a total quantum is used up by nothing              | drop   | preemption.quant  | dec
            a total quantum is used up by the first tick       | negate | preemption.quant  | jne
            a total quantum is not renewed                     | drop   | preemption.quant  | mov dword ptr [ebx+tcb.quantum
            Schedule sets no total quantum                     | drop   | schedule.timeCon  | mov dword ptr [ebp+tcb.quantum], edx
            Schedule does not let go whose quantum is used up  | drop   | schedule.timeCon  | call ipc.released
            Schedule sets no time slice                        | drop   | schedule.timeCon  | call scheduler.setSlice
            a time slice never ends                            | drop   | scheduler.tick    | dec
            a time slice ends with the first tick              | negate | scheduler.tick    | jle scheduler.tick.expired
            Schedule does not tell what is left of a quantum   | drop   | schedule.remaining | mov eax, dword ptr [ebp+tcb.quantum]
            Schedule tells no quantum of who has one           | negate | schedule.remaining | je schedule.remaining.unlimited
            a quantum that is used up is told as another       | drop   | schedule.remaining | xor eax, eax
            Schedule tells no time slice                       | drop   | schedule.remaining | shl ecx
            a scheduler may not schedule                       | negate | syscall.schedule  | jne schedule.noPrivilege
            ThreadControl sets no scheduler                    | drop   | threadControl.mod | mov dword ptr [ebp+tcb.scheduler
            a preemption is not delayed                        | negate | preemption.delay  | je preemption.delay.running
            a delay is not told to who delays                  | drop   | preemption.delay.g | or dword ptr
            a preemption is told though nobody wants that      | drop   | preemption.sig    | je
            preemptions beyond the sensitive priority wait     | drop   | preemption.control+8 | jne
            Schedule sets no preemption control                | drop   | syscall.schedule  | mov dword ptr [ebp+tcb.preemptionC
            an interrupt is told once, though answered         | drop   | fault.            | call interrupt.unmask
            an interrupt is told again without an answer       | drop   | interrupt         | call interrupt.mask
            who waits for a line that is given away waits on   | drop   | interrupt.release | call thread.abandon
            an interrupt's message is another                  | drop   | interrupt.send    | mov dword ptr [esi+tcb.message
            an interrupt does not wake who waits for it        | drop   | interrupt.send    | call scheduler.enqueue
            an interrupt of another version is one             | drop   | interrupt.control | jne interrupt.invalidThread
            a transfer timeout does not begin                  | drop   | transfer.mayFault | jmp timeout.start
            the longer transfer timeout counts                 | negate | transfer.limit    | jae transfer.limit.done
            a transfer timeout lasts though the fault is over  | drop   | transfer.resume   | call timeout.forget
            a pager is told of another fault                   | drop   | fault.page.at.rea | mov dword ptr [ebx+
            a receiver's pager is told where the sender is     | drop   | transfer.fault    | mov edx
            an answer to a page fault maps nothing             | drop   | fault.answered.g  | call map.message
            a transfer with a fault is not broken off          | drop   | exchange.abort    | jne transfer.cancel
            a halted thread's transfer stops with its fault    | negate | ipc.releasedHalte | jne ipc.releasedHalted
            a deleted thread's transfer goes on                | negate | thread.abandon    | je thread.forsake
            who is preempted waits for a scheduler that is gone | drop  | ipc.fail          | mov dword ptr [edi+tcb.protocol
            who faults waits for a pager that is gone          | drop   | ipc.kernelCall+6  | je thread.kill
            who deals with a thread that is stopped waits on   | drop   | thread.kill       | call thread.abandon
            who sends to a thread that is stopped waits for it | drop   | ipc.block         | je
            a thread that is stopped may be received from      | drop   | ipc.partnerOf     | je ipc.partnerOf.dead
            ExchangeRegisters finds a thread that is stopped   | drop   | syscall.exchangeRegisters+7 | je""")
    void isCaught(String what, String change, String place, String instruction) {
        CONFORMANCE.become(KERNEL, cell(revision -> {
            Authored changed = revision.instructions().stream()
                    .filter(each ->
                            each.place().startsWith(place) && each.text().startsWith(instruction))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the kernel has no " + instruction + " at " + place));
            if (change.equals("negate")) revision.negate(changed);
            else revision.drop(changed);
        }));
        OptionalInt failure = CONFORMANCE.firstFailure(PROGRAMS);
        assertThat(failure).as(what).isPresent();
        CONFORMANCE.become(KERNEL, cell(revision -> {}));
        assertThat(CONFORMANCE.fails(failure.getAsInt()))
                .as("the kernel itself fails there")
                .isFalse();
    }

    private static Cell cell(Consumer<Revision> change) {
        TestCell kernel = TestCell.defaults().with(Axis.KERNEL, "l4", Map.of("entry", "int", "fastpath", "off"));
        return kernel.with(Axis.IPC, new SpoiltPolicy(kernel.cell().on(Axis.IPC).plugin(), change), Map.of())
                .cell();
    }
}
