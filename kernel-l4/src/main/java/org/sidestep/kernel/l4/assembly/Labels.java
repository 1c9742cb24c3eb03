package org.sidestep.kernel.l4.assembly;

import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.kernel.l4.kip.MemoryDescriptors;
import org.sidestep.kernel.l4.layout.Vectors;
import org.sidestep.x2.SystemCall;

/**
 * Every place of the kernel that is known outside its own file, with its register contract. What is jumped to does not return;
 * what is called runs on the current kernel stack. A "thread with a frame" has a complete {@link org.sidestep.kernel.Frame} at
 * the very top of its kernel stack and nothing else on it.
 */
public final class Labels extends Contracts {

    Labels(Assembler asm) {
        super(asm);
    }

    /** Where the IDT's gates lead, by vector: 0..31, the sixteen IRQ lines, Ipc, system call. All interrupt gates. */
    public final List<Label> vectors = IntStream.range(0, Vectors.COUNT)
            .mapToObj(n -> word("entry.vector." + n, "an interrupt gate leads here"))
            .toList();

    /** The stubs of the system calls in the kernel interface page; the policy has Ipc and Lipc. */
    public final Map<SystemCall, Label> stubs =
            each(call -> call("kip." + call.text(), "in, out: the registers of the X.2 interface"));

    /** What the stubs other than those of Ipc, Lipc and SystemClock lead to. In: EBX current thread, with a frame. */
    public final Map<SystemCall, Label> calls =
            each(call -> jump("syscall." + call.text(), "in      EBX current thread, with a frame"));

    // entry

    public final Label entryHandlers = word("entry.handlers", "where a vector's frame is taken on, by vector");

    public final Label entryInside = jump("entry.inside", "in [ESP] frame without ESP and SS");

    public final Label entryNestedTask = jump("entry.nestedTask", """
            in  EBX current thread, with a frame: an invalid TSS
            out if it was an IRET with the nested-task flag, which SYSEXIT may have handed over: the IRET again, without it""");

    public final Label sysenter =
            jump("entry.sysenter", "in      the registers of ipc.enter; ESP where the TSS has the kernel stack's top");

    public final Label exitPreempt = jump("exit.preempt", "in, out as exit.resched; the thread itself is not asked");

    public final Label exitResched = jump("exit.resched", """
            in      EBX current thread, with a frame, READY
            out     goes on with it, unless a better one was made ready meanwhile: then it is first in its queue""");

    public final Label exitResume = jump("exit.resume", "in EBX current thread, with a frame");

    public final Label exitSchedule = jump("exit.schedule", """
            in      EBX thread that no longer runs, queued if it should be; its page directory still loaded
            out     the best ready thread runs""");

    public final Label start = jump("exit.start", """
            in      boot stack
            out     the first thread runs""");

    public final Label exitSwitch = jump("exit.switch", """
            in      EBX thread that no longer runs, its page directory still loaded; EAX READY thread with a frame, not queued
            out     that thread runs""");

    public final Label exitYield = jump("exit.yield", """
            in      EBX current thread, with a frame
            out     at the end of its queue; then as exit.schedule""");

    // thread

    public final Label threadAbandon = call("thread.abandon", """
            in      EAX thread that goes away, already detached, or changes its global id
            out     its transfer of strings, if it is in one, is aborted; then as thread.forsake. Clobbers EAX, ECX, EDX""");

    public final Label threadActivate = call("thread.activate", """
            in      EBP TCB with a UTCB
            out     the thread has a frame, all zero but for what user level cannot choose. Keeps EBX, ESI, EBP""");

    public final Label adopt = call("thread.adopt", """
            in   EBX thread that stopped running at user level, EDX thread that runs instead
            out  both states and the kernel's stack follow; clobbers EAX, ECX""");

    public final Label threadBack = call("thread.back", """
            in      EBP TCB of any number from that of the first user thread on
            out     CF clear: there is memory for it, zeroed if it is new; CF set: there is none. Clobbers EAX, ECX, EDX""");

    public final Label threadDelist =
            call("thread.delist", "in EBP thread; out no longer among all threads. Clobbers ECX, EDX");

    public final Label threadEnlist =
            call("thread.enlist", "in EBP thread; out the last of all threads. Clobbers ECX, EDX");

    public final Label threadFrame = call("thread.frame", """
            in      EAX offset in the thread control blocks
            out     EAX physical address of the page there. Keeps all else""");

