package io.tenure.format;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/** The golden bytes, and the records they stand for. */
final class Samples {
    static final UUID DOMAIN = UUID.fromString("0d0e0a11-2233-4455-8677-8899aabbccdd");
    static final UUID VOLUME = UUID.fromString("7010f00d-0102-4304-8506-0708090a0b0c");
    static final UUID IMAGE = UUID.fromString("1a6e0000-1111-4222-8333-444455556666");
    static final UUID PARENT = UUID.fromString("9a9e0000-aaaa-4bbb-8ccc-ddddeeeeffff");
    static final Instant CREATED = Instant.parse("2026-01-01T00:00:00.123Z");
    static final DomainLayout LAYOUT_512 = new DomainLayout(512, 1 << 20, 4000);
    static final DomainLayout LAYOUT_4096 = new DomainLayout(4096, 8 << 20, 4000);

    private Samples() {}

    static UUID job(int number) {
        return UUID.fromString("10b00000-0000-4000-8000-00000000000" + number);
    }

    static Superblock superblock() {
        return new Superblock(
                DOMAIN, new DomainLayout(4096, 8 << 20, 2000), LeaseKind.SANLOCK, 10, CREATED);
    }

    /** What {@code volume-new.hex} holds, with write sequence 1. */
    static VolumeRecord newVolume() {
        return VolumeRecord.newVolume(
                3,
                DOMAIN,
                VOLUME,
                IMAGE,
                1L << 30,
                Allocation.SPARSE,
                DataLocation.file("images/disk.raw"),
                CREATED);
    }

    /** What {@code volume-working.hex} holds, with write sequence 0x1112131415161718. */
    static VolumeRecord working() {
        long generation = 0x0102030405060708L;
        return new VolumeRecord(
                0x0B0C,
                DOMAIN,
                VOLUME,
                IMAGE,
                Optional.of(PARENT),
                0x0000212223242600L,
                VolumeFormat.RAW,
                Allocation.SPARSE,
                DataLocation.file("images/größe.raw"),
                CREATED,
                "volume \uD83D\uDCBE of Zoë",
                new VolumeState(
                        generation,
                        Legality.ILLEGAL,
                        Optional.of(
                                new ActiveJob(
                                        job(0),
                                        2000,
                                        0x3132333435363738L,
                                        Instant.ofEpochMilli(1767225700456L))),
                        List.of(
                                transition(generation, TransitionKind.FAILED, 1, 7, 50_001, 0x5D05),
                                transition(
                                        generation - 1,
                                        TransitionKind.FENCED,
                                        2,
                                        0xFEDCBA98L,
                                        40_002,
                                        0),
                                transition(
                                        generation - 2,
                                        TransitionKind.COMPLETED,
                                        3,
                                        9,
                                        30_003,
                                        0))));
    }

    /** What {@code volume-removed.hex} holds, with write sequence 2^63-1. */
    static VolumeRecord removed() {
        return new VolumeRecord(
                1_000_000,
                DOMAIN,
                VOLUME,
                IMAGE,
                Optional.empty(),
                Long.MAX_VALUE - 511,
                VolumeFormat.RAW,
                Allocation.PREALLOCATED,
                DataLocation.device("/dev/tenure/" + "v".repeat(96)),
                Instant.ofEpochMilli(-1),
                "d".repeat(100),
                new VolumeState(
                        Long.MAX_VALUE,
                        Legality.REMOVED,
                        Optional.empty(),
                        List.of(
                                transition(
                                        Long.MAX_VALUE - 1,
                                        TransitionKind.COMPLETED,
                                        1,
                                        1,
                                        50_001,
                                        0),
                                transition(
                                        Long.MAX_VALUE - 2,
                                        TransitionKind.UPDATED,
                                        4,
                                        1,
                                        40_002,
                                        0))));
    }

    /** What {@code volume-quarantined.hex} holds, with write sequence 4. */
    static VolumeRecord quarantined() {
        return withState(
                "",
                new VolumeState(
                        7,
                        Legality.ILLEGAL,
                        Optional.empty(),
                        List.of(transition(7, TransitionKind.FAILED, 1, 2000, 50_001, 137)),
                        Optional.of(new Quarantine(0xFEDCBA98L, 0x3132333435363738L)),
                        Optional.empty()));
    }

