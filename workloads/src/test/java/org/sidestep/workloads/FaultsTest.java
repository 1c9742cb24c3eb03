package org.sidestep.workloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.sidestep.isa.Reg32.EAX;
import static org.sidestep.isa.Reg32.EBP;
import static org.sidestep.isa.Reg32.EBX;
import static org.sidestep.isa.Reg32.EDI;
import static org.sidestep.isa.Reg32.ESI;

import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.isa.Imm;
import org.sidestep.isa.Mem;
import org.sidestep.isa.Reg8;
import org.sidestep.isa.Seg;
import org.sidestep.machine.Stop;
import org.sidestep.workload.UserProgram;
import org.sidestep.workload.l4.UserThread;
import org.sidestep.x2.Protocol;
import org.sidestep.x2.SystemCall;
import org.sidestep.x2.ThreadId;
import org.sidestep.x2.Time;
import org.sidestep.x2.Utcb;

/** Faults and exceptions become messages; what a thread may not do harms only itself. */
class FaultsTest {

    private static final int STRAY = 3;
    private static final int EXCEPTION = 4;

    @EveryKernel
    void anExceptionHandlerRepairsAndResumesTheThread(String policy, String entry) {
        Stop stop = TestProgram.run(policy, entry, program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread handler = root.thread("H", root.space("h"));
                UserThread thread = root.thread("A", root.space("a"));
                start(handler);
                receive(any());
                requireEqual(EAX, global(thread), "the sender");
                requireEqual(ESI, Protocol.EXCEPTION.tag(), "the tag");
                requireEqual(EBX, label("A.fault"), "EIP");
                requireEqual(Utcb.mr(EDI, 3), 6, "the vector");
                requireEqual(Utcb.mr(EDI, 12), 0x1111, "EAX");
                mov(Utcb.mr(EDI, 1), label("A.repaired"));
                mov(Utcb.mr(EDI, 2), EBP);
                mov(Utcb.mr(EDI, 12), 0x2222);
                forward(SystemCall.IPC, global(thread), nil(), Time.NEVER);
                requireDelivered();
                done();
                start(thread);
                mov(EDI.at(Utcb.EXCEPTION_HANDLER).dword(), handler.globalId());
                mov(EAX, 0x1111);
                mov(EBX, 0x3333);
                here("A.fault");
                op("ud2");
                here("A.repaired");
                requireEqual(EAX, 0x2222, "eax as the handler says");
                requireEqual(EBX, 0x3333, "ebx as before");
                requireEqual(EDI, thread.localId(), "edi as before");
                done();
            }
        });
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }

    @ParameterizedTest
    @CsvSource({"0x00000000", "0x00100000", "0xBFFFF000", "0xF0100000", "0xF0400000"})
    void memoryThatIsNotItsOwnIsAPageFaultOfTheThread(String address) {
        expectExit(STRAY, "strict", program -> new TestProgram(program) {
            @Override
            void threads() {
                start(root.thread("A", root.space("a")));
                mov(EAX, Mem.absolute(Long.decode(address).intValue()));
                done();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"cli", "hlt", "clts", "wbinvd", "rdmsr", "in", "divide"})
    void whatUserLevelMayNotDoIsAnException(String instruction) {
        expectExit(EXCEPTION, "strict", program -> new TestProgram(program) {
            @Override
            void threads() {
                start(root.thread("A", root.space("a")));
                switch (instruction) {
                    case "in" -> op("in", Reg8.AL, new Imm(0x60));
                    case "divide" -> {
                        xor(EBX, EBX);
                        op("div", EBX);
                    }
                    default -> op(instruction);
                }
                done();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"0", "0x12345678", "0xBF000101", "0xBF000500", "0xBF01FF00", "0xF0400000"})
    void whoClaimsToBeNoThreadOfItsSpaceIsKilledAlone(String claim) {
        expectExit(0, "lazy", program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread liar = root.thread("A", root.space("a"));
                UserThread witness = root.thread("B", root.space("b"));
                start(liar);
                mov(Mem.absolute(0).dword().in(Seg.GS), Long.decode(claim).intValue());
                forward(SystemCall.IPC, nil(), new Imm(ThreadId.ANY), TestProgram.AT_ONCE);
                jmp(wrong());
                start(witness);
                sleep(witness, 5000);
                done();
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"strict", "lazy"})
    void whoClaimsToBeARunnableNeighbourHarmsNoOtherSpace(String policy) {
        Stop stop = TestProgram.run(policy, "int", program -> new TestProgram(program) {
            @Override
            void threads() {
                UserThread liar = root.thread("A", root.space("a"));
                UserThread neighbour = root.thread("N", root.space("a"));
                UserThread witness = root.thread("B", root.space("b"));
                start(liar);
                mov(Mem.absolute(0).dword().in(Seg.GS), neighbour.localId());
                forward(SystemCall.IPC, nil(), new Imm(ThreadId.ANY), Time.NEVER);
                start(neighbour);
                here("N.loop");
                work(100);
                jmp(label("N.loop"));
                start(witness);
                sleep(witness, 50_000);
                done();
            }
        });
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, 0);
    }

    private static void expectExit(int code, String policy, Function<UserProgram, TestProgram> program) {
        Stop stop = TestProgram.run(policy, "int", program);
        assertThat(stop).as(stop.reason()).extracting(Stop::kind, Stop::code).containsExactly(Stop.Kind.EXIT, code);
    }
}
