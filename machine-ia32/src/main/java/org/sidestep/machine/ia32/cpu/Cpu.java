package org.sidestep.machine.ia32.cpu;

import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Features;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Observer;
import org.sidestep.machine.Timing;
import org.sidestep.machine.ia32.device.Board;
import org.sidestep.machine.ia32.fpu.Float80;
import org.sidestep.machine.ia32.fpu.Fpu;
import org.sidestep.machine.ia32.fpu.Simd;
import org.sidestep.machine.ia32.memory.Ram;
import org.sidestep.machine.ia32.mmu.AccessListener;
import org.sidestep.machine.ia32.mmu.CodePages;
import org.sidestep.machine.ia32.mmu.LinearMemory;
import org.sidestep.machine.ia32.mmu.Mmu;
import org.sidestep.machine.ia32.observe.DataWatches;
import org.sidestep.machine.ia32.observe.Notices;

/**
 * The architectural state of the processor, and its way to memory. What instructions do is in package {@code instruction}:
 * static methods on this state. What the manuals leave open to all instructions, such as faults of an access, is raised here.
 */
public final class Cpu {
    public static final int EAX = 0;
    public static final int ECX = 1;
    public static final int EDX = 2;
    public static final int EBX = 3;
    public static final int ESP = 4;
    public static final int EBP = 5;
    public static final int ESI = 6;
    public static final int EDI = 7;

    /** Index of a register that always reads as zero: the base or index that an address does not have. */
    static final int NO_REGISTER = 8;

    /** Flags that decide how the next instructions are executed. */
    private static final int PLANNED = Eflags.TF | Eflags.RF | Eflags.AC | Eflags.VM;

    public static final int ES = 0;
    public static final int CS = 1;
    public static final int SS = 2;

    private static final AccessListener NOBODY = new AccessListener() {
        @Override
        public boolean wants(int linear, int bytes, boolean write) {
            return false;
        }

        @Override
        public void accessed(int linear, int bytes, boolean write, long before, long after) {}
    };

    /** The general registers, in modrm order, and {@link #NO_REGISTER}. */
    public final int[] r = new int[9];

    public final Flags flags = new Flags();

    /** The current instruction; unchanged while it executes. */
    public int eip;

    /** Where execution goes on after the current instruction. */
    public int next;

    public final SegmentRegister[] segments = new SegmentRegister[6];
    public final SegmentRegister ldtr = new SegmentRegister(false);
    public final SegmentRegister tr = new SegmentRegister(false);
    public final TableRegister gdtr = new TableRegister();
    public final TableRegister idtr = new TableRegister();
    public final ControlRegisters control;
    public final DebugRegisters debug = new DebugRegisters(this);
    public final ModelSpecificRegisters msr;
    public final Fpu fpu = new Fpu();
    public final Simd simd = new Simd();
    public final Notices notices;

    /** What is under way in the current instruction, and when to look around. */
    public final Flow flow = new Flow();

    public boolean halted;

    /** A non-maskable interrupt is being handled: until IRET no other is taken. */
    public boolean nmiBlocked;

    private int cpl;
    public final Board board;
    public final CpuModel.Identity identity;
    /** What CPUID claims (leaf 1, EDX) is what there is; see {@link Features}. */
    public final int features;

    public final Mmu mmu;
    public final Timing timing;
    public LinearMemory memory;

    /** Descriptor tables and the TSS: always accessed as by a supervisor. */
    public LinearMemory system;

    /** Who outside wants to know of accesses to data. */
    public final DataWatches watches = new DataWatches(this::attention);

    private final AccessListener userAccesses = new AccessReport(this, AccessReport.Way.USER);
    private final AccessListener supervisorAccesses = new AccessReport(this, AccessReport.Way.SUPERVISOR);
    private final AccessListener implicitAccesses = new AccessReport(this, AccessReport.Way.IMPLICIT);

    /** Data as levels 0 to 2, and as level 3, see them under the current flags and breakpoints. */
    private LinearMemory supervisor;

    private LinearMemory user;

    /** A processor as the Multiboot machine state leaves it: flat protected mode, paging and interrupts off. */
    public Cpu(Ram ram, Board board, CodePages code, CpuModel.Identity identity, Timing timing) {
        this.board = board;
        this.identity = identity;
        msr = new ModelSpecificRegisters(identity);
        features = identity.cpuid(1)[3];
        this.timing = timing;
        mmu = new Mmu(ram, code, identity, timing);
        system = mmu.memory(false);
        supervisor = system;
        user = mmu.memory(true);
        memory = system;
        notices = new Notices(this::attention);
        control = new ControlRegisters(this, features);
        mmu.setControl(control.cr0, control.cr4);
        for (int i = 0; i < segments.length; i++) segments[i] = new SegmentRegister(i == SS);
        Reset.flat(this);
    }

