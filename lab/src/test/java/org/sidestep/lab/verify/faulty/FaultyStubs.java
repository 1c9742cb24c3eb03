package org.sidestep.lab.verify.faulty;

import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Code;
import org.sidestep.asm.Label;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.Frame;
import org.sidestep.kernel.KernelCode;
import org.sidestep.kernel.ThreadLayout;
import org.sidestep.kernel.UserStubs;
import org.sidestep.layout.Field;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.IpcError;
import org.sidestep.x2.MessageTag;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** What the stubs of lazy switching declare and do, with one fault. */
final class FaultyStubs extends Code implements UserStubs {

    private static final int NONSENSE = 0xBAD00;
    private static final int DF = 0x400;
    private static final int NT = 0x4000;
    private static final int AC = 0x40000;
    /** Of the first word of a typed item: it is no string. */
    private static final int MAPPED = 8;
    /** One byte in a string item's first word. */
    private static final int BYTE = 1 << 10;

    private final UserStubs stubs;
    private final KernelCode kernel;
    private final Faults fault;
    private int parts;

    FaultyStubs(UserStubs stubs, KernelCode kernel, Faults fault) {
        super(stubs.asm());
        this.stubs = stubs;
        this.kernel = kernel;
        this.fault = fault;
    }

    // what comes in

    @Override
    public void lipc() {
        stubs.lipc();
        if (fault.is("timeouts-ignored-by-lipc")) xor(ECX, ECX);
        if (fault.is("typed-items-ignored-by-lipc")) and(ESI, ~MessageTag.TYPED);
        if (fault.is("tag-wraps")) wrapTag();
        if (fault.is("timeouts-in-part")) and(ECX, 0xFFFF0000);
        if (fault.is("partner-in-part")) forgetUpperHalfOfPartner();
        if (fault.is("opened-wait-of-lipc")) mov(EDX, ThreadId.ANY_LOCAL);
    }

    @Override
    public void ipc() {
        stubs.ipc();
        if (fault.is("timeouts-ignored-by-ipc")) xor(ECX, ECX);
        if (fault.is("typed-items-ignored-by-ipc")) and(ESI, ~MessageTag.TYPED);
        if (fault.is("flags-ignored-by-ipc")) and(ESI, ~MessageTag.FLAGS);
        if (fault.is("string-truncated")) truncateString();
        if (fault.is("string-not-received")) mov(Utcb.br(EDI, 0).dword(), 0);
        if (fault.is("opened-wait-of-ipc")) openWait();
        if (fault.is("closed-wait-of-ipc")) closeWait();
    }

    /** A guard that adds one and masks takes a tag of all ones for a short message without typed items and flags. */
    private void wrapTag() {
        Label right = fresh("right");
        cmp(Reg16.SI, 0xFFFF);
        jne(right);
        and(ESI, 0xFFFF0000);
        here(right);
    }

    /** A guard that compares half of the id for which is waited takes some others for that of the partner. */
    private void forgetUpperHalfOfPartner() {
        Label other = fresh("other");
        cmp(Reg16.DX, Reg16.AX);
        jne(other);
        mov(EDX, EAX);
        here(other);
    }

    /** Keeps all registers but EBX and EBP. */
    private void truncateString() {
        Label whole = fresh("whole");
        test(ESI, MessageTag.TYPED);
        jz(whole);
        mov(EBP, ESI);
        and(EBP, MessageTag.UNTYPED);
        lea(EBP, EDI.at(EBP, 4, 4));
        test(EBP.at(0).dword(), MAPPED);
        jnz(whole);
        sub(EBP.at(0).dword(), BYTE);
        here(whole);
    }

    /** Whoever waits for one waits for all. */
    private void openWait() {
        Label nobody = fresh("nobody");
        test(EDX, EDX);
        jz(nobody);
        mov(EDX, ThreadId.ANY);
        here(nobody);
    }

    /** Whoever calls and waits for all waits for its partner. */
    private void closeWait() {
        Label other = fresh("other");
        cmp(EDX, ThreadId.ANY);
        jne(other);
        test(EAX, EAX);
        jz(other);
        mov(EDX, EAX);
        here(other);
    }

    @Override
    public void enterKernel() {
        Reg32 argument = Faults.register(fault.clobbered("argument"));
        if (argument == ESP) sub(ESP, 4);
        else if (argument != null) mov(argument, NONSENSE);
        boolean after = fault.is("wrong-error-code")
                || fault.is("error-hidden")
                || fault.number("lost-word-of-ipc-") >= 0
                || !fault.clobbered("by-ipc").isEmpty();
        if (!after) {
            stubs.enterKernel();
            return;
        }
        Label enter = fresh("enter");
        push(EBX);
        call(enter);
        afterKernel();
        ret();
        here(enter);
        pop(EBX);
        stubs.enterKernel();
    }

    private void afterKernel() {
        clobberState(fault.clobbered("by-ipc"));
        lose(fault.number("lost-word-of-ipc-"));
        Label succeeded = fresh("succeeded");
        if (fault.is("error-hidden")) and(ESI, ~MessageTag.ERROR);
        if (fault.is("wrong-error-code")) {
            test(ESI, MessageTag.ERROR);
            jz(succeeded);
            mov(EDI.at(Utcb.ERROR_CODE).dword(), IpcError.ABORTED);
            here(succeeded);
        }
    }

