package org.sidestep.kernel.l4.kip;

import static org.sidestep.kernel.l4.layout.MemoryMap.BOOT_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.IMAGE_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP_PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.LARGE_PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.Time;

/**
 * The kernel interface page, as far as it is data. Offsets are those of the X.2 reference manual, "Kernel Interface Page".
 * Addresses of its labels are those in a space that has it at {@link MemoryMap#KIP}.
 */
public final class Kip extends KernelRoutines {

    public static final int API_VERSION = 0x84050000;
    public static final int API_FLAGS = 0;
    public static final int KERNEL_ID = 0x53010000;

    private static final int MAGIC = 0x4BE6344C; // "L4", E6, "K"

    // offsets that the interface fixes

    private static final int IDENTIFICATION = 0x00;
    public static final int SIGMA0_SERVER = 0x20;
    public static final int ROOT_SERVER = 0x40;
    public static final int MEMORY_INFO = 0x54;
    private static final int RESERVED_MEMORY = 0x68;
    private static final int UTCB_INFO = 0xA8;
    private static final int KIP_AREA_INFO = 0xAC;
    public static final int BOOT_INFO = 0xB8;
    private static final int PROCESSOR_DESCRIPTORS = 0xBC;
    private static final int CLOCK_INFO = 0xC0;
    private static final int THREAD_INFO = 0xC4;
    private static final int PAGE_INFO = 0xC8;
    private static final int PROCESSOR_INFO = 0xCC;

    // the words of a server

    public static final int SP = 0;
    public static final int IP = 4;
    public static final int LOW = 8;
    public static final int HIGH = 12;

    // offsets that words of the page tell

    public static final int EXTERNAL_FREQUENCY = 0x120;
    public static final int INTERNAL_FREQUENCY = 0x124;
    private static final int KERNEL_DESCRIPTION = 0x130;
    private static final int KERNEL_SUPPLIER = KERNEL_DESCRIPTION + 12;
    public static final int MEMORY = 0x1A0;
    static final int STUBS = 0x800;

    /** log2 of a page, and of a processor's descriptor. */
    private static final int PAGE_SHIFT = 12;

    private static final int PROCESSOR_SHIFT = 4;

    /** Microseconds that SystemClock tells apart. */
    private static final int READ_PRECISION = 1;

    /** Feature: a thread's pager may exchange its registers. */
    private static final String PAGER_EXCHANGES = "pagerexregs";

    private static final int KERNEL_VERSION = 1 << 16;
    /** When the interface was last changed: year - 2000, month, day. */
    private static final int GENERATED = 26 << 9 | 5 << 5 | 1;

    /**
     * High word of the descriptor of conventional memory, the third of a page that no boot loader has filled; the kernel
     * completes it when it boots.
     */
    public static final int CONVENTIONAL_HIGH = MEMORY + 2 * MemoryDescriptors.SIZE + 4;

    /** Words by offset; what is not here is 0. */
    private final TreeMap<Integer, Runnable> words = new TreeMap<>();

    public Kip(Kernel kernel) {
        super(kernel);
    }

    /** A word of the page as the kernel writes it, through the window. */
    public static Mem kernelWord(int offset) {
        return Mem.absolute(window(KIP_PAGE) + offset).dword();
    }

    /** The stubs; they come early, since the kernel must know their critical sequences. */
    @Override
    public void emit() {
        asm.section("kip", KIP, KIP_PAGE);
        int stubs = STUBS - kernel.placement.stubs();
        asm.section("kip.stubs", KIP + stubs, KIP_PAGE + stubs);
        if (kernel.placement.order() != null) asm.shuffle(kernel.placement.order());
        kernel.spentOn(Cause.USER_STUB, () -> kernel.policy.userStubs(new KipStubs(kernel)));
        kernel.text();
    }

    /** The data, filled as a boot loader does, with what is in memory when it starts. */
    public void describe(Loaded loaded) {
        identification();
        server(SIGMA0_SERVER, loaded.sigma0());
        server(ROOT_SERVER, loaded.root());
        capabilities();
        memory(loaded);
        set(BOOT_INFO, loaded.bootInformation());
        links();
        asm.continueSection("kip");
        words.forEach((offset, word) -> {
            asm.reserve(offset - asm.position());
            word.run();
        });
        kernel.text();
    }

    private void set(int offset, int... values) {
        for (int i = 0; i < values.length; i++) {
            int value = values[i];
            words.put(offset + 4 * i, () -> asm.word(imm(value)));
        }
    }

    private void identification() {
        set(IDENTIFICATION, MAGIC, API_VERSION, API_FLAGS, KERNEL_DESCRIPTION);
        set(KERNEL_DESCRIPTION, KERNEL_ID, GENERATED, KERNEL_VERSION);
        // supplier, version string, the features that the interface names, and the empty string that ends them
        byte[] text = ("SdStSidestep L4 X.2\0" + PAGER_EXCHANGES + "\0\0").getBytes(StandardCharsets.US_ASCII);
        words.put(KERNEL_SUPPLIER, () -> asm.bytes(text));
    }

    /** Stack pointer (none: a server loads its own), entry and region of a server. */
    private void server(int offset, Loaded.Server server) {
        words.put(offset + IP, () -> asm.word(server.entry()));
        words.put(offset + LOW, () -> asm.word(server.low()));
        words.put(offset + HIGH, () -> asm.word(server.end()));
    }

    private void capabilities() {
        int utcbAlignment = Integer.numberOfTrailingZeros(UTCB_SIZE);
        set(UTCB_INFO, PAGE_SHIFT << 16 | utcbAlignment << 10 | 1);
        set(KIP_AREA_INFO, PAGE_SHIFT);
        set(PROCESSOR_DESCRIPTORS, EXTERNAL_FREQUENCY);
        set(CLOCK_INFO, Time.pair(Time.period(kernel.parameters().integer("tick")), Time.period(READ_PRECISION)));
        set(THREAD_INFO, Threads.USER_BASE << 20 | Threads.SYSTEM_BASE << 8 | Threads.NUMBER_BITS);
        set(PAGE_INFO, PAGE | LARGE_PAGE | Fpage.READ | Fpage.WRITE);
        int oneProcessor = PROCESSOR_SHIFT << 28;
        set(PROCESSOR_INFO, oneProcessor);
    }

    private void memory(Loaded loaded) {
        set(MEMORY_INFO, MEMORY << 16 | (loaded.counted() ? loaded.memory().size() : 0));
        set(RESERVED_MEMORY, BOOT_CODE, IMAGE_END);
        int offset = MEMORY;
        for (Loaded.Memory each : loaded.memory()) {
            set(offset, each.lowWord());
            words.put(offset + 4, () -> each.emitHighWord(asm));
            offset += MemoryDescriptors.SIZE;
        }
    }

    private void links() {
        for (SystemCall call : SystemCall.values()) {
            words.put(call.link(), () -> asm.word(at.stubs.get(call), -KIP));
        }
    }
}