    /** The current privilege level: 0 in real mode, 3 in virtual-8086 mode. */
    public int cpl() {
        return cpl;
    }

    /** Whether CR0.PE is clear. */
    public boolean realMode() {
        return (control.cr0 & ControlRegisters.PE) == 0;
    }

    /** Whether EFLAGS.VM is set. */
    public boolean virtual8086() {
        return (flags.system & Eflags.VM) != 0;
    }

    /** Selectors name descriptors; otherwise, in real and virtual-8086 mode, paragraphs. */
    public boolean protectedMode() {
        return !realMode() && !virtual8086();
    }

    /** Whoever loads CS sets the level that comes with it. */
    public void setCpl(int level) {
        cpl = level;
        memory = memoryAt(level);
    }

    /** The privilege level that follows from mode and code segment, after these have been changed from outside. */
    public void settleLevel() {
        setCpl(realMode() ? 0 : virtual8086() ? 3 : segments[CS].selector & 3);
        attention();
    }

    /** Memory as a privilege level sees it. */
    public LinearMemory memoryAt(int level) {
        return level == 3 ? user : supervisor;
    }

    /** Between two instructions: whether accesses to data are checked for alignment or reported. */
    public void chooseMemory() {
        boolean watched = debug.watchesData() || watches.any();
        boolean aligned = (flags.system & Eflags.AC) != 0 && (control.cr0 & ControlRegisters.AM) != 0;
        system = watches.any() ? mmu.reportedSystem(implicitAccesses) : mmu.memory(false);
        supervisor = watched ? mmu.checkedMemory(false, false, supervisorAccesses) : mmu.memory(false);
        user = watched || aligned
                ? mmu.checkedMemory(true, aligned, watched ? userAccesses : NOBODY)
                : mmu.memory(true);
        memory = memoryAt(cpl);
    }

    /** Whether instructions must be executed one at a time: TF, RF or an instruction breakpoint concerns each. */
    public boolean careful() {
        return (flags.system & (Eflags.TF | Eflags.RF)) != 0 || debug.watchesCode();
    }

    /** Makes the interpreter look around before the next instruction. */
    public void attention() {
        flow.attention();
    }

    /** An instruction has loaded EFLAGS: the interpreter looks around if it might do otherwise now than before. */
    public void flagsLoaded(int systemBefore) {
        int changed = flags.system ^ systemBefore;
        boolean enabled = (changed & flags.system & Eflags.IF) != 0;
        if ((changed & PLANNED) != 0 || enabled && board.interruptRequested()) attention();
    }

    /** A debug trap follows the current instruction. */
    public void debugTrap(int dr6Bits) {
        flow.debugTrap(dr6Bits);
    }

    /** A byte register, in modrm order: AL, CL, DL, BL, AH, CH, DH, BH. */
    public int reg8(int number) {
        return r[number & 3] >> ((number & 4) << 1) & 0xFF;
    }

    /** The lower half of a general register. */
    public int reg16(int number) {
        return r[number] & 0xFFFF;
    }

    /** Sets a byte register; the rest of the general register stays. */
    public void reg8(int number, int value) {
        int shift = (number & 4) << 1;
        r[number & 3] = r[number & 3] & ~(0xFF << shift) | (value & 0xFF) << shift;
    }

    /** Sets the lower half of a general register; the upper half stays. */
    public void reg16(int number, int value) {
        r[number] = r[number] & 0xFFFF0000 | value & 0xFFFF;
    }

    /** A general register of 1, 2 or 4 bytes, zero-extended. */
    public int reg(int number, int bytes) {
        return bytes == 4 ? r[number] : bytes == 2 ? reg16(number) : reg8(number);
    }

    /** Sets a general register of 1, 2 or 4 bytes; the rest of it stays. */
    public void reg(int number, int bytes, int value) {
        if (bytes == 4) r[number] = value;
        else if (bytes == 2) reg16(number, value);
        else reg8(number, value);
    }

    /** Offset of the memory operand. */
    public int address(Op op) {
        return r[op.base] + (r[op.index] << op.scale) + op.displacement & op.addressMask;
    }

    /** The byte at the memory operand, zero-extended. */
    public int load8(Op op) {
        return memory.load8(segments[op.segment].readable(address(op), 1));
    }

    /** The word at the memory operand, zero-extended. */
    public int load16(Op op) {
        return memory.load16(segments[op.segment].readable(address(op), 2));
    }

    /** The doubleword at the memory operand. */
    public int load32(Op op) {
        return memory.load32(segments[op.segment].readable(address(op), 4));
    }

    /** The quadword at the memory operand. */
    public long load64(Op op) {
        return memory.load64(segments[op.segment].readable(address(op), 8));
    }

