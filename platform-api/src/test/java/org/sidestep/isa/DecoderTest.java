package org.sidestep.isa;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class DecoderTest {

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final Decoder decoder = new Decoder();

    private Instruction decode(String bytes) {
        return decoder.decode(ByteSource.of(HEX.parseHex(bytes), 0), true);
    }

    private Instruction decode16(String bytes) {
        return decoder.decode(ByteSource.of(HEX.parseHex(bytes), 0), false);
    }

    @Test
    void addressesBasedOnEspOrEbpAreInTheStackSegment() {
        assertThat(decode("8b 45 00").segment).isEqualTo(Seg.SS.number());
        assertThat(decode("8b 04 24").segment).isEqualTo(Seg.SS.number());
        assertThat(decode("8b 04 28").segment).as("ebp as index").isEqualTo(Seg.DS.number());
        assertThat(decode("8b 05 00 00 00 00").segment).as("no base").isEqualTo(Seg.DS.number());
        assertThat(decode("8b 04 2d 00 00 00 00").segment).as("no base in sib").isEqualTo(Seg.DS.number());
        assertThat(decode("67 8b 46 00").segment).as("bp").isEqualTo(Seg.SS.number());
        assertThat(decode("67 8b 06 00 00").segment).as("16-bit offset").isEqualTo(Seg.DS.number());
    }

    @Test
    void anOverrideWinsOverTheDefaultSegment() {
        assertThat(decode("65 8b 45 00").segment).isEqualTo(Seg.GS.number());
        assertThat(decode("26 64 a1 00 00 00 00").segment).as("the last one").isEqualTo(Seg.FS.number());
    }

    @Test
    void sixteenBitSegmentsDefaultToSixteenBitOperandsAndAddresses() {
        assertThat(decode16("b8 34 12").imm).isEqualTo(0x1234);
        assertThat(decode16("66 b8 78 56 34 12").imm).isEqualTo(0x12345678);
        Instruction load = decode16("8b 42 fe");
        assertThat(load.base).isEqualTo(5);
        assertThat(load.index).isEqualTo(6);
        assertThat(load.displacement).isEqualTo(-2);
        assertThat(load.addressSize).isEqualTo(2);
    }

    @Test
    void lockIsLegalBeforeReadModifyWriteOfMemoryOnly() {
        assertThat(decode("f0 01 03").lock).isTrue();
        assertThat(decode("f0 01 c3")).as("register destination").isSameAs(Decoder.UNDEFINED);
        assertThat(decode("f0 03 03")).as("memory source").isSameAs(Decoder.UNDEFINED);
        assertThat(decode("f0 39 03")).as("cmp").isSameAs(Decoder.UNDEFINED);
        assertThat(decode("f0 90")).as("nop").isSameAs(Decoder.UNDEFINED);
    }

    @Test
    void undefinedOpcodesAndGroupMembersAreUndefined() {
        for (String bytes : new String[] {
            "0f 0d 00",
            "0f ff 00",
            "8f c8",
            "c6 48 00 00",
            "fe 50 00",
            "ff f8",
            "0f c7 c8",
            "8d c0",
            "62 c0",
            "c4 c0",
            "0f ba 00 00",
            "0f 00 f0",
            "0f 01 e8",
            "0f 01 d0",
            "8e c8",
            "8c f0",
            "0f 22 c8",
            "0f 20 e8"
        }) {
            assertThat(decode(bytes)).as(bytes).isSameAs(Decoder.UNDEFINED);
        }
    }

    @Test
    void movesToControlRegistersIgnoreMod() {
        Instruction mov = decode("0f 22 18");
        assertThat(mov.length).isEqualTo(3);
        assertThat(mov.isRegisterForm()).isTrue();
        assertThat(mov.reg()).isEqualTo(3);
    }

    @Test
    void aliasesDecodeToTheirOwnRows() {
        assertThat(decode("82 c0 ff").form.mnemonic()).isEqualTo("add");
        assertThat(decode("f7 c8 01 00 00 00").form.mnemonic()).isEqualTo("test");
        assertThat(decode("d1 f0").form.mnemonic()).isEqualTo("shl");
        assertThat(decode("d6").form.mnemonic()).isEqualTo("salc");
        assertThat(decode("f1").form.mnemonic()).isEqualTo("int1");
        assertThat(decode("90").form.mnemonic()).isEqualTo("nop");
        assertThat(decode("0f 94 38").form.mnemonic()).isEqualTo("sete");
    }

    @Test
    void immediatesAreExtendedAsTheRowSays() {
        assertThat(decode("83 c0 ff").imm).isEqualTo(-1);
        assertThat(decode("80 c0 ff").imm).isEqualTo(255);
        assertThat(decode("66 81 c0 ff ff").imm).isEqualTo(0xFFFF);
        assertThat(decode("66 e9 fe ff").imm).as("branch").isEqualTo(-2);
        assertThat(decode("6a 80").imm).isEqualTo(-128);
    }

    @Test
    void enterAndFarPointersHaveTwoImmediates() {
        Instruction enter = decode("c8 10 80 1f");
        assertThat(enter.imm).isEqualTo(0x8010);
        assertThat(enter.imm2).isEqualTo(0x1F);
        Instruction jump = decode("ea 78 56 34 12 cd ab");
        assertThat(jump.imm).isEqualTo(0x12345678);
        assertThat(jump.imm2).isEqualTo(0xABCD);
        assertThat(decode("66 9a 34 12 cd ab").length).isEqualTo(6);
    }

    @Test
    void absoluteOffsetsHaveTheAddressSize() {
        assertThat(decode("a1 ff ff ff ff").displacement).isEqualTo(-1);
        Instruction narrow = decode("67 a1 ff ff");
        assertThat(narrow.displacement).isEqualTo(0xFFFF);
        assertThat(narrow.length).isEqualTo(4);
        assertThat(narrow.base).isEqualTo(-1);
    }

    @Test
    void theLastRepeatPrefixCounts() {
        assertThat(decode("f2 f3 a4").repeat).isEqualTo(0xF3);
        assertThat(decode("f3 f2 a6").repeat).isEqualTo(0xF2);
        assertThat(decode("f3 f2 a6").prefixes).isEqualTo(2);
    }

    @Test
    void sixteenBytesAreTooLongAndFifteenAreNot() {
        assertThat(decode("66 66 66 66 66 66 66 66 66 66 66 66 66 66 90").length)
                .isEqualTo(15);
        assertThat(decode("66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 90")).isSameAs(Decoder.TOO_LONG);
    }

    @Test
    void aFaultOfTheByteSourcePassesThroughAndLeavesTheDecoderUsable() {
        assertThatThrownBy(() -> decode("8b 80 00")).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(decode("90").length).isEqualTo(1);
    }
}