    public final Label threads =
            word("threads", "the ring of all threads that exist, by nextThread and previousThread");

    public final Label tcbPages = word("tcb.pages", "how many pages of thread control blocks the heap has given");

    public final Label threadDetach = call(
            "thread.detach",
            "in EAX thread in any state; out in no queue, without timeout, INACTIVE. Clobbers EAX, ECX, EDX");

    public final Label threadEnter = call("thread.enter", """
            in      EBP TCB - EDI space
            out     the thread belongs to it. Keeps EAX, EBX, ESI, EDI, EBP""");

    public final Label findThread = call("thread.find", """
            in      EAX global or local id - EBX any TCB of the local id's space
            out     ZF clear, EDX its TCB; or ZF set. Clobbers ECX""");

    public final Label findGlobal = call("thread.findGlobal", """
            in      EAX global id
            out     ZF clear, EDX its TCB; or ZF set. Clobbers ECX""");

    public final Label findLocal = call("thread.findLocal", """
            in      EAX local id - EBX any TCB of its space
            out     ZF clear, EDX its TCB; or ZF set. Clobbers ECX""");

    public final Label threadForsake = call("thread.forsake", """
            in      EAX thread in no transfer of strings
            out     whoever is queued to send to it or waits for it alone fails: no partner. Clobbers EAX, ECX, EDX""");

    public final Label threadInit = call("thread.init", """
            in      EBP TCB - EAX global id - EDX its scheduler's global id - ECX priority - EDI space
            out     an inactive thread of that space. Keeps EBX, ESI, EDI, EBP""");

    public final Label killCurrent =
            jump("thread.kill", "in EBX thread that misbehaved at user level, ESP anywhere in its stack");

    public final Label threadMigrate = call("thread.migrate", """
            in      EBP stopped thread - EDI its new space - EAX local id, free there - ESI kernel's address of that UTCB's MR0
            out     it is there, READY and queued if it was going on; its old space freed if it was the last one there.
                    Keeps EBX, EBP""");

    public final Label threadMoved = call("thread.moved", """
            in      EAX thread in no transfer of strings, which goes on in another space
            out     as thread.forsake, but its interrupts wait on, for it or in its queue. Clobbers EAX, ECX, EDX""");

    public final Label threadPlace = call("thread.place", """
            in      EBP TCB - EDI its space - EAX local id, free - ESI kernel's address of that UTCB's MR0
            out     the thread has that UTCB, cleared. Keeps EBX, ESI, EDI, EBP""");

    public final Label threadReach = call("thread.reach", """
            in      EBP TCB - EDI its space
            out     the TCB knows how far its messages go without more ado. Keeps all""");

    public final Label nobodysUtcb =
            word("thread.nobodysUtcb", "where the policy writes about threads that have no UTCB; read by nobody");

    public final Label threadReady = call("thread.ready", """
            in      EAX thread with a frame that is not queued
            out     READY and queued. Keeps EBX, ESI, EDI, EBP""");

    public final Label threadRenamed = call("thread.renamed", """
            in      EBP thread that is about to get another version of its id
            out     its Ipc is over, and nobody deals with its old id. Clobbers EAX, ECX, EDX""");

    public final Label threadStop = call("thread.stop", """
            in      EBP thread that does not run and may go on afterwards
            out     it does nothing any more, with no partner left; or waits for its start message. Keeps EBX, ESI, EDI, EBP""");

    public final Label threadUnplace = call("thread.unplace", """
            in      EBP TCB
            out     the thread has no UTCB. Keeps EAX, EBX, ESI, EDI, EBP""");

    // syscall

    public final Label systemCall = jump("syscall", """
            in      EBX current thread, with a frame whose EIP tells which system call
            out     the routine syscall.<name>, EAX, ECX, EDX, ESI, EDI, EBP undefined""");

    public final Label scheduleRemaining = call("schedule.remaining", """
            in      EBX current thread - EBP dest of Schedule
            out     EAX what is left of its time slice and total quantum, as L4 times. Clobbers ECX, EDX""");

    public final Label scheduleTimes = call("schedule.timeControl", """
            in      EBX current thread - EBP dest; frame EDX time control
            out     its time slice and total quantum set. Keeps EBX, EBP""");

    public final Label syscallAgain = jump("syscall.again", """
            in      EBX current thread, with a frame: its call is not over
            out     interrupts are let in, and the call is made again""");

