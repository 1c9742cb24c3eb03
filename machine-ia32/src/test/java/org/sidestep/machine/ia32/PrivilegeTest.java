package org.sidestep.machine.ia32;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Imm.imm;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;

import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.sidestep.asm.Assembler;
import org.sidestep.isa.Cr;
import org.sidestep.isa.Eflags;
import org.sidestep.isa.Far;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.CpuModel;
import org.sidestep.machine.Machine;
import org.sidestep.machine.ia32.timing.p6.PentiumPro;
import org.sidestep.plugin.Parameters;

class PrivilegeTest {
    private static final int GATE = Bare.FREE | 3;
    private static final int ENTRY = 0xB000;

    private final Bare bare = new Bare();

    @TestFactory
    Stream<DynamicTest> aPrivilegedInstructionInRing3RaisesGeneralProtection() {
        record Case(String name, Consumer<Assembler> code) {}
        return Stream.of(
                        new Case("hlt", a -> a.emit("hlt")),
                        new Case("cli", a -> a.emit("cli")),
                        new Case("sti", a -> a.emit("sti")),
                        new Case("clts", a -> a.emit("clts")),
                        new Case("wbinvd", a -> a.emit("wbinvd")),
                        new Case("invlpg", a -> a.emit("invlpg", Mem.absolute(0))),
                        new Case("lgdt", a -> a.emit("lgdt", Mem.absolute(0))),
                        new Case("lidt", a -> a.emit("lidt", Mem.absolute(0))),
                        new Case("ltr", a -> a.emit("ltr", Reg16.AX)),
                        new Case("mov cr3", a -> a.emit("mov", Cr.CR3, EAX)),
                        new Case("mov from cr0", a -> a.emit("mov", EAX, Cr.CR0)),
                        new Case("rdmsr", a -> a.emit("rdmsr")),
                        new Case("wrmsr", a -> a.emit("wrmsr")),
                        new Case("sysexit", a -> a.emit("sysexit")),
                        new Case("in", a -> a.emit("in", Reg8.AL, imm(0x60))))
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    Bare fresh = new Bare().user(c.code());
                    assertThat(fresh.vector()).isEqualTo(13);
                    assertThat(fresh.pushed(0)).isZero();
                    assertThat(fresh.pushed(1)).isEqualTo(Bare.CODE);
                }));
    }

    @Test
    void aCallGateSwitchesStacksAndCopiesParameters() {
        callGate(2);
        bare.assemble(ENTRY, a -> {
            a.emit("mov", EAX, Mem.base(ESP, 8));
            a.emit("mov", EBX, Mem.base(ESP, 12));
            a.emit("mov", ECX, Mem.base(ESP, 16));
            a.emit("retf", imm(8));
        });
        bare.user(a -> {
            a.emit("push", imm(111));
            a.emit("push", imm(222));
            a.emit("call", new Far(GATE, imm(0)));
            a.emit("mov", EDX, ESP);
            a.emit("mov", ESI, Seg.CS);
        });
        assertThat(bare.machine.register(EAX)).isEqualTo(222);
        assertThat(bare.machine.register(EBX)).isEqualTo(111);
        assertThat(bare.machine.register(ECX)).as("ESP of the caller").isEqualTo(Bare.STACK - 8);
        assertThat(bare.machine.register(EDX)).as("parameters released").isEqualTo(Bare.STACK);
        assertThat(bare.machine.register(ESI)).isEqualTo(Bare.USER_CODE);
    }

    @Test
    void aJumpCannotGoInwardThroughAGate() {
        callGate(0);
        bare.user(a -> a.emit("jmp", new Far(GATE, imm(0))));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isEqualTo(Bare.KERNEL_CODE);
    }

    private void callGate(int parameters) {
        bare.words(Bare.GDT + Bare.FREE, Bare.KERNEL_CODE << 16 | ENTRY, 0xEC00 | parameters);
    }

    @Test
    void ring3CannotCallKernelCodeDirectly() {
        bare.user(a -> a.emit("call", new Far(Bare.KERNEL_CODE, imm(ENTRY))));
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(0)).isEqualTo(Bare.KERNEL_CODE);
    }

    @Test
    void sysenterAndSysexitTakeTheirTargetsFromMsrsAndRegisters() {
        bare.kernel(a -> {
            for (int[] msr :
                    List.of(new int[] {0x174, 8}, new int[] {0x175, Bare.KERNEL_STACK}, new int[] {0x176, ENTRY})) {
                a.emit("mov", ECX, imm(msr[0]));
                a.emit("mov", EAX, imm(msr[1]));
                a.emit("xor", EDX, EDX);
                a.emit("wrmsr");
            }
        });
        bare.assemble(ENTRY, a -> {
            a.emit("mov", EBX, ESP);
            a.emit("sysexit");
        });
        bare.user(a -> {
            a.emit("mov", ECX, imm(0x6000));
            a.emit("mov", EDX, imm(Bare.CODE + 0x40));
            a.emit("sysenter");
            a.align(0x40);
            a.emit("mov", ESI, Seg.SS);
        });
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.machine.register(EBX)).isEqualTo(Bare.KERNEL_STACK);
        assertThat(bare.machine.register(ESI)).isEqualTo(Bare.USER_DATA);
        assertThat(bare.pushed(1)).isEqualTo(Bare.CODE + 0x42);
        assertThat(bare.pushed(4)).isEqualTo(0x6000);
    }

    @Test
    void aPentiumProNeitherClaimsNorKnowsSysenter() {
        CpuModel model = new PentiumPro();
        Parameters defaults = Parameters.defaults(model);
        for (String instruction : List.of("sysenter", "sysexit")) {
            Machine machine = new Ia32Machine(4 << 20, model.identity(defaults), model.timing(defaults));
            Bare pentiumPro = new Bare(machine).kernel(a -> a.emit(instruction));
            assertThat(pentiumPro.vector()).as(instruction).isEqualTo(6);
        }
        assertThat(model.identity(defaults).cpuid(1)[3] & 1 << 11).isZero();
    }

    @Test
    void theIoBitmapOpensSinglePorts() {
        bare.words(Bare.TSS + 0x68 + 0x1C, ~(1 << 0x9));
        bare.user(a -> {
            a.emit("mov", EAX, imm('x'));
            a.emit("out", imm(0xE9), Reg8.AL);
            a.emit("out", imm(0xE8), Reg8.AL);
        });
        assertThat(bare.machine.console()).isEqualTo("x");
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(1)).as("the second OUT").isEqualTo(Bare.CODE + 7);
    }

    @Test
    void popfInRing3ChangesNeitherIfNorIoplAndDoesNotFault() {
        bare.user(0x202, a -> {
            a.emit("push", imm(Eflags.IOPL | Eflags.DF | 2));
            a.emit("popf");
        });
        assertThat(bare.vector()).isEqualTo(13);
        assertThat(bare.pushed(3) & 0xFFFF).isEqualTo(Eflags.IF | Eflags.DF | 2);
    }

    @Test
    void rdtscIsPrivilegedUnderTimeStampDisable() {
        bare.user(a -> a.emit("rdtsc"));
        assertThat(bare.pushed(1)).as("only HLT faults").isEqualTo(Bare.CODE + 2);
        bare.kernel(a -> {
            a.emit("mov", EAX, imm(4));
            a.emit("mov", Cr.CR4, EAX);
        });
        bare.user(a -> a.emit("rdtsc"));
        assertThat(bare.pushed(1)).isEqualTo(Bare.CODE);
    }

    @Test
    void anUnknownModelSpecificRegisterRaisesGeneralProtection() {
        bare.kernel(a -> {
            a.emit("mov", ECX, imm(0x12345));
            a.emit("rdmsr");
        });
        assertThat(bare.vector()).isEqualTo(13);
    }
}
