package org.sidestep.kernel.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.kernel.l4.memory.PageBits;
import org.sidestep.verify.x2.MappingModel;
import org.sidestep.workload.UserProgram;
import org.sidestep.x2.Fpage;
import org.sidestep.x2.MapItem;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Utcb;

/** Random sequences of map, grant, access and Unmap in three spaces do what the model says. */
class MappingTest {

    private static final int SPACES = 3;
    private static final int OPERATIONS = 60;

    /** Where each space has its small pages, and its large ones. */
    private static final int[] SMALL = {0x02000000, 0x20000000, 0x24000000};

    private static final int[] LARGE = {0x02800000, 0x30000000, 0x38000000};
    private static final int SMALL_PAGES = 8;
    private static final int LARGE_PAGES = 2;
    private static final int SMALL_SHIFT = 15;
    private static final int LARGE_SHIFT = 23;

    private static final int FLUSH = 0x40;

    private enum Kind {
        MAP,
        GRANT,
        UNMAP,
        READ,
        WRITE
    }

    /** One step of one space, {@code to} the receiver of a message. */
    private record Operation(Kind kind, int by, int to, int sendBase, int fpage, int window, boolean flush) {}

    /** Threads in spaces of their own, which take turns. */
    private static final class Script extends RootTask {

        private static final int[] THREADS = {ROOT, THREAD, OTHER};

        private final List<Operation> operations;

        Script(UserProgram program, List<Operation> operations) {
            super(program);
            this.operations = operations;
        }

        @Override
        void main() {
            settle();
            for (int n = 0; n < LARGE_PAGES; n++) requestLargePage(LARGE[0] + n * MappingModel.LARGE);
            for (int n = 0; n < SMALL_PAGES; n++)
                inc(Mem.absolute(SMALL[0] + n * MappingModel.PAGE).dword());
            for (int n = 0; n < LARGE_PAGES; n++)
                inc(Mem.absolute(LARGE[0] + n * MappingModel.LARGE).dword());
            for (int space = 1; space < SPACES; space++) {
                begin(THREADS[space], "space" + space);
            }
            steps(0);
        }

        @Override
        void others() {
            for (int space = 1; space < SPACES; space++) {
                here("space" + space);
                settle();
                ipc(ROOT, ThreadId.NIL, 0);
                steps(space);
                ipc(ThreadId.NIL, THREADS[space], 0);
            }
            here("code.end");
        }

        /** What one space does: its own steps, when its turn has come, and its part in those of others. */
        private void steps(int space) {
            int first = operations.get(0).by();
            if (space == 0 && first != 0) ipc(THREADS[first], ThreadId.NIL, 0);
            int turn = 0;
            for (int i = 0; i < operations.size(); i++) {
                Operation operation = operations.get(i);
                if (operation.by() == space) {
                    if (turn != space) ipc(ThreadId.NIL, THREADS[turn], 0);
                    perform(i, operation);
                    int after =
                            i + 1 < operations.size() ? operations.get(i + 1).by() : 0;
                    if (after != space) ipc(THREADS[after], ThreadId.NIL, 0);
                } else if (operation.to() == space) {
                    loadOwnUtcb(EDI);
                    mov(EDI.at(Utcb.BR0), operation.window());
                    ipc(ThreadId.NIL, THREADS[operation.by()], 0);
                }
                turn = operation.by();
            }
            if (space == 0 && turn != 0) ipc(ThreadId.NIL, THREADS[turn], 0);
        }

        private void perform(int i, Operation operation) {
            switch (operation.kind()) {
                case MAP, GRANT -> {
                    int type = operation.kind() == Kind.MAP ? MapItem.MAP : MapItem.GRANT;
                    setMessage(1, new Imm(operation.sendBase() | type));
                    setMessage(2, new Imm(operation.fpage()));
                    ipc(THREADS[operation.to()], ThreadId.NIL, MapItem.TAG);
                }
                case UNMAP -> {
                    mov(EAX, operation.flush() ? FLUSH : 0);
                    mov(ESI, operation.fpage());
                    loadOwnUtcb(EDI);
                    systemCall(SystemCall.UNMAP);
                    keep("seen" + i, ESI);
                }
                case READ -> mov(EAX, Mem.absolute(operation.fpage()).dword());
                case WRITE -> mov(Mem.absolute(operation.fpage()).dword(), EAX);
                default -> throw new IllegalStateException();
            }
        }
    }

    /** Makes operations that the model can carry out. */
    private static final class Author {

        private final SplittableRandom random;
        private final MappingModel model = new MappingModel(SPACES);
        private final List<Operation> operations = new ArrayList<>();
        private final Map<Integer, Integer> seen = new TreeMap<>();