    public final Label syscallFail = jump("syscall.fail", """
            in      EBX current thread - EAX error code
            out     returns 0 to it""");

    public final Label unmapStub = word("kip.unmap.continue", "where a thread is while its Unmap lets interrupts in");

    public final Label unmapContinue =
            jump("syscall.unmap.continue", "in      EBX current thread, with a frame: it is at unmapStub");

    public final Label ipcStub =
            word("kip.ipc.continue", "where a thread is while its answer to a page fault lets interrupts in");

    public final Label syscallNotOffered = jump("syscall.notOffered", """
            in      EBX current thread, with a frame: has called for what this kernel does not have
            out     an invalid opcode to its exception handler""");

    public final Label syscallSucceed = jump("syscall.succeed", """
            in      EBX current thread
            out     returns 1 to it, unless a better one has become ready""");

    // ipc

    public final Label ipcAgain = jump("ipc.again", """
            in      EBX current thread, with a frame: it is at ipcStub
            out     its Ipc begins again, but for the map items that are carried out""");

    public final Label answerCancel = call("answer.cancel", """
            in      EBP thread at user level, perhaps between two turns of the answer to a page fault
            out     that is cancelled; whether it may run is as before. Clobbers EAX, ECX, EDX""");

    public final Label ipcCancel = call("ipc.cancel", """
            in      EAX thread SENDING, WAITING or WAITING_FRAME in its own Ipc; ECX cause, without the phase
            out     as ipc.ended. Keeps EBX, ESI, EDI, EBP""");

    public final Label ipcDelivered = call("ipc.delivered", """
            in  ESI sender - EDI receiver with a frame - EDX the kernel's address of its MR0, with the message - ECX MR0
            out its registers hold the message, its Ipc is over, as ipc.released; ECX 0. Clobbers nothing else""");

    public final Label ipcDeliveredAs = call("ipc.deliveredAs", """
            in  as for ipc.delivered; flags p and r in ECX are the kernel's
            out as of that; the receiver knows whose message it is, and to whom it was sent; who waited for the sender as the virtual
                sender waits for the receiver""");

    public final Label ipcEnded = call("ipc.ended", """
            in  EDI and ECX as for ipc.end
            out READY and queued, or INACTIVE if it is halted. Clobbers EAX, ECX, EDX, ESI""");

    public final Label ipcFail = call(
            "ipc.fail",
            "in EDI thread with a frame, ECX error code; out its Ipc or protocol over, as ipc.released. Clobbers EAX, ECX");

    public final Label ipcFailed =
            jump("ipc.failed", "in EBX, EDI current thread with a frame, ECX error code; EBP thread made ready, or 0");

    public final Label ipcGeneral = jump(
            "ipc.general",
            "in EAX to, ECX timeouts, EDX FromSpecifier, ESI MR0, EBX current thread, its resume point where ipc.enter has kept it");

    public final Label ipcKernelCall = jump("ipc.kernelCall", """
            in      EBX current thread, with a frame, its protocol and message set; EAX destination, global or local id
            out     the message sent, without timeout, and the answer awaited, which ends with fault.answered; killed if there is nobody""");

    public final Label ipcKernelWait = call("ipc.kernelWait", """
            in      EAX thread with a frame, its protocol set, not queued; ECX partner, global or local id
            out     waits for it (WAITING_FRAME), or has taken its message. Clobbers EAX, ECX, EDX""");

    public final Label ipcMatches = call(
            "ipc.matches",
            "in EDX partner that EDI waits for, ESI sender; out ZF set if the sender is that. Clobbers EAX");

    public final Label ipcMatched = jump("ipc.matched", """
            in EBX, ESI current thread, with a frame; EDI destination, ZF set if it waits for this message; EBP 0""");

    public final Label ipcMatchesAs = call(
            "ipc.matchesAs", "in, out as ipc.matches, of a queued sender in whose frame flag p is set. Clobbers EAX");

    public final Label ipcNoDestination =
            jump("ipc.noDestination", "in EBX current thread, with a frame, which sends to nobody; EBP 0");

    public final Label ipcOverflow = call("ipc.overflow", """
            in  ESI sender - EDI receiver with a frame - EDX the kernel's address of its MR0 - ECX its error code, or UNDER_WAY
            out as ipc.delivered, with that error; or ZF set, and nothing done. Clobbers ECX""");

