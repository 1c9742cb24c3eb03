package org.sidestep.kernel.l4.boot;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP;
import static org.sidestep.kernel.l4.layout.MemoryMap.TCBS;
import static org.sidestep.kernel.l4.layout.MemoryMap.TCB_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_AREA;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_AREA_SIZE;

import org.sidestep.isa.Mem;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.SpaceLayout;
import org.sidestep.kernel.l4.layout.Tcb;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Sigma0 and the root task: running from the start, each in its own space. The heap is fresh and cannot run out here. */
public final class FirstThreads extends KernelRoutines {

    private static final int NEVER_AN_ID = -1;

    public FirstThreads(Kernel kernel) {
        super(kernel);
    }

    @Override
    public void emit() {
        routine(at.bootThreads);
        phase("thread 0 does not exist: nil finds no one");
        mov(Mem.absolute(TCBS + thread.globalId.offset()).dword(), NEVER_AN_ID);
        server(
                Threads.SIGMA0,
                SpaceLayout.PRIVILEGED | SpaceLayout.SIGMA0,
                spacesHavePorts() ? SpaceLayout.CONSOLES_PORTS : SpaceLayout.NO_PORTS,
                Kip.SIGMA0_SERVER,
                ThreadId.NIL);
        server(Threads.ROOT, SpaceLayout.PRIVILEGED, SpaceLayout.PORTS, Kip.ROOT_SERVER, Threads.SIGMA0);
        ret();
    }

    private void server(int id, int flags, int ioMapBase, int described, int pager) {
        int localId = UTCB_AREA + Utcb.ORIGIN + (id == Threads.SIGMA0 ? 0 : kernel.placement.utcb(0));
        phase(id == Threads.SIGMA0 ? "sigma0" : "root task");
        mov(EDX, id == Threads.SIGMA0 ? SpaceLayout.SIGMA0_TABLES : SpaceLayout.ROOT_TABLES);
        call(at.spaceCreate);
        mov(EAX.at(SpaceLayout.FLAGS), flags);
        mov(EAX.at(SpaceLayout.IO_MAP_BASE), ioMapBase);
        mov(EDX, KIP);
        mov(ECX, UTCB_AREA);
        mov(ESI, UTCB_AREA_SIZE);
        push(EAX);
        call(at.spaceConfigure);
        pop(EDI);
        mov(EBP, TCBS + (id >>> ThreadId.NUMBER_SHIFT) * TCB_SIZE);
        mov(EAX, id);
        mov(EDX, Threads.ROOT);
        mov(ECX, Threads.SERVER_PRIORITY);
        call(at.threadInit);
        mov(EAX, EDI);
        mov(EDX, localId);
        call(at.spaceBackUtcb);
        mov(ESI, EAX);
        mov(EAX, localId);
        call(at.threadPlace);
        mov(ESI.at(Utcb.PAGER), pager);
        call(at.threadActivate);
        mov(EAX, Kip.kernelWord(described + Kip.IP));
        mov(Tcb.frame(EBP, Frame.EIP), EAX);
        mov(EAX, Kip.kernelWord(described + Kip.SP));
        mov(Tcb.frame(EBP, Frame.ESP), EAX);
        mov(EAX, EBP);
        call(at.threadReady);
    }
}
