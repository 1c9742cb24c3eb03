package org.sidestep.x2;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sidestep.layout.Field;

/** The words as they stand in the X.2 reference manual, in digits: everything else takes them from this package. */
class InterfaceWordsTest {

    @Test
    void aGlobalIdIsANumberAndAVersion() {
        assertThat(ThreadId.global(50)).isEqualTo(0xC8001);
        assertThat(ThreadId.number(0xC8001)).isEqualTo(50);
        assertThat(0xC8001 & ThreadId.GLOBAL).isNotZero();
        assertThat(0xBF000100 & ThreadId.GLOBAL).isZero();
        assertThat(List.of(ThreadId.NIL, ThreadId.ANY, ThreadId.ANY_LOCAL)).containsExactly(0, 0xFFFFFFFF, 0xFFFFFFC0);
    }

    @Test
    void aTagHasLabelFlagsAndTwoCounts() {
        assertThat(MessageTag.of(0x0BAD, 2)).isEqualTo(0x0BAD0002);
        assertThat(MessageTag.of(1, 3, 2)).isEqualTo(0x00010083);
        assertThat(MapItem.TAG).isEqualTo(0x80);
        assertThat(MessageTag.UNTYPED | MessageTag.TYPED | MessageTag.FLAGS).isEqualTo(0xFFFF);
        assertThat(MessageTag.ERROR | MessageTag.PROPAGATED).isEqualTo(0x9000);
    }

    @ParameterizedTest
    @CsvSource({
        "INTERRUPT, FFF00000",
        "PAGE_FAULT, FFE00002",
        "PREEMPTION, FFD00002",
        "EXCEPTION, FFB0000C",
        "SIGMA0, FFA00002"
    })
    void theKernelsMessagesHaveTheLabelsOfTheManual(Protocol protocol, String tag) {
        assertThat(Integer.toHexString(protocol.tag())).isEqualToIgnoringCase(tag);
        assertThat(protocol.tag(Fpage.WRITE) >>> Protocol.TAG_SHIFT).isEqualTo(protocol.highBits());
    }

    @Test
    void anAccessStandsInALabelAsItStandsInAnFpage() {
        assertThat(Protocol.PAGE_FAULT.tag(Fpage.READ)).isEqualTo(0xFFE40002);
        assertThat(Protocol.PAGE_FAULT.tag(Fpage.WRITE)).isEqualTo(0xFFE20002);
    }

    @Test
    void anFpageHasBaseSizeAndRights() {
        assertThat(Fpage.of(0x20000000, 4096, Fpage.ALL_RIGHTS)).isEqualTo(0x200000C7);
        assertThat(Fpage.ofLog2(0x400000, 22, Fpage.READ_ONLY)).isEqualTo(0x00400165);
        assertThat(Fpage.COMPLETE).isEqualTo(0x10);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1023, 3FF", "1024, 600", "10000, 1271", "2047, 7FF"})
    void aPeriodIsAMantissaShiftedByAnExponent(int microseconds, String time) {
        assertThat(Integer.toHexString(Time.period(microseconds))).isEqualToIgnoringCase(time);
    }

    @Test
    void timeoutsAreTwoTimesTheSendersFirst() {
        assertThat(Time.SEND_AT_ONCE).isEqualTo(0x04000000);
        assertThat(Time.pair(Time.NEVER, Time.ZERO)).isEqualTo(0x0400);
        assertThat(Time.pair(Time.POINT, Time.POINT)).isEqualTo(0x80008000);
    }

    @Test
    void aUtcbIsLaidOutBothWaysFromMr0() {
        List<Field> down = List.of(
                Utcb.THREAD_WORD0,
                Utcb.THREAD_WORD1,
                Utcb.ACTUAL_SENDER,
                Utcb.INTENDED_RECEIVER,
                Utcb.XFER_TIMEOUTS,
                Utcb.ERROR_CODE,
                Utcb.PREEMPT_FLAGS,
                Utcb.EXCEPTION_HANDLER,
                Utcb.PAGER,
                Utcb.USER_DEFINED_HANDLE,
                Utcb.PROCESSOR,
                Utcb.GLOBAL_ID,
                Utcb.BR0);
        assertThat(down).extracting(Field::offset).first().isEqualTo(-16);
        assertThat(down).extracting(Field::offset).isSortedAccordingTo((a, b) -> b - a);
        assertThat(Utcb.BR0.offset()).isEqualTo(-64);
        assertThat(Utcb.MR3.offset()).isEqualTo(12);
    }

    @Test
    void theLinksFollowEachOtherInTheInterfacePage() {
        SystemCall[] calls = SystemCall.values();
        for (int i = 0; i < calls.length; i++) {
            assertThat(calls[i].link()).as(calls[i].text()).isEqualTo(0xD0 + 4 * i);
        }
    }

    @Test
    void anErrorOfIpcIsACauseAndAPhase() {
        assertThat(IpcError.TIMEOUT | IpcError.RECEIVE).isEqualTo(3);
        assertThat(List.of(IpcError.NO_PARTNER, IpcError.CANCELLED, IpcError.MESSAGE_OVERFLOW))
                .containsExactly(4, 6, 8);
        assertThat(List.of(IpcError.OWN_TRANSFER_TIMEOUT, IpcError.PARTNER_TRANSFER_TIMEOUT, IpcError.ABORTED))
                .containsExactly(10, 12, 14);
    }

    @Test
    void aStringItemIsADescriptorOfPointersToSubstrings() {
        assertThat(StringItem.simple(0x123)).isEqualTo(0x123 << 10);
        assertThat(StringItem.of(1, 32)).isEqualTo(1 << 10 | 31 << 4);
        assertThat(StringItem.simple(0x3FFFFF) | StringItem.COMPOUND | StringItem.MORE)
                .isEqualTo(0xFFFFFE01);
        assertThat(MapItem.MAP & StringItem.OTHER_TYPE).isNotZero();
        assertThat(Utcb.bufferRegister(32)).isEqualTo(Utcb.FIXED_LOW);
    }
}
