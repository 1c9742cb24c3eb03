package org.sidestep.testkit.contract;

import static org.sidestep.isa.Reg32.EBX;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.ipc.lazy.LazyHooks;
import org.sidestep.ipc.lazy.LazyPolicy;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Operand;
import org.sidestep.isa.Reg32;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.IpcPolicy;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.UserStubs;
import org.sidestep.kernel.UserStubs.RollForward;
import org.sidestep.layout.Field;
import org.sidestep.x2.ThreadId;

/** Lazy switching with one fault each, for suites that must find it. */
public final class FaultyPolicy {

    private FaultyPolicy() {}

    /** The fault of that name. */
    public static IpcPolicy of(String fault) {
        IpcPolicy lazy = new LazyPolicy();
        return proxy(
                IpcPolicy.class,
                (proxy, method, arguments) -> method.getName().equals("hooks")
                        ? new FaultyHooks(fault, (KernelCode) arguments[0])
                        : method.invoke(lazy, arguments));
    }

    private static final class FaultyHooks extends LazyHooks {
        private final String fault;

        FaultyHooks(String fault, KernelCode kernel) {
            super(kernel);
            this.fault = fault;
        }

        @Override
        public void userStubs(UserStubs stubs) {
            super.userStubs(proxy(UserStubs.class, stubs(fault, stubs)));
        }

        /** Interrupts and faults do not ask who runs. */
        @Override
        public void onKernelEntry() {
            if (!fault.equals("no entry check")) super.onKernelEntry();
        }

        @Override
        public void publishWaiting(Reg32 tcb, Reg32 utcb, Operand partner) {
            if (fault.equals("wrong publication")) super.publishWaiting(tcb, utcb, new Imm(ThreadId.ANY_LOCAL));
            else super.publishWaiting(tcb, utcb, partner);
        }

        @Override
        public void publishRunning(Reg32 tcb, Reg32 scratch) {
            if (!fault.equals("missing publication")) super.publishRunning(tcb, scratch);
        }

        @Override
        public void publishPending(Reg32 tcb, boolean pending, Reg32 scratch) {
            if (!fault.equals("sender not published")) super.publishPending(tcb, pending, scratch);
        }

        @Override
        public void loadResumePoint(Reg32 tcb, Reg32 ip, Reg32 sp) {
            super.loadResumePoint(tcb, ip, sp);
            if (fault.equals("clobbered register")) xor(EBX, EBX);
        }

        @Override
        public void loadPartner(Reg32 tcb, Reg32 out) {
            if (fault.equals("stale partner")) mov(out, tcb.at(thread.partner));
            else super.loadPartner(tcb, out);
        }
    }

    private static InvocationHandler stubs(String fault, UserStubs stubs) {
        return (proxy, method, arguments) -> {
            switch (fault) {
                case "no sequence" -> {
                    if (method.getName().equals("sequence") || method.getName().equals("restartable")) return null;
                }
                case "forward too late" -> {
                    if (method.getName().equals("sequence")) {
                        arguments[1] = later(stubs.asm(), (Label) arguments[1]);
                    }
                }
                case "lost word" -> {
                    Object result = method.invoke(stubs, arguments);
                    if (method.getName().equals("probe")) stubs.asm().emit("xor", Reg32.EBP, Reg32.EBP);
                    return result;
                }
                case "forgotten status", "forgotten stack", "forgotten thread", "trusted pointer" -> {
                    if (method.getName().equals("sequence"))
                        arguments[3] = losing(fault, stubs, (RollForward) arguments[3]);
                }
                default -> {}
            }
            return method.invoke(stubs, arguments);
        };
    }

    private static Label later(Assembler asm, Label label) {
        Label later = asm.fresh("later");
        asm.revise(revision -> revision.bindBeside(later, label, 2));
        return later;
    }

    /** Rolls forward but for one write, which it takes back; or writes where user level says. */
    private static RollForward losing(String fault, UserStubs stubs, RollForward whole) {
        return () -> {
            Assembler asm = stubs.asm();
            Field status = stubs.thread().utcb.field("status");
            if (fault.equals("trusted pointer")) {
                asm.emit("mov", Reg32.ECX, Mem.base(Reg32.ESP, Frame.EAX.offset()));
                asm.emit("mov", Reg32.ECX.at(status).dword(), new Imm(0));
            }
            whole.emit();
            switch (fault) {
                case "forgotten status" -> asm.emit("mov", Reg32.ESI.at(status).dword(), new Imm(0));
                case "forgotten stack" ->
                    asm.emit("mov", Mem.base(Reg32.ESP, Frame.ESP.offset()).dword(), new Imm(0));
                case "forgotten thread" -> {
                    asm.emit("mov", Reg32.ECX, Mem.base(Reg32.ESP, Frame.EDI.offset()));
                    asm.emit("mov", Mem.absolute(stubs.currentUtcb()), Reg32.ECX);
                }
                default -> {}
            }
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    try {
                        return handler.invoke(proxy, method, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
