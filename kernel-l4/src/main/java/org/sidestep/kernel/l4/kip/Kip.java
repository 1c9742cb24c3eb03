package org.sidestep.kernel.l4.kip;

import static org.sidestep.kernel.l4.layout.MemoryMap.BOOT_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.HEAP_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP;
import static org.sidestep.kernel.l4.layout.MemoryMap.KIP_PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.LARGE_PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.PAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE;
import static org.sidestep.kernel.l4.layout.MemoryMap.SIGMA0_IMAGE_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_CODE;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_DATA;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_END;
import static org.sidestep.kernel.l4.layout.MemoryMap.USER_MEMORY;
import static org.sidestep.kernel.l4.layout.MemoryMap.UTCB_SIZE;
import static org.sidestep.kernel.l4.layout.MemoryMap.window;

import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.sidestep.asm.Label;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.Cause;
import org.sidestep.kernel.l4.assembly.Kernel;
import org.sidestep.kernel.l4.assembly.KernelRoutines;
import org.sidestep.kernel.l4.layout.MemoryMap;
import org.sidestep.kernel.l4.layout.Threads;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.SystemCall;

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
    private static final int SIGMA0_SERVER = 0x20;
    private static final int ROOT_SERVER = 0x40;
    private static final int MEMORY_INFO = 0x54;
    private static final int RESERVED_MEMORY = 0x68;
    private static final int UTCB_INFO = 0xA8;
    private static final int KIP_AREA_INFO = 0xAC;
    private static final int PROCESSOR_DESCRIPTORS = 0xBC;
    private static final int THREAD_INFO = 0xC4;
    private static final int PAGE_INFO = 0xC8;
    private static final int PROCESSOR_INFO = 0xCC;

    // offsets that words of the page tell

    public static final int EXTERNAL_FREQUENCY = 0x120;
    public static final int INTERNAL_FREQUENCY = 0x124;
    private static final int KERNEL_DESCRIPTION = 0x130;
    private static final int KERNEL_SUPPLIER = KERNEL_DESCRIPTION + 12;
    private static final int MEMORY = 0x1A0;
    static final int STUBS = 0x800;

    /** log2 of a page, and of a processor's descriptor. */
    private static final int PAGE_SHIFT = 12;

    private static final int PROCESSOR_SHIFT = 4;

    private static final int KERNEL_VERSION = 1 << 16;
    /** When the interface was last changed: year - 2000, month, day. */
    private static final int GENERATED = 26 << 9 | 5 << 5 | 1;

    // types of memory

    private static final int VIRTUAL = 1 << 9;
    private static final int CONVENTIONAL_MEMORY = 0x1;
    private static final int RESERVED = 0x2;
    private static final int SHARED = 0x4;
    /** The boot loader's, subtype 2: images of the first servers. */
    private static final int SERVER_IMAGES = 0x2E;

    /** Addresses in descriptors are multiples of 1 KB. */
    private static final int KILOBYTES = ~0x3FF;

    /** The index of conventional memory in {@link #MEMORY_DESCRIPTORS}. */
    private static final int CONVENTIONAL = 3;
    /** High word of the descriptor of conventional memory, which the kernel completes when it boots. */
    public static final int CONVENTIONAL_HIGH = MEMORY + 8 * CONVENTIONAL + 4;

    /** Later ones override earlier ones. */
    private static final int[][] MEMORY_DESCRIPTORS = {
        // spotless:off
        // type,                        low,         high
        {SHARED,                        0,           0xFFFFFFFF},
        {RESERVED,                      0,           0x0009FFFF},
        {RESERVED,                      BOOT_CODE,   HEAP_END - 1},
        {CONVENTIONAL_MEMORY,           USER_MEMORY, USER_MEMORY},
        {SERVER_IMAGES,                 USER_CODE,   USER_DATA - 1},
        {CONVENTIONAL_MEMORY | VIRTUAL, 0,           USER_END - 1},
        // spotless:on
    };

    /** Words by offset; what is not here is 0. */
    private final TreeMap<Integer, Runnable> words = new TreeMap<>();

    public Kip(Kernel kernel) {
        super(kernel);
    }

    /** A word of the page as the kernel writes it, through the window. */
    public static Mem kernelWord(int offset) {
        return Mem.absolute(window(KIP_PAGE) + offset).dword();
    }

    @Override
    public void emit() {
        identification();
        servers();
        capabilities();
        memory();
        links();
        asm.section("kip", KIP, KIP_PAGE);
        words.forEach((offset, word) -> {
            asm.reserve(offset - asm.position());
            word.run();
        });
        asm.section("kip.stubs", KIP + STUBS, KIP_PAGE + STUBS);
        kernel.spentOn(Cause.USER_STUB, () -> kernel.policy.userStubs(new KipStubs(kernel)));
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
        // supplier, version string, and the empty string that ends the list of features
        byte[] text = "SdStSidestep L4 X.2\0\0".getBytes(StandardCharsets.US_ASCII);
        words.put(KERNEL_SUPPLIER, () -> asm.bytes(text));
    }

    private void servers() {
        server(SIGMA0_SERVER, at.sigma0Entry, SIGMA0_IMAGE, SIGMA0_IMAGE_END);
        server(ROOT_SERVER, at.userRoot, USER_CODE, USER_DATA);
    }

    /** Stack pointer (none: a server loads its own), entry and region of a server. */
    private void server(int offset, Label entry, int low, int high) {
        words.put(offset + 4, () -> asm.word(entry));
        set(offset + 8, low, high);
    }

    private void capabilities() {
        int utcbAlignment = Integer.numberOfTrailingZeros(UTCB_SIZE);
        set(UTCB_INFO, PAGE_SHIFT << 16 | utcbAlignment << 10 | 1);
        set(KIP_AREA_INFO, PAGE_SHIFT);
        set(PROCESSOR_DESCRIPTORS, EXTERNAL_FREQUENCY);
        set(THREAD_INFO, Threads.USER_BASE << 20 | Threads.SYSTEM_BASE << 8 | Threads.NUMBER_BITS);
        set(PAGE_INFO, PAGE | LARGE_PAGE | Fpage.READ | Fpage.WRITE);
        int oneProcessor = PROCESSOR_SHIFT << 28;
        set(PROCESSOR_INFO, oneProcessor);
    }

    private void memory() {
        set(MEMORY_INFO, MEMORY << 16 | MEMORY_DESCRIPTORS.length);
        set(RESERVED_MEMORY, BOOT_CODE, HEAP_END);
        int offset = MEMORY;
        for (int[] d : MEMORY_DESCRIPTORS) {
            set(offset, d[1] & KILOBYTES | d[0], d[2] & KILOBYTES);
            offset += 8;
        }
    }

    private void links() {
        for (SystemCall call : SystemCall.values()) {
            words.put(call.link(), () -> asm.word(at.stubs.get(call), -KIP));
        }
    }
}
