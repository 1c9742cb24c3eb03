package org.sidestep.machine.ia32.translator;

import static org.objectweb.asm.Opcodes.IFEQ;
import static org.sidestep.machine.ia32.cpu.Cpu.ECX;
import static org.sidestep.machine.ia32.cpu.Cpu.EDX;
import static org.sidestep.machine.ia32.cpu.Cpu.ESP;

import java.util.Map;
import org.objectweb.asm.Type;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.OperandForm.Kind;
import org.sidestep.machine.Sites;
import org.sidestep.machine.Timing.Event;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.translator.Inlined.Choice;

/** Changes between user and kernel, which are plain ({@link Crossing}) or the interpreter's: each ends its block. */
final class TransferInlines {
    private static final int WORD = 4;
    private static final int CR3 = 3;

    private TransferInlines() {}

    static void define(Map<String, Choice> set) {
        set.put("int", TransferInlines::interrupt);
        set.put("iret", TransferInlines::iret);
        set.put("sysenter", TransferInlines::sysenter);
        set.put("sysexit", TransferInlines::sysexit);
    }

    private static Inline interrupt(Instruction i) {
        return (b, op) -> {
            b.spill(ESP);
            b.spillFlags();
            crossing(b);
            b.push(op.imm & 0xFF);
            b.push(b.behind(op));
            b.push(b.sites().count());
            b.push(b.block());
            cross(b, "interrupt", "(IIII)Z");
            b.reload(ESP);
            b.accesses(Sites.LOAD, Crossing.INTERRUPT_LOADS);
            b.accesses(Sites.STORE, Crossing.INTERRUPT_STORES);
            b.endElsewhere(Event.INTERRUPT_INWARD);
        };
    }

    private static Inline iret(Instruction i) {
        if (i.operandSize != WORD) return null;
        return (b, op) -> {
            b.spill(ESP);
            b.spillFlags();
            crossing(b);
            b.push(b.sites().count());
            b.push(b.block());
            cross(b, "iret", "(II)Z");
            b.reload(ESP);
            b.reloadFlags();
            b.accesses(Sites.LOAD, Crossing.RETURN_LOADS);
            b.endElsewhere(Event.IRET_OUTWARD);
        };
    }

    /** Whether memory may look different behind an instruction. */
    static boolean changesView(Instruction i) {
        return switch (i.form.mnemonic()) {
            case "int", "iret", "sysenter", "sysexit" -> true;
            default -> loadsCr3(i);
        };
    }

    static boolean loadsCr3(Instruction i) {
        boolean control = i.form.mnemonic().equals("mov") && Inlined.kind(i, 0) == Kind.C;
        return control && i.reg() == CR3;
    }

    /** A load of CR3, after which no page is known. */
    static void loadCr3(BlockBody b, Op op) {
        crossing(b);
        b.reg(op.src, WORD);
        b.push(b.behind(op));
        cross(b, "loadCr3", "(II)Z");
        b.endElsewhere(Event.CR3_LOAD);
    }

    private static Inline sysenter(Instruction i) {
        return (b, op) -> {
            crossing(b);
            cross(b, "sysenter", "()Z");
            b.reload(ESP);
            b.endElsewhere(Event.SYSENTER);
        };
    }

    private static Inline sysexit(Instruction i) {
        return (b, op) -> {
            b.spill(ECX);
            b.spill(EDX);
            crossing(b);
            cross(b, "sysexit", "()Z");
            b.reload(ESP);
            b.endElsewhere(Event.SYSEXIT);
        };
    }

    private static void crossing(BlockBody b) {
        b.object(Body.FRAME);
        b.field(Body.FRAME_NAME, "crossing", Type.getDescriptor(Crossing.class));
    }

    private static void cross(BlockBody b, String name, String type) {
        b.call(Crossing.class, name, type);
        b.branch(IFEQ, b.exit());
    }
}