        Author(long seed) {
            random = new SplittableRandom(seed);
            for (int n = 0; n < SMALL_PAGES; n++) model.give(0, SMALL[0] + n * MappingModel.PAGE, false);
            for (int n = 0; n < LARGE_PAGES; n++) model.give(0, LARGE[0] + n * MappingModel.LARGE, true);
            while (operations.size() < OPERATIONS) add();
        }

        private void add() {
            int by = random.nextInt(SPACES);
            switch (random.nextInt(10)) {
                case 0, 1, 2, 3 -> send(by, Kind.MAP);
                case 4 -> send(by, Kind.GRANT);
                case 5, 6, 7 -> {
                    int fpage = fpage(by) | random.nextInt(8);
                    boolean flush = random.nextInt(3) == 0;
                    seen.put(operations.size(), fpage & ~Fpage.ALL_RIGHTS | model.unmap(by, fpage, flush));
                    operations.add(new Operation(Kind.UNMAP, by, by, 0, fpage, 0, flush));
                }
                default -> access(by);
            }
        }

        private void send(int by, Kind kind) {
            int to = (by + 1 + random.nextInt(SPACES - 1)) % SPACES;
            int fpage = fpage(by) | Fpage.READ | random.nextInt(4);
            int window = random.nextInt(4) == 0 ? Fpage.COMPLETE : fpage(to);
            int sendBase = fpage(to) & Fpage.BASE;
            model.map(by, to, sendBase, fpage, window, kind == Kind.GRANT);
            operations.add(new Operation(kind, by, to, sendBase, fpage, window, false));
        }

        private void access(int by) {
            List<MappingModel.Page> pages = List.copyOf(model.pages(by).values());
            if (pages.isEmpty()) return;
            MappingModel.Page page = pages.get(random.nextInt(pages.size()));
            boolean write = page.writable && random.nextBoolean();
            page.sees(true, write);
            operations.add(new Operation(write ? Kind.WRITE : Kind.READ, by, by, 0, page.address + 8, 0, false));
        }

        /** A naturally aligned part of what a space may have, without rights. */
        private int fpage(int space) {
            boolean large = random.nextInt(3) == 0;
            int most = large ? LARGE_SHIFT : SMALL_SHIFT;
            int least = large && random.nextBoolean() ? 22 : 12;
            int shift = least + random.nextInt(Math.min(most - least + 1, 4));
            int offset = random.nextInt(1 << most - 12) << 12 & -(1 << shift);
            return Fpage.ofLog2((large ? LARGE : SMALL)[space] + offset, shift, 0);
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void spacesHaveThePagesAndRightsThatTheModelHas(long seed) {
        Author author = new Author(seed);
        TestKernel kernel = TestKernel.run(program -> new Script(program, author.operations));
        author.seen.forEach((i, fpage) -> assertThat(kernel.kept("seen" + i))
                .as("seed %d, %s", seed, author.operations.get(i))
                .isEqualTo(fpage));
        for (int space = 0; space < SPACES; space++) {
            Map<Integer, String> expected = new TreeMap<>();
            author.model.pages(space).forEach((address, page) -> expected.put(address, page.toString()));
            for (TestKernel each : kernel.each()) {
                assertThat(new TreeMap<>(pages(each, space)))
                        .as("seed %d, space %d", seed, space)
                        .isEqualTo(expected);
            }
        }
    }

    private static Map<Integer, String> pages(TestKernel kernel, int space) {
        int directory = kernel.pageDirectory(Script.THREADS[space]);
        Map<Integer, String> pages = new TreeMap<>();
        for (int start : new int[] {
            SMALL[space], SMALL[space] + MappingModel.LARGE, LARGE[space], LARGE[space] + MappingModel.LARGE
        }) {
            int entry = kernel.physicalWord(directory + PageBits.directoryOffset(start));
            if ((entry & PageBits.PRESENT) == 0) continue;
            if ((entry & PageBits.LARGE) != 0) {
                pages.put(start, text(entry));
                continue;
            }
            for (int n = 0; n < 1024; n++) {
                int small = kernel.physicalWord((entry & PageBits.FRAME) + 4 * n);
                if ((small & PageBits.PRESENT) != 0)
                    pages.put((start & -MappingModel.LARGE) + n * MappingModel.PAGE, text(small));
            }
        }
        return pages;
    }

    private static String text(int entry) {
        MappingModel.Page page = new MappingModel.Page(
                0, 0, entry & PageBits.FRAME, (entry & PageBits.LARGE) != 0, (entry & PageBits.WRITABLE) != 0, null);
        page.sees((entry & PageBits.ACCESSED) != 0, (entry & PageBits.DIRTY) != 0);
        page.toldAccessed = (entry & PageBits.ACCESSED << 5) != 0;
        page.toldDirty = (entry & PageBits.DIRTY << 5) != 0;
        return page.toString();
    }
}