    /** The quadword {@code offset} bytes into the memory operand. */
    public long load64(Op op, int offset) {
        return memory.load64(segments[op.segment].readable(address(op) + offset & op.addressMask, 8));
    }

    /** Stores a quadword {@code offset} bytes into the memory operand. */
    public void store64(Op op, int offset, long value) {
        memory.store64(segments[op.segment].writable(address(op) + offset & op.addressMask, 8), value);
    }

    /** A number of ten bytes. */
    public Float80 load80(Op op) {
        probeLoad(op, 10);
        long significand = load64(op);
        return new Float80(load(op.segment, address(op) + 8 & op.addressMask, 2), significand);
    }

    /** Stores a quadword at the memory operand. */
    public void store64(Op op, long value) {
        memory.store64(segments[op.segment].writable(address(op), 8), value);
    }

    /** Two stores: the first happens even if the second faults, as it does on the host's processor. */
    public void store80(Op op, Float80 value) {
        store64(op, value.significand());
        store(op.segment, address(op) + 8 & op.addressMask, 2, value.signExponent());
    }

    /** Raises whatever loading {@code bytes} at the memory operand would raise. */
    public void probeLoad(Op op, int bytes) {
        SegmentRegister segment = segments[op.segment];
        int first = segment.readable(address(op), Math.min(bytes, 8));
        if (bytes > 8) segment.readable(address(op) + bytes - 8 & op.addressMask, 8);
        memory.probeRead(first, bytes);
    }

    /** Raises whatever storing {@code bytes} at the memory operand would raise. */
    public void probeStore(Op op, int bytes) {
        SegmentRegister segment = segments[op.segment];
        int first = segment.writable(address(op), Math.min(bytes, 8));
        if (bytes > 8) segment.writable(address(op) + bytes - 8 & op.addressMask, 8);
        memory.probeWrite(first, bytes);
    }

    /** Stores a byte at the memory operand. */
    public void store8(Op op, int value) {
        memory.store8(segments[op.segment].writable(address(op), 1), value);
    }

    /** Stores a word at the memory operand. */
    public void store16(Op op, int value) {
        memory.store16(segments[op.segment].writable(address(op), 2), value);
    }

    /** Stores a doubleword at the memory operand. */
    public void store32(Op op, int value) {
        memory.store32(segments[op.segment].writable(address(op), 4), value);
    }

    /** Loads the memory operand for modification; {@link LinearMemory#updated32} and its like complete it. */
    public int update8(Op op) {
        return memory.update8(segments[op.segment].writable(address(op), 1));
    }

    /** As {@link #update8}, for a word. */
    public int update16(Op op) {
        return memory.update16(segments[op.segment].writable(address(op), 2));
    }

    /** As {@link #update8}, for a doubleword. */
    public int update32(Op op) {
        return memory.update32(segments[op.segment].writable(address(op), 4));
    }

    /** Loads {@code bytes} (1, 2 or 4) through a segment. */
    public int load(int segment, int offset, int bytes) {
        int linear = segments[segment].readable(offset, bytes);
        return bytes == 4 ? memory.load32(linear) : bytes == 2 ? memory.load16(linear) : memory.load8(linear);
    }

    /** Stores {@code bytes} (1, 2 or 4) through a segment. */
    public void store(int segment, int offset, int bytes, int value) {
        int linear = segments[segment].writable(offset, bytes);
        if (bytes == 4) memory.store32(linear, value);
        else if (bytes == 2) memory.store16(linear, value);
        else memory.store8(linear, value);
    }

    /** Whether a stack address is 32 bits wide. */
    public int stackMask() {
        return segments[SS].big ? -1 : 0xFFFF;
    }

    /** Sets ESP, or SP if stack addresses are 16 bits wide. */
    public void setStackPointer(int value) {
        int mask = stackMask();
        r[ESP] = r[ESP] & ~mask | value & mask;
    }

    /** Pushes {@code bytes} (2 or 4); the stack pointer moves after the store has gone well. */
    public void push(int value, int bytes) {
        int sp = r[ESP] - bytes & stackMask();
        store(SS, sp, bytes, value);
        setStackPointer(sp);
    }

    /** Pops {@code bytes} (2 or 4). */
    public int pop(int bytes) {
        int value = peekStack(0, bytes);
        setStackPointer(r[ESP] + bytes);
        return value;
    }

    /** Reads the stack {@code offset} bytes above its top without popping. */
    public int peekStack(int offset, int bytes) {
        return load(SS, r[ESP] + offset & stackMask(), bytes);
    }

    /** Raises whatever pushing {@code count} values of {@code bytes} would raise. */
    public void probePush(int count, int bytes) {
        for (int i = 1; i <= count; i++) {
            memory.probeWrite(segments[SS].writable(r[ESP] - i * bytes & stackMask(), bytes), bytes);
        }
    }