    public final Label ipcPartnerOf = call("ipc.partnerOf", """
            in  EAX FromSpecifier, not nil; EDI the thread that will wait
            out ZF clear and EDX the partner as a TCB names it: local id in the same space, else global id; ZF set if there
                is no such thread. Clobbers EAX, ECX""");

    public final Label ipcPropagate = jump("ipc.propagate", """
            in  EBX current thread, with a frame whose tag has flag p or r - EAX its destination - EBP 0
            out it sends in its virtual sender's name, if it may, else in its own""");

    public final Label ipcRedirect = jump("ipc.redirect", """
            in  EBX current thread, with a frame, whose reach is limited - EDI destination - EBP 0
            out sends there, or to the redirector of its space""");

    public final Label ipcReceive = jump(
            "ipc.receive",
            "in EBX, EDI current thread with a frame, its send phase over; EBP thread made ready but not queued, or 0");

    public final Label ipcReceivePhase = call("ipc.receivePhase", """
            in  EDI thread with a frame, its send phase over; EBX current thread; EBP thread made ready but not queued, or 0
            out EDI and all that went on because of it wait or are ready; EBP as before or another such thread.
                Clobbers all but EBX""");

    public final Label ipcReframe = call(
            "ipc.reframe",
            "in EDI thread in state WAITING; out with a frame, no longer resumable at user level. Clobbers EAX, ECX");

    public final Label ipcReleased = call("ipc.released", """
            in  EDI thread with a frame whose Ipc is over
            out ZF clear: READY, not queued; ZF set: INACTIVE, since it was halted meanwhile. Keeps all""");

    public final Label ipcReleasedHalted = jump("ipc.releasedHalted", "in, out as ipc.released, of a halted thread");

    public final Label ipcSend = jump("ipc.send", "in EBX current thread, with a frame; EDX destination; EBP 0");

    public final Label ipcSendTo =
            jump("ipc.sendTo", "in EBX current thread, with a frame; EDI destination, redirection done; EBP 0");

    public final Label ipcSendOver = call("ipc.sendOver", """
            in  EDI thread with a frame - ECX error code, or UNDER_WAY
            out as ipc.fail; or ZF set, and nothing done. Clobbers EAX, ECX""");

    public final Label ipcSucceed = call(
            "ipc.succeed", "in EDI thread with a frame whose Ipc only sent; out as ipc.released. Clobbers EAX, ECX");

    public final Label ipcTransfer = call("ipc.transfer", """
            in  ESI sender with a frame, EDI receiver that waits for it (or is in its receive phase, with a frame)
            out ZF clear: receiver READY, with a frame; ZF set: it goes on waiting, was stopped, or is halted.
                ECX 0, or why the sender's Ipc fails, or UNDER_WAY: it goes on, READY. Clobbers EAX, EDX""");

    public final Label ipcWaitsFor = call(
            "ipc.waitsFor", "in ESI sender, EDI receiver; out ZF set if the receiver waits for it. Clobbers EAX, EDX");

    public final Label sendQueueAppend = call("sendQueue.append", "in EBX sender, EDI receiver. Clobbers EAX, ECX");

    public final Label sendQueueFind = call(
            "sendQueue.find", "in EDI receiver, EDX partner it wants; out ESI first such sender, or 0. Clobbers EAX");

    public final Label sendQueueRemove = call(
            "sendQueue.remove",
            "in ESI queued sender: leaves the queue and forgets its timeout. Clobbers EAX, ECX, EDX");

    public final Label timeoutDeadline = call("timeout.deadline", """
            in  ECX L4 time, not never
            out ZF clear and EDX:EAX the cycle count up to which it lasts; ZF set if it is zero, or a point that has passed. Clobbers ECX""");

    public final Label timeoutFromNow = call("timeout.fromNow", """
            in  EDX:EAX microseconds
            out ZF clear, EDX:EAX the cycle count then. Clobbers ECX""");

    public final Label clock = call("timeout.clock", "out EDX:EAX microseconds since boot. Clobbers ECX");

    public final Label timeoutPassed = call("timeout.passed", """
            in  EDI thread in the list of timeouts - ECX cause
            out its Ipc has ended, as by ipc.ended. Clobbers EAX, ECX, EDX, ESI""");

    public final Label timeoutFirst = word("timeout.first", "the thread whose timeout expires first, or 0");

    public final Label timeoutForget =
            call("timeout.forget", "in EDI thread; out not in the list. Clobbers EAX, ECX, EDX");

