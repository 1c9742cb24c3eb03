package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ESP;

import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Dr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Far;
import org.sidestep.isa.Reg32;
import org.sidestep.isa.Seg;

/** Two tasks: the one that {@link Bare} starts, and another whose TSS each test arranges. */
class TaskSwitchTest {
    private static final int MAIN = 0x28;
    private static final int OTHER = 0x40;
    private static final int GATE = 0x48;
    private static final int TSS = 0x6000;
    private static final int TASK = 0xB000;
    private static final int TASK_STACK = 0x7800;

    /** Access byte of an available 32-bit TSS, present, DPL 0. */
    private static final int TSS32 = 0x8900;

    private static final int TSS16 = 0x8100;
    private static final int TASK_GATE = 0x8500;
    private static final int BUSY = 0x0200;
    private static final int PRESENT = 0x8000;

    private final Bare bare = new Bare();
    private final int[] state = new int[26];

    @BeforeEach
    void anotherTask() {
        descriptor(OTHER, 103, TSS32);
        bare.words(Bare.GDT + GATE, OTHER << 16, TASK_GATE);
        state[8] = TASK;
        state[9] = 2;
        for (int register = 0; register < 8; register++) state[10 + register] = 0x1000 + register;
        state[14] = TASK_STACK;
        Arrays.fill(state, 18, 24, Bare.KERNEL_DATA);
        state[19] = Bare.KERNEL_CODE;
        bare.words(TSS, state);
        bare.assemble(TASK, a -> a.emit("hlt"));
    }

    private void descriptor(int selector, int limit, int access) {
        bare.words(Bare.GDT + selector, TSS << 16 | limit, access);
    }

    private int access(int selector) {
        return bare.word(Bare.GDT + selector + 4) & 0xFF00;
    }

    private void jump(int selector) {
        bare.kernel(a -> {
            a.emit("mov", EBX, imm(77));
            a.emit("jmp", new Far(selector, imm(0)));
        });
    }

    @Test
    void aJumpSavesTheOldTaskLoadsTheNewOneAndMovesTheBusyMark() {
        jump(OTHER);
        assertThat(bare.machine.eip()).isEqualTo(TASK + 1);
        assertThat(bare.machine.register(EBX)).isEqualTo(0x1003);
        assertThat(bare.machine.register(ESP)).isEqualTo(TASK_STACK);
        assertThat(bare.word(Bare.TSS + 0x34)).as("saved EBX").isEqualTo(77);
        assertThat(bare.word(Bare.TSS + 0x20)).as("saved EIP").isEqualTo(Bare.CODE + 12);
        assertThat(bare.word(Bare.TSS + 0x4C)).as("saved CS").isEqualTo(Bare.KERNEL_CODE);
        assertThat(access(MAIN)).isEqualTo(TSS32);
        assertThat(access(OTHER)).isEqualTo(TSS32 | BUSY);
        assertThat(bare.machine.eflags() & Eflags.NT).isZero();
        assertThat(bare.machine.control(Cr.CR0) & 8).as("TS").isEqualTo(8);
    }

    @Test
    void aCallNestsAndIretGoesBack() {
        bare.assemble(TASK, a -> {
            a.emit("mov", EAX, ESP);
            a.emit("iret");
            a.emit("hlt");
        });
        bare.kernel(a -> {
            a.emit("call", new Far(OTHER, imm(0)));
            a.emit("mov", EBX, imm(5));
        });
        assertThat(bare.machine.register(EBX)).isEqualTo(5);
        assertThat(bare.machine.eflags() & Eflags.NT).isZero();
        assertThat(bare.word(TSS) & 0xFFFF).as("back link").isEqualTo(MAIN);
        assertThat(bare.word(TSS + 0x20)).as("where the task goes on").isEqualTo(TASK + 3);
        assertThat(bare.word(TSS + 0x24) & Eflags.NT).as("saved NT").isZero();
        assertThat(bare.word(TSS + 0x28)).isEqualTo(TASK_STACK);
        assertThat(access(MAIN)).isEqualTo(TSS32 | BUSY);
        assertThat(access(OTHER)).isEqualTo(TSS32);
    }

    @Test
    void aFaultThroughATaskGatePushesItsErrorCodeOnTheNewStackAndCanBeRestarted() {
        bare.words(Bare.IDT + 8 * 13, OTHER << 16, TASK_GATE);
        bare.user(a -> {
            a.emit("mov", EAX, imm(0x555));
            a.emit("mov", Seg.DS, EAX);
        });
        assertThat(bare.machine.eip()).isEqualTo(TASK + 1);
        assertThat(bare.machine.cpl()).isZero();
        assertThat(bare.machine.register(ESP)).isEqualTo(TASK_STACK - 4);
        assertThat(bare.pushed(0)).isEqualTo(0x554);
        assertThat(bare.word(Bare.TSS + 0x20)).as("saved EIP").isEqualTo(Bare.CODE + 5);
        assertThat(bare.word(Bare.TSS + 0x24) & Eflags.RF).as("saved RF").isNotZero();
        assertThat(bare.machine.eflags() & Eflags.NT).isNotZero();
    }

