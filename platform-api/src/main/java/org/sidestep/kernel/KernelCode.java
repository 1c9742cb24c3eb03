package org.sidestep.kernel;

import org.sidestep.asm.Assembler;
import org.sidestep.asm.Label;
import org.sidestep.plugin.Parameters;

/**
 * What a plugin's kernel code may stand on. One instance per plugin and cell.
 *
 * <p>Conventions of all kernel code: interrupts are off, DS = ES = SS are flat, the direction flag is clear. EBX names the
 * current TCB wherever a hook does not say otherwise.
 */
public interface KernelCode {

    Assembler asm();

    /** The parameters of the plugin that emits. */
    Parameters parameters();

    ThreadLayout thread();

    /** The cell's validation; none yet while the validation's own hooks are made. */
    ValidationHooks validation();

    /** Linear address of the user-writable word that names the current UTCB (the word behind {@code %gs:0}). */
    int currentUtcb();

    /**
     * Jump here to kill the thread that the kernel believes in, for what it did at user level.
     *
     * <p>In: EBX TCB of that thread, ESP anywhere in its kernel stack. Does not return.
     */
    Label killCurrent();

    /**
     * Call: finds a TCB by local id, through kernel memory only.
     *
     * <p>In: EAX claimed local id, EBX any TCB of the space. Out: ZF clear and EDX the TCB, whose localId equals EAX; or ZF
     * set if no thread of the space has that local id. Clobbers ECX.
     */
    Label findLocal();

    /** Continues the kernel's zeroed data, for a plugin's own words. {@link #text} goes back to code. */
    void bss();

    /** Continues the kernel's code, where every hook begins and ends. */
    void text();

    /** Bytes from a TCB's address to the top of its kernel stack, where a {@link Frame} ends. */
    int stackTop();

    /**
     * Call: the kernel follows a switch that happened at user level. Sets the states of both threads, the stack for the next
     * entry, and tells the scheduler; if that wants another thread, the kernel switches to it before it returns to user level.
     *
     * <p>In: EBX the TCB that stopped running and now waits; EDX the TCB that runs instead, admitted by the validation. Keeps
     * EBX, EDX, ESI, EDI, EBP; clobbers EAX, ECX. ESP stays on the stack of EBX: the caller moves what is on it.
     */
    Label adopt();

    /** Emits {@code code} elsewhere, after the current routine: for what is reached by a jump and seldom runs. */
    void outOfLine(Runnable code);

    /**
     * Emits {@code code} as spent on {@code cause} in a cycle bill. Without it, a policy's code counts as what its hook does,
     * a validation's as validation, a scheduler's as scheduling.
     */
    void spentOn(Cause cause, Runnable code);

    /** A place that counts for a probe (see {@link KernelProbes}): binds a fresh label here and registers it. */
    void probe(String name);
}