    public final Label timeoutAwaited = call("timeout.awaited", """
            in  ECX a timeout of 16 bits, not never; EDX where the cycle count of a point in time was kept when it was told
            out as timeout.deadline""");
    public final Label timeoutPoint = call("timeout.point", """
            in  ECX L4 time that is a point
            out CF clear and EDX:EAX the microseconds until then; CF set if it has passed. Clobbers ECX""");

    public final Label timeoutStart =
            call("timeout.start", "in EDI thread, EDX:EAX cycle count up to which it waits. Clobbers EAX, ECX, EDX");

    public final Label timeoutTick = call(
            "timeout.tick", "out     the Ipc of all whose timeout has expired has ended. Clobbers all but EBX, EBP");

    public final Label typedItems = call("ipc.typedItems", """
            in  EAX sender - ECX receiver, both with frames - EDX MR0 of the message, as the receiver got it - ESI acceptor
            out EAX 0: all carried out; UNDER_WAY: both are in a transfer; else the error. Keeps EBX, ESI, EDI, EBP""");

    public final Label transferBegin = call("transfer.begin", """
            in  EBX sender - EBP receiver that waits for it, both with frames - EDX offset from MR0 of the message's next item
            out both in the transfer, sender READY at transfer.continue. Clobbers EAX, EDX""");

    public final Label transferCancel = call("transfer.cancel", """
            in  EAX thread in a transfer, not the current one
            out both Ipcs aborted, READY and queued, or INACTIVE. Keeps EBX, ESI, EDI, EBP""");

    public final Label transferContinue =
            jump("transfer.continue", "in EBX current thread, sender in a transfer; ESP anywhere in its stack");

    public final Label transferEnd = call("transfer.end", """
            in  EDI thread in a transfer, any thread of which runs at most if it is killed; ECX cause, without the phase
            out as ipc.released; its partner READY and queued, or INACTIVE. Clobbers EAX, ECX, EDX, ESI""");

    public final Label transferFault = jump("transfer.fault", """
            in  EBX current thread, receiver in a transfer, whose buffer is not there
            out its page fault sent to its pager, then transfer.resume""");

    public final Label transferFinish = jump(
            "transfer.finish",
            "in EBX current thread, sender - EBP receiver: all strings are copied; out both Ipcs go on");

    public final Label transferCut = jump(
            "transfer.cut",
            "in EBX current thread, sender - EBP receiver; out both know that the message was cut, and where");

    public final Label transferSourceFault = jump(
            "transfer.sourceFault",
            "in EBX current thread, sender - EBP receiver; out the fault sent, if there is time for it");

    public final Label transferTargetFault = jump(
            "transfer.targetFault",
            "in EBX current thread, sender - EBP receiver; out receiver runs at transfer.fault, if there is time");

    public final Label transferRestore = call("transfer.restore", """
            in  ESI sender, EDI receiver in a transfer
            out their frames are the user's, the transfer is over. Clobbers EAX""");

    public final Label transferResume = jump("transfer.resume", """
            in  EBX current thread, receiver in a transfer, whose page fault has been answered
            out sender runs at transfer.continue""");

    public final Label transferTimeout = jump(
            "transfer.timeout",
            "in EBX current thread, sender - EBP receiver: a fault was not allowed; out both know, and how far they came");

    // fault

    public final Label protocolAnswered = call("fault.answered", """
            in      EAX thread in WAITING_FRAME whose message holds the answer - ECX its sender - EBX current thread
            holds   EBP thread
            out     ZF clear: it may run; ZF set: it goes on waiting, or was stopped. ECX 0; or UNDER_WAY: the sender is to send its
                    answer again. Keeps EBX, ESI, EDI, EBP""");

    public final Label exception = jump("fault.exception", """
            in      EBX current thread, with a frame, vector and error code in it
            out     its registers sent to its exception handler""");

    public final Label invalidOpcode = jump("fault.invalidOpcode", """
            in      EBX current thread, with a frame
            out     KernelInterface, or an exception""");

    public final Label floatingPointUse = jump("floatingPoint.use", """
            in      EBX current thread, with a frame: has used the floating-point unit while CR0.TS was set
            out     it repeats that with its own registers in the unit; an exception where there is no unit""");

    public final Label floatingPointSwitch = jump("floatingPoint.switch", """
            in      EBX current thread, with a frame: has the floating-point unit, and has written to the word behind %gs:0
            out     it repeats that without the unit""");

