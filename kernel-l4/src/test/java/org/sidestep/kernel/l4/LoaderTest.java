package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.ECX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.EDX;
import static org.sidestep.isa.Reg32.ESI;
import static org.sidestep.isa.Reg32.ESP;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.ARCHITECTURE;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.BOOT_MODULE;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.BOOT_TABLES;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.CONVENTIONAL;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.DEDICATED;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.RESERVED;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.SERVER_IMAGE;
import static org.sidestep.kernel.l4.kip.MemoryDescriptors.SHARED;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.sidestep.asm.Assembler;
import org.sidestep.asm.ElfImage;
import org.sidestep.asm.Label;
import org.sidestep.asm.Program;
import org.sidestep.experiment.Cell;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.kernel.KernelImage;
import org.sidestep.kernel.l4.kip.Kip;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.machine.Limits;
import org.sidestep.machine.Machine;
import org.sidestep.machine.Stop;
import org.sidestep.testkit.TestCell;
import org.sidestep.workload.BootPrograms;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.Workload;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** X.2's boot loaders find the interface page in the kernel's image, fill it, and enter the kernel as nobody else does. */
class LoaderTest {

    private static final int ROOT = 0x400000;
    private static final int LOADER = 0x2000000;
    private static final int MAGIC = 0x4BE6344C;

    /** The image that a loader is given. */
    private static final class Alone implements Workload {

        @Override
        public String id() {
            return "alone";
        }

        @Override
        public String summary() {
            return "no root task";
        }

        @Override
        public void build(UserProgram program) {
            program.start(BootPrograms.NONE);
        }
    }

    private final Cell cell = TestCell.of(new Alone()).cell();
    private final KernelImage kernel = cell.assemble();
    private final List<Program.Segment> segments =
            new ArrayList<>(kernel.program().segments());
    private int descriptors;

    @Test
    void theImageLeavesProgramsTheMemoryFrom4MegabytesOn() {
        for (Program.Segment segment : segments) {
            assertThat(segment.physical()).as(segment.name()).isGreaterThanOrEqualTo(0x100000);
            assertThat(segment.physical() + segment.memorySize())
                    .as(segment.name())
                    .isLessThanOrEqualTo(0x400000);
        }
    }

    @Test
    void aLoaderFindsTheInterfacePageByItsMagicAtOnePlaceOnly() {
        List<Integer> found = new ArrayList<>();
        for (Program.Segment segment : segments) {
            ByteBuffer bytes = ByteBuffer.wrap(segment.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = 0; at + 4 <= bytes.limit(); at += 4) {
                if (bytes.getInt(at) == MAGIC) found.add(segment.physical() + at);
            }
        }
        assertThat(found).containsExactly(MemoryMap.KIP_PAGE);
    }

    @Test
    void theInterfacePageHasRoomForTwentyDescriptorsOfMemory() {
        int info = page().getInt(Kip.MEMORY_INFO);
        assertThat(info & 0xFFFF).as("a loader appends its own").isZero();
        int first = info >>> 16;
        assertThat(first).isNotZero();
        assertThat(page().limit()).as("nothing else lies there").isLessThanOrEqualTo(first + 8 * 20);
    }

    private void describeRootTask() {
        describe(SERVER_IMAGE, ROOT, ROOT + 0x1000);
        server(Kip.ROOT_SERVER, ROOT, ROOT + 0x1000, ROOT);
    }

    @Test
    void aLoaderThatFillsTheInterfacePageStartsTheRootTask() {
        describeMemory();
        describe(RESERVED, 0x2FE0000, 0x3FE0000);
        describeRootTask();
        Machine machine = run();
        assertThat(machine.console()).endsWith("root\r\n");
        assertThat(kernelMemory(machine))
                .as("the highest block in what the loader has reserved")
                .isEqualTo(0x3000000);
    }

    @Test
    void withoutReservedMemoryTheKernelTakesConventionalMemoryThatNobodyHas() {
        describeMemory();
        describe(BOOT_TABLES, 0x3700000, 0x3701000);
        describeRootTask();
        Machine machine = run();
        assertThat(machine.console()).endsWith("root\r\n");
        assertThat(kernelMemory(machine)).isEqualTo(0x2800000);
    }

    @Test
    void aPageThatNobodyHasFilledIsSaidToBeSo() {
        Machine machine = run();
        assertThat(machine.console())
                .endsWith(
                        "Sidestep: started neither by Multiboot nor by a loader that fills the kernel interface page\r\n");
    }

    @Test
    void aLoaderThatKnowsOfNoRootTaskIsToldSo() {
        describeMemory();
        Machine machine = run();
        assertThat(machine.console()).endsWith("Sidestep: no root task\r\n");
    }

    /** But for a page that is reserved. */
    @Test
    void sigma0GivesTheRootTaskMemoryOfEveryType() {
        describeMemory();
        describe(RESERVED, 0x2FE0000, 0x3FE0000);
        describeRootTask();
        int[] types = {CONVENTIONAL, DEDICATED, SHARED, BOOT_TABLES, BOOT_MODULE, ARCHITECTURE, RESERVED};
        for (int n = 0; n < types.length; n++) describe(types[n], page(n), page(n) + MemoryMap.PAGE);
        Machine machine = run(asm -> {
            asm.emit("mov", ESP, new Imm(ROOT + MemoryMap.PAGE));
            for (int n = 0; n < types.length; n++) request(asm, page(n));
            asm.emit("mov", EAX, new Imm(0));
            asm.emit("out", new Imm(0xF4), Reg8.AL);
        });
        assertThat(machine.console()).endsWith("yyyyyyn");
    }

