package org.sidestep.machine.ia32.instruction;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sidestep.isa.Decoder;
import org.sidestep.isa.Features;
import org.sidestep.isa.Instruction;
import org.sidestep.isa.InstructionForm;
import org.sidestep.isa.InstructionTable;
import org.sidestep.machine.ia32.cpu.Op;
import org.sidestep.machine.ia32.cpu.Semantics;
import org.sidestep.machine.ia32.fault.Fault;

/** Binds the rows of the instruction table to semantics, once, by mnemonic. */
public final class InstructionSet {
    private static final Semantics UNDEFINED = (cpu, op) -> {
        throw Fault.ud();
    };

    private static final Semantics TOO_LONG = (cpu, op) -> {
        throw Fault.gp(0);
    };

    private static final Binder[] BY_ROW = bindRows();

    private InstructionSet() {}

    /** A decoded instruction made ready to execute, with its clock handle. What is not among {@code features} is undefined. */
    public static Op ready(Instruction instruction, int features, Object timing) {
        if (instruction == Decoder.TOO_LONG) return new Op(instruction, TOO_LONG, Common.NONE, timing);
        boolean undefined = instruction == Decoder.UNDEFINED || !Features.include(features, instruction.form);
        if (undefined) return new Op(instruction, UNDEFINED, Common.NONE, timing);
        int common = Common.number(instruction);
        Semantics semantics = common == Common.NONE ? general(instruction) : Common.SEMANTICS;
        return new Op(instruction, semantics, common, timing);
    }

    /**
     * The semantics of an instruction as the class of its kind knows them, its row's check of mode and level included; those of
     * IOPL are with the instructions.
     */
    static Semantics general(Instruction instruction) {
        Semantics semantics = BY_ROW[instruction.form.index()].bind(instruction);
        return switch (instruction.form.privilege()) {
            case ANY, IO_BITMAP, IOPL -> semantics;
            case SUPERVISOR ->
                (cpu, op) -> {
                    if (cpu.cpl() != 0) throw Fault.gp(0);
                    semantics.execute(cpu, op);
                };
            case PROTECTED ->
                (cpu, op) -> {
                    if (!cpu.protectedMode()) throw Fault.ud();
                    semantics.execute(cpu, op);
                };
            case PROTECTED_SUPERVISOR ->
                (cpu, op) -> {
                    if (!cpu.protectedMode()) throw Fault.ud();
                    if (cpu.cpl() != 0) throw Fault.gp(0);
                    semantics.execute(cpu, op);
                };
        };
    }

    private static Binder[] bindRows() {
        Map<String, Binder> byMnemonic = new HashMap<>();
        Arithmetic.define(byMnemonic);
        Multiplication.define(byMnemonic);
        Decimal.define(byMnemonic);
        Shifts.define(byMnemonic);
        Bits.define(byMnemonic);
        Moves.define(byMnemonic);
        Stack.define(byMnemonic);
        Strings.define(byMnemonic);
        Branches.define(byMnemonic);
        FarBranches.define(byMnemonic);
        Sysenter.define(byMnemonic);
        InputOutput.define(byMnemonic);
        Protection.define(byMnemonic);
        ProcessorControl.define(byMnemonic);
        X87.define(byMnemonic);
        X87State.define(byMnemonic);
        Mmx.define(byMnemonic);
        Sse.define(byMnemonic);
        SseConversions.define(byMnemonic);
        SseIntegers.define(byMnemonic);
        SseMoves.define(byMnemonic);
        List<InstructionForm> rows = InstructionTable.rows();
        Binder[] binders = new Binder[rows.size()];
        for (InstructionForm row : rows) {
            Binder binder = byMnemonic.get(row.mnemonic());
            if (binder == null) throw new IllegalStateException("no semantics for " + row.mnemonic());
            binders[row.index()] = binder;
        }
        return binders;
    }
}