    public final Label pageFault = jump("fault.page", """
            in      EBX current thread, with a frame - CR2 fault address
            out     the fault sent to its pager""");

    public final Label pageFaultAt = jump("fault.page.at", """
            in      EBX current thread, with a frame that has the error code - CR2, ESI fault address - EDX IP to be told
            out     as fault.page""");

    // memory

    public final Label allocatePage =
            call("heap.allocate", "out     EAX kernel address of a zeroed page, or 0. Keeps all but ECX");

    public final Label allocateTable = call("heap.allocateTable", """
            out     EAX kernel address of a table, one of those promised: its entries are zero, its owner is not set. Keeps all but ECX""");

    public final Label freePage = call("heap.free", "in      EAX kernel address of a page. Keeps all but ECX");

    public final Label freeTable =
            call("heap.freeTable", "in      EAX kernel address of a table, which stays promised. Keeps all but ECX");

    public final Label heapNextPage = word("heap.pages.next", "kernel address of the first page that was never used");

    public final Label heapNextTable =
            word("heap.tables.next", "kernel address of the first table that was never used");

    public final Label kernelMemory =
            word("memory.kernel", "physical address of the kernel's memory that is not loaded");

    public final Label kernelExtension =
            word("memory.extension", "physical address of the kernel's further tables, or 0; then their size");

    public final Label heapEndOfTables =
            word("heap.tables.end", "kernel address behind the tables of which heap.tables.next is one");

    public final Label heapMoreTables = word("heap.tables.more", "where the tables go on that lie elsewhere");

    public final Label heapPromise = call("heap.promise", """
            in      ECX number of tables
            out     CF clear: so many allocations by heap.allocateTable will succeed; CF set: there are not so many""");

    public final Label heapUnpromised = word("heap.unpromised", "tables that are free and not promised");

    public final Label mapDecode = call("map.decode", """
            in      EAX fpage
            out     CF set: nil, an I/O fpage, or smaller than a page; else EAX base, EDX size - 1. Clobbers ECX""");

    public final Label mapEnter = call("map.enter", """
            in      EBP mapping, SOURCE, VALUE - EDX target's entry
            out     VALUE there, or STOPPED; the item may grant. Keeps EBX, ESI, EDI, EBP""");

    public final Label mapItems = call("map.items", """
            in      EAX sender - ECX receiver - EDX address of a typed item - EDI words from it on - ESI acceptor
            holds   EBP mapping
            out     EAX 0; UNDER_WAY: the steps are used up; or the error for an item that is neither map item, grant item nor string,
                    finds no window, or needs a page table that the receiver's space has not left. EDX the item at which it stopped, a
                    string or what is not done, and ECX words from it on, 0 at the end. Keeps EBX, ESI, EDI, EBP""");

    public final Label mapMessage = call("map.message", """
            in      EAX sender - ECX receiver - EDX MR0 of a message with typed items, its words all inside the message registers -
                    ESI acceptor
            out     as map.items, of those that no earlier turn has done""");

    public final Label mapTurn = call("mapping.turn", """
            in      EBX current thread - EAX sender - ECX receiver of map items
            out     mapping.steps so much as may be done at a stretch. Keeps all""");

    public final Label mapNone = call("map.none", "out     returns: nothing there to map");

    public final Label mapPorts = call("map.ports", """
            in      EBP mapping - EAX I/O fpage
            out     the receiver has the ports, or STOPPED. Keeps EBX, EBP""");

    public final Label mapRange = call("map.range", """
            in      EBP mapping - ESI source - EDI target, up to LAST
            out     mapped, holes and the kernel's own pages left out, or STOPPED. Keeps EBX, EBP""");

    public final Label mappingAdopt = call("mapping.adopt", """
            in      EDX node whose entry has just been written - EAX its parent, 0 for a root
            out     it follows its parent in the list. Clobbers ECX""");

    public final Label mappingBelow = call("mapping.below", """
            in      ESI node - EDI it, or one derived from it
            out     CF clear: EAX the next one derived from ESI; CF set: there is none. Clobbers ECX, EDX""");

    public final Label mappingChanges = word(
            "mapping.changes",
            "counts the changes of the mapping database: who checks it looks again when it has changed");

    public final Label mappingForget = call(
            "mapping.forget",
            "in EAX node whose entry has changed; out no translation of it is remembered. Clobbers ECX, EDX");

