package org.sidestep.machine.ia32.device;

import java.util.Arrays;
import java.util.Optional;

/**
 * A CD-ROM drive: the packet commands of ATA/ATAPI-4 (sections 8.21 and 9.8) around the {@link PacketCommands} that it
 * carries. Data come in blocks no longer than the host asks for.
 */
final class AtapiDrive extends AtaUnit {

    // spotless:off
    private static final int NOP = 0x00, DEVICE_RESET = 0x08, PACKET = 0xA0, IDENTIFY_PACKET = 0xA1, SET_FEATURES = 0xEF;
    private static final int STANDBY_NOW = 0xE0, IDLE_NOW = 0xE1, STANDBY = 0xE2, IDLE = 0xE3, CHECK_POWER = 0xE5, SLEEP = 0xE6;
    private static final int PACKET_SIZE = 12, DMA_OR_OVERLAP = 3, SIGNATURE_MID = 0x14, SIGNATURE_HIGH = 0xEB;
    /** The interrupt reason, in the place of the sector count. */
    private static final int COMMAND_PHASE = 1, TO_HOST = 2;
    // spotless:on

    private final PacketCommands commands;

    /** What is still to be sent to the host for the running packet, from {@link #sent} on. */
    private byte[] answer = new byte[0];

    private int sent;
    private int limit;
    private boolean packetExpected;

    AtapiDrive(int kiloHertz, OpticalDisc disc) {
        super(kiloHertz);
        commands = new PacketCommands(disc);
        signature();
    }

    private AtapiDrive(AtapiDrive other) {
        super(other);
        commands = new PacketCommands(other.commands);
        answer = other.answer;
        sent = other.sent;
        limit = other.limit;
        packetExpected = other.packetExpected;
    }

    @Override
    AtapiDrive copy() {
        return new AtapiDrive(this);
    }

    OpticalDisc disc() {
        return commands.disc();
    }

    /** By it software tells such a drive from a disk; it is not ready until the first packet. */
    @Override
    void signature() {
        Arrays.fill(registers, 0);
        registers[ERROR_FEATURES] = NO_ERROR_DETECTED;
        registers[COUNT] = 1;
        registers[LBA_LOW] = 1;
        registers[LBA_MID] = SIGNATURE_MID;
        registers[LBA_HIGH] = SIGNATURE_HIGH;
        status = 0;
        packetExpected = false;
    }

    @Override
    void begin(int value) {
        command = value;
        packetExpected = value == PACKET;
        if (!packetExpected) {
            if (value == NOP) fail(ABRT);
            else busy();
            return;
        }
        limit = registers[LBA_HIGH] << 8 | registers[LBA_MID];
        if ((registers[ERROR_FEATURES] & DMA_OR_OVERLAP) != 0) {
            fail(ABRT);
            return;
        }
        registers[COUNT] = COMMAND_PHASE;
        offer(new byte[PACKET_SIZE]);
        // For the packet the host polls.
        interrupt = false;
    }

    @Override
    boolean writing() {
        return packetExpected;
    }

    @Override
    void proceed() {
        switch (command) {
            case PACKET -> {
                if (packetExpected) execute(buffer());
                else send();
            }
            case IDENTIFY_PACKET -> offer(AtaIdentity.ofPacketDevice());
            case DEVICE_RESET -> {
                signature();
                command = 0;
            }
            case DIAGNOSE -> {
                signature();
                command = 0;
                interrupt = true;
            }
            case CHECK_POWER -> {
                registers[COUNT] = 0xFF;
                complete();
            }
            case SET_FEATURES, STANDBY_NOW, IDLE_NOW, STANDBY, IDLE, SLEEP -> complete();
            // A reset is done; until a packet comes the drive does not show that it is ready.
            case NOP -> status = 0;
            default -> {
                // Commands of disks are refused with the signature in the registers.
                int device = registers[DEVICE];
                signature();
                registers[DEVICE] = device;
                fail(ABRT);
            }
        }
    }

    private void execute(byte[] packet) {
        packetExpected = false;
        Optional<byte[]> data = commands.execute(packet);
        if (data.isEmpty()) {
            finish();
            registers[ERROR_FEATURES] = commands.senseKey() << 4 | ABRT;
            status |= ERR;
            return;
        }
        answer = data.get();
        sent = 0;
        send();
    }

    /** The next block for the host, or the end. */
    private void send() {
        int left = answer.length - sent;
        if (left == 0) {
            finish();
            return;
        }
        // All blocks but the last are of even length; no limit is the largest one.
        int most = limit == 0 || limit == 0xFFFF ? 0xFFFE : limit;
        int length = left <= most ? left : Math.max(2, most & ~1);
        registers[COUNT] = TO_HOST;
        registers[LBA_MID] = length & 0xFF;
        registers[LBA_HIGH] = length >> 8;
        byte[] block = Arrays.copyOfRange(answer, sent, Math.min(answer.length, sent + length));
        sent += block.length;
        offer(block);
    }

    private void finish() {
        complete();
        registers[ERROR_FEATURES] = 0;
        registers[COUNT] = COMMAND_PHASE | TO_HOST;
    }

    @Override
    void taken() {
        if (command == PACKET) busy();
        else command = 0;
    }
}
