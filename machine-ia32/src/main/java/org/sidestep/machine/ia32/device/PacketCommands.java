package org.sidestep.machine.ia32.device;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** The commands of a CD-ROM drive, big endian, and the sense that they leave (SCSI Multimedia Commands 2, NCITS 333). */
final class PacketCommands {

    // spotless:off
    private static final int TEST_UNIT_READY = 0x00, REQUEST_SENSE = 0x03, INQUIRY = 0x12, START_STOP = 0x1B, PREVENT_REMOVAL = 0x1E;
    private static final int READ_CAPACITY = 0x25, READ_10 = 0x28, SEEK = 0x2B, READ_TOC = 0x43, READ_12 = 0xA8, SET_SPEED = 0xBB;
    private static final int NO_SENSE = 0, NOT_READY = 2, ILLEGAL_REQUEST = 5;
    private static final int INVALID_COMMAND = 0x20, BAD_ADDRESS = 0x21, INVALID_FIELD = 0x24, NO_MEDIUM = 0x3A;
    private static final int SENSE_SIZE = 18, INQUIRY_SIZE = 36, CD_ROM = 5, REMOVABLE = 0x80, ATAPI_FORMAT = 0x21;
    private static final int START = 1, LOAD_EJECT = 2, MSF = 2, DATA_TRACK = 0x14, LEAD_OUT = 0xAA;
    private static final int FRAMES = 75, SECONDS = 60, FIRST_FRAME = 2 * FRAMES;
    // spotless:on

    /** More than this at once would only serve to exhaust the host. */
    private static final int MOST_SECTORS = 0x8000;

    private final OpticalDisc disc;
    private boolean loaded = true;
    private int senseKey;
    private int senseCode;

    PacketCommands(OpticalDisc disc) {
        this.disc = disc;
    }

    PacketCommands(PacketCommands other) {
        disc = other.disc;
        loaded = other.loaded;
        senseKey = other.senseKey;
        senseCode = other.senseCode;
    }

    OpticalDisc disc() {
        return disc;
    }

    /** Why the last command failed. */
    int senseKey() {
        return senseKey;
    }

    /** The data that a packet of 12 bytes asks for; nothing if it failed. */
    Optional<byte[]> execute(byte[] bytes) {
        ByteBuffer packet = ByteBuffer.wrap(bytes);
        int operation = bytes[0] & 0xFF;
        if (operation == REQUEST_SENSE) return Optional.of(cut(sense(), bytes[4] & 0xFF));
        senseKey = NO_SENSE;
        senseCode = 0;
        return switch (operation) {
            case INQUIRY -> Optional.of(cut(inquiry(), bytes[4] & 0xFF));
            case START_STOP -> startStop(bytes[4]);
            case PREVENT_REMOVAL, SET_SPEED -> done();
            case TEST_UNIT_READY -> loaded ? done() : fail(NOT_READY, NO_MEDIUM);
            case READ_CAPACITY -> loaded ? Optional.of(capacity()) : fail(NOT_READY, NO_MEDIUM);
            case READ_TOC -> loaded ? contents(bytes) : fail(NOT_READY, NO_MEDIUM);
            case SEEK -> read(packet.getInt(2), 0);
            case READ_10 -> read(packet.getInt(2), packet.getShort(7) & 0xFFFF);
            case READ_12 -> read(packet.getInt(2), packet.getInt(6));
            default -> fail(ILLEGAL_REQUEST, INVALID_COMMAND);
        };
    }

    private static Optional<byte[]> done() {
        return Optional.of(new byte[0]);
    }

    private Optional<byte[]> fail(int key, int code) {
        senseKey = key;
        senseCode = code;
        return Optional.empty();
    }

    private static byte[] cut(byte[] data, int most) {
        return Arrays.copyOf(data, Math.min(data.length, most));
    }

    private byte[] sense() {
        byte[] sense = new byte[SENSE_SIZE];
        sense[0] = 0x70;
        sense[2] = (byte) senseKey;
        sense[7] = SENSE_SIZE - 8;
        sense[12] = (byte) senseCode;
        senseKey = NO_SENSE;
        senseCode = 0;
        return sense;
    }

    private static byte[] inquiry() {
        byte[] answer = new byte[INQUIRY_SIZE];
        Arrays.fill(answer, 8, INQUIRY_SIZE, (byte) ' ');
        answer[0] = CD_ROM;
        answer[1] = (byte) REMOVABLE;
        answer[3] = ATAPI_FORMAT;
        answer[4] = INQUIRY_SIZE - 5;
        text(answer, 8, "SIDESTEP");
        text(answer, 16, "CD-ROM");
        text(answer, 32, "1.0");
        return answer;
    }

    private static void text(byte[] answer, int at, String text) {
        byte[] characters = text.getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(characters, 0, answer, at, characters.length);
    }

    private Optional<byte[]> startStop(int what) {
        if ((what & LOAD_EJECT) != 0) loaded = (what & START) != 0;
        return done();
    }

    private byte[] capacity() {
        return ByteBuffer.allocate(8)
                .putInt(disc.sectors() - 1)
                .putInt(OpticalDisc.SECTOR)
                .array();
    }

    private Optional<byte[]> read(int lba, int count) {
        if (!loaded) return fail(NOT_READY, NO_MEDIUM);
        if (count < 0 || count > MOST_SECTORS) return fail(ILLEGAL_REQUEST, INVALID_FIELD);
        if (lba < 0 || lba + count > disc.sectors() || lba >= disc.sectors()) return fail(ILLEGAL_REQUEST, BAD_ADDRESS);
        return Optional.of(disc.read(lba, count));
    }

    /** The table of contents: one data track, and the lead-out behind it; or that the first session begins with this track. */
    private Optional<byte[]> contents(byte[] packet) {
        boolean msf = (packet[1] & MSF) != 0;
        // The format's old place is the upper end of the control byte.
        int format = (packet[2] & 0xF) != 0 ? packet[2] & 0xF : packet[9] >> 6 & 3;
        int first = packet[6] & 0xFF;
        ByteBuffer table =
                ByteBuffer.allocate(4 + 2 * 8).putShort((short) 0).put((byte) 1).put((byte) 1);
        if (format == 1) {
            track(table, 1, 0, msf);
        } else if (format == 0 && (first <= 1 || first == LEAD_OUT)) {
            if (first <= 1) track(table, 1, 0, msf);
            track(table, LEAD_OUT, disc.sectors(), msf);
        } else {
            return fail(ILLEGAL_REQUEST, INVALID_FIELD);
        }
        int length = table.position();
        table.putShort(0, (short) (length - 2));
        int room = (packet[7] & 0xFF) << 8 | packet[8] & 0xFF;
        return Optional.of(Arrays.copyOf(table.array(), Math.min(length, room)));
    }

    private static void track(ByteBuffer table, int number, int lba, boolean msf) {
        table.put((byte) 0).put((byte) DATA_TRACK).put((byte) number).put((byte) 0);
        table.putInt(msf ? minutes(lba + FIRST_FRAME) : lba);
    }

    /** Minutes, seconds and frames, a byte each. */
    private static int minutes(int frames) {
        return frames / (FRAMES * SECONDS) << 16 | frames / FRAMES % SECONDS << 8 | frames % FRAMES;
    }
}