    public final Label mappingIsBelow = call("mapping.isBelow", """
            in      ESI node - EDI address of an entry that was a node derived from it
            out     CF clear: it still is. Clobbers ECX""");

    public final Label mappingPrune = call("mapping.prune", """
            in      EAX node
            out     one page of those derived from it unmapped, or if there is none its own, with ZF set. Clobbers ECX, EDX""");

    public final Label mappingRemove = call("mapping.remove", """
            in      EAX node
            out     CF clear: its page unmapped, and all that was derived from it; CF set: not yet all, the steps are used up. Clobbers ECX, EDX""");

    public final Label mappingSteps = word(
            "mapping.steps",
            "how much the kernel may still do before it lets interrupts in; negative if that was too much");

    public final Label pageAttributes = call("page.attributes", """
            in      EBX current thread - EAX fpage - ECX bits of an entry that say how a page is cached
            out     CF clear: its pages there have them; CF set: a part of a 4 MB page, or too many. Clobbers EAX, ECX, EDX""");

    public final Label pageEntry = call("page.entry", """
            in      EAX space - EDX user address
            out     EAX kernel address of the page table entry for it, in a new table if need be;
                    0 if the space has used up its page tables, or a 4 MB page is there. Keeps all but ECX""");

    public final Label pageOwn = call("page.own", """
            in      EAX sigma0's space - EDX user address
            out     EAX the node of its page there, which is the same physical page, made if need be; 0 if it is the kernel's.
                    Keeps all but ECX""");

    public final Label pageOwnFault = jump("page.ownFault", """
            in      EBX current thread, of sigma0's space, with a frame, CR2 the address
            out     the same address mapped there, the thread control blocks read-only; or the thread killed for asking for the kernel's memory""");

    public final Label pageReserved = call("page.reserved", """
            in      EDX physical address
            out     CF set if the kernel keeps it for itself. Keeps all but ECX""");

    public final Label pageUsedUp =
            word("page.usedUp", "not 0 after page.entry found no page table left, until it is cleared");

    public final Label portsFault = jump("ports.fault", """
            in      EBX current thread, with a frame: a general protection fault
            out     its instruction again, if it may use ports that another space's bitmap has hidden; else an exception""");

    public final Label portsRelease = call("ports.release", """
            in      EBP space that is about to be freed
            out     it has no ports. Clobbers EAX, ECX""");

    public final Label unmapPorts = call("unmap.ports", """
            in      EBX current thread in Unmap - EAX I/O fpage
            out     taken from all who have them from it. Keeps EBX, EBP""");

    public final Label spaceBackUtcb = call("space.backUtcb", """
            in      EAX space - EDX local id, in its UTCB area
            out     EAX the kernel's address of that UTCB's MR0, or 0 if there is no memory. Keeps all but ECX""");

    public final Label spaceConfigure = call("space.configure", """
            in      EAX space without areas - EDX KIP address - ECX UTCB area - ESI its size
            out     EAX 1, or 0 if there is no memory. Keeps EBX, ESI, EBP""");

    public final Label spaceCreate = call("space.create", """
            in      EDX page tables that it may have
            out     EAX a space without areas and threads, or 0. Keeps EBX, EDX, ESI, EDI, EBP""");

    public final Label spaceEmpty = call("space.empty", """
            in      EAX space of which no thread runs
            out     CF clear: nothing is mapped in it, nor derived from it; CF set: not yet, the steps are used up. Clobbers EAX, ECX, EDX""");

    public final Label spaceRelease = call("space.release", """
            in      EAX space that has lost a thread; if that was the last one, it is empty
            out     the space freed if that was the last one. Keeps EBX, ESI, EDI, EBP""");

    public final Label userRead = call("user.read", """
            in      EAX page directory, physical - EDX user address
            out     CF clear: EAX its physical address; CF set: user level could not read it. Keeps all but ECX""");

    public final Label userWrite = call("user.write", """
            in      EAX page directory, physical - EDX user address
            out     CF clear: EAX its physical address; CF set: user level could not write it. Keeps all but ECX""");

    public final Label tableOwners = word("table.owners", "of each table of the heap, what it is");

    // schedule

    public final Label idleTcb = word("idle.tcb", "what EBX names while nobody runs");

    public final Label interrupt = jump("interrupt", """
            in      EAX vector of one of the 8259s' lines but the timer's - EBX current thread, with a frame, or the idle loop
            out     the line masked, and a message to its handler""");