    private static int page(int n) {
        return 0x1000000 + n * 0x100000;
    }

    /** Prints whether sigma0 gives it. */
    private static void request(Assembler asm, int page) {
        asm.emit("mov", EDI, Mem.absolute(0).dword().in(Seg.GS));
        asm.emit("mov", Utcb.br(EDI, 0), new Imm(Fpage.COMPLETE));
        asm.emit("mov", Utcb.mr(EDI, 1), new Imm(Fpage.ofLog2(page, 12, 0)));
        asm.emit("mov", Utcb.mr(EDI, 2), new Imm(0));
        asm.emit("lock nop");
        asm.emit("mov", EBX, EAX.at(SystemCall.IPC.link()));
        asm.emit("add", EBX, EAX);
        asm.emit("mov", EAX, new Imm(Threads.SIGMA0));
        asm.emit("mov", EDX, EAX);
        asm.emit("mov", ECX, new Imm(Time.NEVER));
        asm.emit("mov", ESI, new Imm(Protocol.SIGMA0.tag()));
        asm.emit("call", EBX);
        asm.emit("mov", Reg8.AL, new Imm('n'));
        asm.emit("test", EBP, EBP);
        Label refused = asm.fresh("refused");
        asm.emit("jz", refused);
        asm.emit("mov", Reg8.AL, new Imm('y'));
        asm.bind(refused);
        asm.emit("out", new Imm(0xE9), Reg8.AL);
    }

    /** As the reference's loader describes 64 MB. */
    private void describeMemory() {
        describe(SHARED, 0, 0);
        describe(CONVENTIONAL, 0, 0x9FC00);
        describe(CONVENTIONAL, 0x100000, 0x3FE0000);
        describe(SHARED, 0xA0000, 0xC0000);
    }

    private void describe(int type, int low, int end) {
        int at = (page().getInt(Kip.MEMORY_INFO) >>> 16) + 8 * descriptors++;
        grow(at + 8);
        page().putInt(at, low | type).putInt(at + 4, end - 1 & ~0x3FF);
        page().putInt(Kip.MEMORY_INFO, page().getInt(Kip.MEMORY_INFO) & ~0xFFFF | descriptors);
    }

    private void server(int offset, int low, int end, int entry) {
        page().putInt(offset + Kip.IP, entry).putInt(offset + Kip.LOW, low).putInt(offset + Kip.HIGH, end);
    }

    /** What the assembler left out at the end of the section is there in memory. */
    private void grow(int size) {
        for (int i = 0; i < segments.size(); i++) {
            Program.Segment segment = segments.get(i);
            if (!segment.name().equals("kip") || segment.bytes().length >= size) continue;
            byte[] longer = Arrays.copyOf(segment.bytes(), size);
            segments.set(i, new Program.Segment("kip", segment.address(), segment.physical(), longer, size));
        }
    }

    private ByteBuffer page() {
        return segments.stream()
                .filter(segment -> segment.name().equals("kip"))
                .map(segment -> ByteBuffer.wrap(segment.bytes()).order(ByteOrder.LITTLE_ENDIAN))
                .findFirst()
                .orElseThrow();
    }

    private Machine run() {
        return run(LoaderTest::greeting);
    }

    private static void greeting(Assembler asm) {
        asm.emit("mov", ECX, new Imm(0));
        asm.bind(asm.label("next"));
        asm.emit("mov", Reg8.AL, Mem.at(asm.label("text"), ECX, 1).byte_());
        asm.emit("out", new Imm(0xE9), Reg8.AL);
        asm.emit("inc", ECX);
        asm.emit("cmp", Reg8.AL, new Imm('\n'));
        asm.emit("jne", asm.label("next"));
        asm.emit("mov", EAX, new Imm(0));
        asm.emit("out", new Imm(0xF4), Reg8.AL);
        asm.bind(asm.label("text"));
        asm.bytes("root\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** Puts root task and loader behind the kernel, and runs the loader. */
    private Machine run(Consumer<Assembler> root) {
        Assembler asm = new Assembler();
        asm.section("root", ROOT, ROOT);
        root.accept(asm);
        asm.section("loader", LOADER, LOADER);
        asm.emit("xor", EAX, EAX);
        asm.emit("xor", EBX, EBX);
        asm.emit("mov", ECX, new Imm(MemoryMap.BOOT_CODE + 12));
        asm.emit("jmp", ECX);
        segments.addAll(asm.link().segments());
        Program program = new Program(
                List.copyOf(segments),
                kernel.program().symbols(),
                kernel.program().lines());
        Machine machine = cell.boot(new KernelImage(
                program,
                ElfImage.of(program, LOADER),
                kernel.currentUtcb(),
                kernel.globalIdOffset(),
                kernel.probes(),
                kernel.observables()));
        Stop stop = machine.run(Limits.cycles(100_000_000));
        assertThat(stop.kind()).isIn(Stop.Kind.EXIT, Stop.Kind.HALTED);
        return machine;
    }

    private int kernelMemory(Machine machine) {
        return machine.peek(kernel.program().address("memory.kernel"));
    }
}
