package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.*;

import org.junit.jupiter.api.Test;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg16;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.machine.ia32.timing.p6.P3Coppermine;
import org.sidestep.plugin.Parameters;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.UserSegment;

/** What a program can ask without knowing anything: the kernel interface page and the clock. */
class KernelInterfaceTest {

    @Test
    void theRootTaskRunsAtRing3AndPrintsOnSerialPortAndDebugConsole() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                mov(EAX, Seg.CS);
                keep("cs", EAX);
                mov(Reg8.AL, 'h');
                op("out", new Imm(0xE9), Reg8.AL);
                mov(Reg16.DX, 0x3F8);
                mov(Reg8.AL, 'i');
                op("out", Reg16.DX, Reg8.AL);
            }
        });
        assertThat(kernel.kept("cs") & 0xFFFF).isEqualTo(UserSegment.CODE);
        assertThat(kernel.output()).isEqualTo("hi");
    }

    @Test
    void lockNopReturnsTheInterfacePageAndVersionsAndKeepsTheOtherRegisters() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                mov(EBX, 0x11111111);
                mov(EDI, 0x22222222);
                mov(EBP, 0x33333333);
                op("stc");
                op("lock nop");
                op("pushf");
                keep("eax", EAX);
                keep("ecx", ECX);
                keep("edx", EDX);
                keep("esi", ESI);
                keep("ebx", EBX);
                keep("edi", EDI);
                keep("ebp", EBP);
                pop(EAX);
                keep("flags", EAX);
            }
        });
        assertThat(kernel.kept("eax")).isEqualTo(MemoryMap.KIP);
        assertThat(kernel.kept("ecx")).isEqualTo(0x84050000);
        assertThat(kernel.kept("edx")).isZero();
        assertThat(kernel.kept("esi") >>> 24).isEqualTo(0x53);
        assertThat(kernel.kept("ebx")).isEqualTo(0x11111111);
        assertThat(kernel.kept("edi")).isEqualTo(0x22222222);
        assertThat(kernel.kept("ebp")).isEqualTo(0x33333333);
        assertThat(kernel.kept("flags") & 1).isEqualTo(1);
    }

    @Test
    void theInterfacePageDescribesTheKernel() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                word("magic", 0x00);
                word("version", 0x04);
                word("memory", 0x54);
                word("utcb", 0xA8);
                word("threads", 0xC4);
                word("pages", 0xC8);
                word("conventional.high", 0x1A0 + 2 * 8 + 4);
                word("ipc", 0xE0);
            }

            private void word(String name, int offset) {
                mov(EAX, Mem.absolute(MemoryMap.KIP + offset).dword());
                keep(name, EAX);
            }
        });
        assertThat(kernel.kept("magic")).isEqualTo(0x4BE6344C);
        assertThat(kernel.kept("version")).isEqualTo(0x84050000);
        assertThat(kernel.kept("memory")).isEqualTo(0x01A00007);
        assertThat(kernel.kept("utcb")).isEqualTo(0x000C2401);
        assertThat(kernel.kept("threads")).isEqualTo(48 << 20 | 16 << 8 | 17);
        assertThat(kernel.kept("pages")).isEqualTo(0x00401006);
        assertThat(kernel.kept("conventional.high")).as("64 MB").isEqualTo(0x03FFFC00);
        assertThat(kernel.measured("ipc")).isEqualTo(kernel.image().program().address("kip.ipc") - MemoryMap.KIP);
    }

    @Test
    void everyOtherWordOfTheInterfacePageSaysWhatThereIs() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                for (int offset : new int[] {0x08, 0x0C, 0x20, 0x24, 0x40, 0x44, 0x48, 0xAC, 0xB8, 0xBC, 0xC0, 0xCC})
                    word(offset);
                for (int offset = 0x130; offset < 0x130 + 48; offset += 4) word(offset);
            }

            private void word(int offset) {
                mov(EAX, Mem.absolute(MemoryMap.KIP + offset).dword());
                keep(Integer.toHexString(offset), EAX);
            }
        });
        assertThat(kernel.kept("8")).as("little endian, 32 bits").isZero();
        assertThat(kernel.kept("c")).as("kernel description").isEqualTo(0x130);
        assertThat(kernel.kept("20")).as("sigma0 loads its own stack pointer").isZero();
        assertThat(kernel.kept("24")).isEqualTo(kernel.image().program().address("sigma0.entry"));
        assertThat(kernel.kept("40")).as("so does the root task").isZero();
        assertThat(kernel.kept("44")).isEqualTo(kernel.image().program().address("user.root"));
        assertThat(kernel.kept("48")).isEqualTo(MemoryMap.USER_CODE);
        assertThat(kernel.kept("ac")).as("size of the interface page").isEqualTo(12);
        assertThat(kernel.kept("b8")).as("no boot information").isZero();
        assertThat(kernel.kept("bc")).as("processors").isEqualTo(0x120);
        assertThat(kernel.kept("c0"))
                .as("a tick of 1000 us, a clock that tells microseconds")
                .isEqualTo(1000 << 16 | 1);
        assertThat(kernel.kept("cc")).as("one processor, 16 bytes").isEqualTo(4 << 28);
        assertThat(kernel.kept("130") >>> 24).as("kernel id").isEqualTo(0x53);
        assertThat(text(kernel, 0x13C, 4)).as("supplier").isEqualTo("SdSt");
        assertThat(kernel.kept("138") >>> 24).as("its version").isEqualTo(0);
        assertThat(kernel.kept("134")).as("generated on some day").isNotZero();
        assertThat(text(kernel, 0x140, 29))
                .as("version string, and of the features that have a name the one that it has (ExchangeRegistersTest)")
                .isEqualTo("Sidestep L4 X.2\0pagerexregs\0\0");
    }

    private static String text(TestKernel kernel, int offset, int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int word = kernel.kept(Integer.toHexString(offset + i & ~3));
            text.append((char) (word >>> 8 * (i & 3) & 0xFF));
        }
        return text.toString();
    }

    @Test
    void theClockFrequencyIsTheProcessorsToATenthOfAPercent() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                mov(EAX, Mem.absolute(MemoryMap.KIP + 0x124).dword());
                keep("kHz", EAX);
            }
        });
        assertThat((double) kernel.measured("kHz")).isBetween(kiloHertz() * 0.999, kiloHertz() * 1.001);
    }

    @Test
    void systemClockReturnsMicrosecondsSinceTheCycleCounterStarted() {
        TestKernel kernel = TestKernel.run(program -> new RootTask(program) {
            @Override
            void main() {
                systemCall(SystemCall.SYSTEM_CLOCK);
                keep("low", EAX);
                keep("high", EDX);
            }
        });
        double expected = kernel.machine().cycles() * 1000.0 / kiloHertz();
        assertThat(kernel.kept("high")).isZero();
        assertThat((double) kernel.measured("low")).isBetween(expected * 0.998, expected * 1.002);
    }

    private static int kiloHertz() {
        P3Coppermine cpu = new P3Coppermine();
        return cpu.identity(Parameters.defaults(cpu)).kiloHertz();
    }
}