    /** What {@code volume-released.hex} holds, with write sequence 5. */
    static VolumeRecord released() {
        return withState(
                "of Zoë",
                new VolumeState(
                        8,
                        Legality.ILLEGAL,
                        Optional.empty(),
                        List.of(
                                transition(7, TransitionKind.RELEASED, 2, 3, 60_002, 0),
                                transition(7, TransitionKind.FAILED, 1, 2000, 50_001, 137)),
                        Optional.empty(),
                        Optional.of("reset, größe 0")));
    }

    /** What {@code volume-fenced.hex} holds, with write sequence 6. */
    static VolumeRecord fenced() {
        return withState(
                "",
                new VolumeState(
                        10,
                        Legality.ILLEGAL,
                        Optional.empty(),
                        List.of(
                                transition(
                                        9,
                                        TransitionKind.FENCED,
                                        4,
                                        5,
                                        70_003,
                                        Transition.NOT_KNOWN),
                                transition(8, TransitionKind.FENCED, 3, 4, 60_002, 0),
                                transition(7, TransitionKind.FENCED, 1, 3, 50_001, 137)),
                        Optional.of(new Quarantine(2000, 1)),
                        Optional.empty()));
    }

    private static VolumeRecord withState(String description, VolumeState state) {
        return new VolumeRecord(
                3,
                DOMAIN,
                VOLUME,
                IMAGE,
                Optional.empty(),
                1L << 30,
                VolumeFormat.RAW,
                Allocation.SPARSE,
                DataLocation.file("images/disk.raw"),
                CREATED,
                description,
                state);
    }

    private static Transition transition(
            long from, TransitionKind kind, int job, long hostId, int millis, int failureCode) {
        return new Transition(
                from,
                kind,
                job(job),
                hostId,
                Instant.ofEpochMilli(1767225600000L + millis),
                failureCode);
    }

    /** The 512 bytes of a committed golden file. */
    static byte[] golden(String name) {
        byte[] bytes = new byte[512];
        try (InputStream in =
                Objects.requireNonNull(Samples.class.getResourceAsStream(name), name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                String code = line.replaceFirst("#.*", "").strip();
                if (!code.isEmpty()) {
                    int colon = code.indexOf(':');
                    byte[] value =
                            HexFormat.ofDelimiter(" ").parseHex(code.substring(colon + 1).strip());
                    int offset = Integer.parseInt(code.substring(0, colon));
                    System.arraycopy(value, 0, bytes, offset, value.length);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    /** The bytes of one copy of a record. */
    static byte[] bytes(VolumeRecord record, long writeSequence) {
        byte[] bytes = new byte[512];
        VolumeRecordCodec.encode(record, writeSequence).sealInto(MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    static Sequenced<VolumeRecord> decode(byte[] copy)
            throws CorruptMetadataException, UnsupportedFormatException {
        return VolumeRecordCodec.decode(
                "record", MetadataBlock.copyOf(MemorySegment.ofArray(copy), 0));
    }

    /** An 8 KiB slot with the given bytes at the start of each copy. */
    static MemorySegment slot(byte[] copyA, byte[] copyB) {
        MemorySegment slot = MemorySegment.ofArray(new byte[DomainLayout.METADATA_SLOT_BYTES]);
        MemorySegment.copy(copyA, 0, slot, ValueLayout.JAVA_BYTE, 0, copyA.length);
        MemorySegment.copy(copyB, 0, slot, ValueLayout.JAVA_BYTE, 4096, copyB.length);
        return slot;
    }

    /** A copy with some bytes replaced and the checksum made right again. */
    static byte[] resealed(byte[] original, int offset, byte... replacement) {
        byte[] bytes = original.clone();
        System.arraycopy(replacement, 0, bytes, offset, replacement.length);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 508);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(508, (int) crc.getValue());
        return bytes;
    }

    static byte[] le32(long value) {
        return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt((int) value).array();
    }

    static byte[] le64(long value) {
        return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    }
}