    // what comes out

    /** Behind the completion point, in the partner. */
    @Override
    public void probe(String name) {
        stubs.probe(name);
        String what = fault.clobbered("by-lipc");
        if (what.equals("esp")) sub(ESP, 4);
        else if (what.equals("eax")) mov(EDI, NONSENSE); // not exchanged yet
        else if (what.equals("edi")) mov(EAX, NONSENSE);
        else clobberState(what);
        loseOf(EAX, fault.number("lost-word-"));
    }

    private void lose(int word) {
        loseOf(EDI, word);
    }

    private void loseOf(Reg32 utcb, int word) {
        switch (word) {
            case -1 -> {}
            case 0 -> and(ESI, 0xFFFF);
            case 1 -> xor(EBX, EBX);
            case 2 -> xor(EBP, EBP);
            default -> mov(Utcb.mr(utcb, word).dword(), 0);
        }
    }

    private void clobberState(String what) {
        switch (what) {
            case "ds" -> load(Seg.DS);
            case "es" -> load(Seg.ES);
            case "fs" -> load(Seg.FS);
            case "gs" -> load(Seg.GS);
            case "df" -> setFlag(DF);
            case "nt" -> setFlag(NT);
            case "ac" -> setFlag(AC);
            case "fpu" -> {
                op("fninit");
                op("fld1");
            }
            case "fpu-control" -> {
                push(0x027F);
                op("fldcw", Mem.base(ESP, 0).word());
                lea(ESP, ESP.at(4));
            }
            default -> {}
        }
    }

    private void load(Seg segment) {
        push(0);
        pop(segment);
    }

    private void setFlag(int flag) {
        op("pushfd");
        op("or", ESP.at(0).dword(), new Imm(flag));
        op("popfd");
    }

    // what is declared

    @Override
    public void sequence(Label restart, Label forward, Label completion, RollForward rollForward) {
        RollForward faulty = () -> rollForward(rollForward);
        switch (fault.chosen()) {
            case "no-sequence" -> {}
            case "forward-too-late" -> stubs.sequence(restart, beside(forward, 2), completion, rollForward);
            case "forward-much-too-late" -> stubs.sequence(restart, beside(forward, 5), completion, rollForward);
            case "forward-too-early" -> stubs.sequence(restart, beside(forward, -1), completion, rollForward);
            case "forward-much-too-early" -> stubs.sequence(restart, beside(forward, -3), completion, rollForward);
            case "completion-too-early" -> stubs.sequence(restart, forward, beside(completion, -1), rollForward);
            case "restart-too-late" -> stubs.sequence(beside(forward, -2), forward, completion, rollForward);
            default -> stubs.sequence(restart, forward, completion, faulty);
        }
    }

    private Label beside(Label label, int instructions) {
        Label beside = fresh("beside");
        asm.revise(revision -> revision.bindBeside(beside, label, instructions));
        return beside;
    }

    @Override
    public void restartable(Label begin, Label end, Label restart) {
        if (fault.is("no-sequence") || fault.number("no-restart-of-part-") == parts++) return;
        stubs.restartable(begin, end, restart);
    }

    /** Rolls forward but for one write, which it takes back; or writes where user level says. */
    private void rollForward(RollForward whole) {
        Field status = stubs.thread().utcb.field("status");
        if (fault.is("trusted-pointer")) {
            mov(ECX, Mem.base(ESP, Frame.EAX.offset()));
            mov(ECX.at(status).dword(), 0);
        }
        if (fault.is("no-roll-forward")) return;
        whole.emit();
        switch (fault.chosen()) {
            case "forgotten-status" -> mov(ESI.at(status).dword(), 0);
            case "forgotten-partners-status" -> {
                mov(ECX, Mem.base(ESP, Frame.EDI.offset()));
                mov(EDI.at(status).dword(), ECX);
            }
            case "forgotten-thread" -> {
                mov(ECX, Mem.base(ESP, Frame.EDI.offset()));
                mov(Mem.absolute(stubs.currentUtcb()), ECX);
            }
            case "forgotten-stack" -> forget(Frame.ESP);
            case "forgotten-mr1" -> forget(Frame.EBX);
            case "forgotten-mr2" -> forget(Frame.EBP);
            case "forgotten-ip" -> forget(Frame.ECX);
            default -> {}
        }
    }

    private void forget(Field register) {
        mov(Mem.base(ESP, register.offset()).dword(), 0);
    }

    // what is as it was

    @Override
    public Assembler asm() {
        return asm;
    }

    @Override
    public Parameters parameters() {
        return stubs.parameters();
    }

    @Override
    public ThreadLayout thread() {
        return stubs.thread();
    }

    @Override
    public Label stub(SystemCall call) {
        return stubs.stub(call);
    }

    @Override
    public int currentUtcb() {
        return stubs.currentUtcb();
    }
}