    public final Label interruptControl = jump("interrupt.control", """
            in      EBX current thread, privileged, in ThreadControl - EAX number of its dest, below that of the first user thread
            out     the interrupt's handler is another""");

    public final Label interruptUnmask = call("interrupt.unmask", """
            in      EBP an interrupt's thread
            out     its line unmasked. Clobbers EAX, ECX, EDX""");

    public final Label interruptsBound = word("interrupt.bound", "how many interrupts have handlers");

    public final Label picks = word(
            "exit.picks",
            "how often it has been asked who runs: who delays its preemption has run on since, if it is the same");

    public final Label preemptionControl = jump("preemption.control", """
            in      EBX current thread, with a frame, READY, which has preemption control
            out     as exit.resched, unless it delays its preemption, or has it told""");

    public final Label quantumTick = jump("preemption.quantum", """
            in      EBX current thread, with a frame, which has a total quantum: a tick has passed
            out     timer.slice, or its scheduler told""");

    public final Label timerSlice =
            jump("timer.slice", "in EBX current thread, with a frame; its slice has a tick less");

    public final Label timerInterrupt =
            jump("timer.interrupt", "in EBX current thread, with a frame, or the idle loop");

    // boot

    public final Label bootClock = call("boot.clock", """
            in      interrupt lines lead to their vectors
            out     the KIP's processor descriptor holds the cycle counter's frequency, measured against the timer, which runs as the
                    kernel wants it. Clobbers all but EBP""");

    public final Label bootDescriptors = call(
            "boot.descriptors",
            "out     GDT, IDT, task register and segment registers loaded: DS, ES, FS as user level has them. Clobbers all but EBP");

    public final Label bootFloatingPoint =
            call("boot.floatingPoint", "out     the floating-point unit leads into the kernel. Clobbers all but EBP");

    public final Label bootGate = call("boot.gate", """
            in      EAX handler - EDI entry of the interrupt descriptor table
            out     its interrupt gate - EDI next entry. Clobbers EAX, EDX""");

    public final Label idt = word("idt", "the interrupt descriptor table");

    public final Label bootMemory = call("boot.memory", """
            in      EBP Multiboot information, or 0 if a boot loader has filled the interface page
            out     the KIP's descriptors of memory complete, the kernel's own memory found and its thread control blocks cleared.
                    Clobbers all but EBP""");

    public final Label bootDescribe = call("boot.describe", """
            in      EAX low word of a descriptor of memory - EDX high word
            out     it is the last one in the interface page. Clobbers ECX""");

    public final Label bootMemoryIs = call("boot.memoryIs", MemoryDescriptors.CONTRACT);

    public final Label bootModules = call("boot.modules", """
            in      EBP Multiboot information, or 0 - the kernel's memory found
            out     if the interface page has no root task: sigma0 and root task loaded from Multiboot's modules, and the boot information
                    written. Clobbers all""");

    public final Label bootLoad = call("boot.load", """
            in      EBX physical address of an ELF file - ECX its end - EDX the words of a server in the interface page
            out     loaded, and the interface page says where. Clobbers all""");

    public final Label bootPanic =
            jump("boot.panic", "in      ESI zero-terminated reason; shows it on the console and halts");

    public final Label bootPic =
            call("boot.pic", "out     interrupt lines lead to their vectors, all masked but the timer's. Clobbers EAX");

    public final Label bootPrint = call("boot.print", "in      ESI zero-terminated text. Clobbers EAX, EDX, ESI");

    public final Label bootSysenter = call(
            "boot.sysenter", "out     SYSENTER leads into the kernel, if this kernel uses it. Clobbers all but EBP");

    public final Label bootThreadBlocks = call(
            "boot.threadBlocks",
            "out     the thread control blocks are mapped: there are no threads. Clobbers EAX, ECX, EDX, EDI");

    public final Label bootThreads = call("boot.threads", "out     sigma0 and the root task are ready");

    public final Label sigma0Entry = jump("sigma0.entry", "in      nothing but a kernel interface page and a UTCB");

    public final Label userEnd = word("user.end", "end of the root task's image");

    public final Label userRoot = jump("user.root", "in      nothing: the root task starts here");

    private static Map<SystemCall, Label> each(Function<SystemCall, Label> label) {
        return Stream.of(SystemCall.values()).collect(toUnmodifiableMap(Function.identity(), label));
    }
}