    @Test
    void a16BitTssHoldsTheLowHalvesAndTheUpperOnesOfTheGeneralRegistersBecomeOnes() {
        descriptor(OTHER, 43, TSS16);
        short[] image = new short[22];
        image[7] = (short) TASK;
        image[8] = 2;
        for (int register = 0; register < 8; register++) image[9 + register] = (short) (0x2000 + register);
        Arrays.fill(image, 17, 21, (short) Bare.KERNEL_DATA);
        image[18] = Bare.KERNEL_CODE;
        for (int i = 0; i < image.length; i += 2) {
            bare.words(TSS + 2 * i, image[i] & 0xFFFF | image[i + 1] << 16);
        }
        jump(GATE);
        assertThat(bare.machine.eip()).isEqualTo(TASK + 1);
        for (Reg32 register : Reg32.values()) {
            assertThat(bare.machine.register(register)).as(register.name()).isEqualTo(0xFFFF2000 | register.number());
        }
        assertThat(bare.machine.eflags() >>> 16).as("upper half of EFLAGS").isZero();
        assertThat(bare.machine.selector(Seg.FS)).isZero();
        assertThat(access(OTHER)).isEqualTo(TSS16 | BUSY);
    }

    @Test
    void aBusyTaskCannotBeEntered() {
        jump(MAIN);
        assertFaultOfTheOldTask(13, MAIN);
        descriptor(OTHER, 103, TSS32 | BUSY);
        jump(GATE);
        assertFaultOfTheOldTask(13, OTHER);
    }

    @Test
    void anAbsentOrTooSmallTssIsAFaultOfTheOldTask() {
        descriptor(OTHER, 103, TSS32 & ~PRESENT);
        jump(OTHER);
        assertFaultOfTheOldTask(11, OTHER);
        descriptor(OTHER, 102, TSS32);
        jump(OTHER);
        assertFaultOfTheOldTask(10, OTHER);
        descriptor(OTHER, 42, TSS16);
        jump(OTHER);
        assertFaultOfTheOldTask(10, OTHER);
    }

    @Test
    void aTssThatIsPagedOutIsAFaultOfTheOldTask() {
        bare.paged();
        bare.words(Bare.TABLE + 4 * (TSS >> 12), TSS | 6);
        jump(OTHER);
        assertFaultOfTheOldTask(14, 0);
        assertThat(bare.machine.control(Cr.CR2) & ~0xFFF).isEqualTo(TSS);
    }

    private void assertFaultOfTheOldTask(int vector, int errorCode) {
        assertThat(bare.vector()).isEqualTo(vector);
        assertThat(bare.pushed(0)).isEqualTo(errorCode);
        assertThat(bare.pushed(1)).isEqualTo(Bare.CODE + 5);
        assertThat(access(MAIN)).isEqualTo(TSS32 | BUSY);
    }

    @Test
    void aSegmentThatCannotBeLoadedIsAFaultOfTheNewTask() {
        bare.words(TSS + 4 * 22, 0x1F0);
        jump(OTHER);
        assertThat(bare.vector()).isEqualTo(10);
        assertThat(bare.pushed(0)).isEqualTo(0x1F0);
        assertThat(bare.pushed(1)).as("EIP").isEqualTo(TASK);
        assertThat(bare.machine.register(ESP)).isEqualTo(TASK_STACK - 16);
        assertThat(access(OTHER)).isEqualTo(TSS32 | BUSY);
    }

    @Test
    void theTrapBitOfTheTssRaisesADebugExceptionBeforeTheFirstInstruction() {
        bare.words(TSS + 100, 1);
        bare.assemble(Bare.HANDLERS + 0x80, a -> {
            a.emit("mov", EAX, Dr.DR6);
            a.emit("hlt");
        });
        bare.gate(1, Bare.KERNEL_CODE, Bare.HANDLERS + 0x80, 0x8E00);
        jump(OTHER);
        assertThat(bare.machine.register(EAX)).isEqualTo(0xFFFF8FF0);
        assertThat(bare.pushed(0)).isEqualTo(TASK);
    }

    @Test
    void onlyGlobalBreakpointsOutliveATaskSwitch() {
        bare.assemble(TASK, a -> {
            a.emit("mov", EAX, Dr.DR7);
            a.emit("hlt");
        });
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(0x3FF));
            a.emit("mov", Dr.DR7, EAX);
            a.emit("jmp", new Far(OTHER, imm(0)));
        });
        assertThat(bare.machine.register(EAX)).isEqualTo(0x6AA);
    }
}