    /** A near branch: with 16-bit operand size the upper half of EIP is cleared. */
    public void branch(int target, int operandSize) {
        int masked = operandSize == 2 ? target & 0xFFFF : target;
        segments[CS].fetchable(masked);
        next = masked;
    }

    /** The linear address of an offset in the code segment. */
    public int linearCode(int offset) {
        return segments[CS].base + offset;
    }

    /** Whether EFLAGS.TF is set. */
    public boolean singleStepping() {
        return (flags.system & Eflags.TF) != 0;
    }

    /** Power comes on, or the RESET pin is pulled: execution goes on in real mode at the reset vector. */
    public void reset() {
        Reset.powerOn(this);
    }

    /** The INIT pin is pulled: as {@link #reset}, but caches, floating point and model-specific registers stay. */
    public void init() {
        Reset.init(this);
    }

    /** Goes on in real mode at {@code segment:offset}, as firmware hands over to what it has loaded. */
    public void enterRealMode(int segment, int offset) {
        Reset.init(this);
        for (int i = 0; i < segments.length; i++) Segmentation.loadParagraph(this, i, i == CS ? segment : 0);
        goTo(offset);
    }

    /** Leaves a global descriptor table behind, as firmware or a boot loader does. */
    public void setDescriptorTable(int base, int limit) {
        gdtr.base = base;
        gdtr.limit = limit;
    }

    /** Loads a segment register as firmware does, in real or virtual-8086 mode. */
    public void setParagraph(Seg segment, int paragraph) {
        Segmentation.loadParagraph(this, segment.number(), paragraph);
    }

    /** Sets CF, as firmware does when it answers a call. */
    public void setCarry(boolean set) {
        flags.carry(set);
    }

    /** Some memory has become read-only, or writable again. */
    public void remapped() {
        mmu.remapped();
    }

    /** The wire A20M#: the address bits that reach memory. */
    public void setAddressMask(int mask) {
        mmu.setAddressMask(mask);
    }

    /** The clock. */
    public Timing timing() {
        return timing;
    }

    /** Tells an observer, between two instructions, of what it wants to know. */
    public void observe(Observer observer) {
        notices.observe(observer);
        if (!observer.seesMisses()) return;
        mmu.listen(notices::tlbMissed);
        timing.listen(notices::cacheMissed);
    }

    /** Sets a general register, as firmware or a debugger does. */
    public void setRegister(Reg32 register, int value) {
        r[register.number()] = value;
    }

    /** Goes on elsewhere, as a debugger asks; a halted processor wakes up for it. */
    public void goTo(int offset) {
        eip = offset;
        halted = false;
        flow.divert();
    }

    /** EFLAGS, with all lazily kept flags worked out. */
    public int eflags() {
        return flags.value();
    }

    /** The selector in a segment register; in real mode its paragraph. */
    public int selector(Seg segment) {
        return segments[segment.number()].selector;
    }

    /** A control register; those that do not exist read as zero. */
    public int control(Cr register) {
        return switch (register) {
            case CR0, CR2, CR3, CR4 -> control.read(register.number());
            default -> 0;
        };
    }

    /** The D bit of the code segment, as a size in bits. */
    public int codeSize() {
        return segments[CS].big ? 32 : 16;
    }

    /** The linear address of the next instruction. */
    public int codeAddress() {
        return linearCode(eip);
    }

    /** Whether a model-specific register is the one that the board's APIC keeps. */
    public boolean isApicBase(int number) {
        return number == ModelSpecificRegisters.APIC_BASE && board.hasApic();
    }

    /** Reads a model-specific register that exists. */
    public long readModelSpecific(int number) {
        return isApicBase(number) ? board.apicBase() : msr.read(number, timing.cycles());
    }

    /** Writes a model-specific register that exists. */
    public void writeModelSpecific(int number, long value) {
        if (isApicBase(number)) board.setApicBase(value);
        else msr.write(number, value, timing.cycles());
    }

    /** Misses of both TLBs so far. */
    public long tlbMisses() {
        return mmu.misses();
    }

    /** Loads of CR3 so far. */
    public long cr3Loads() {
        return mmu.cr3Loads();
    }

    /** The physical address behind {@code linear}, without any effect, or -1. */
    public long peek(int linear) {
        return mmu.peek(linear);
    }

    /** The whole state, for {@link #restore}; called between two instructions. */
    public State save() {
        return new State(new CpuState(this), mmu.save());
    }

    /** A saved state. */
    public record State(CpuState registers, Mmu.State mmu) {}

    /** Goes back to a saved state. */
    public void restore(State state) {
        state.registers.applyTo(this);
        mmu.restore(state.mmu);
    }
}
