package io.tenure.format;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * The superblock as its two copies tell it.
 *
 * <p>Rules of writing: a new domain is made by first writing zeros over both copies, then all other
 * areas, then copy A, then copy B, both with write sequence 1, each made durable before the next
 * step. So a domain that was not finished has no superblock. A later change takes {@code
 * writeSequence + 1}, goes to the copy that is not {@code newest}, and when it is durable, with the
 * same sequence, to the other.
 *
 * @param superblock the newest valid superblock
 * @param writeSequence its write sequence
 * @param newest the copy it was read from; A if both are the same
 * @param damagedCopy the other copy if it does not hold the same, which means that it was damaged
 *     or a change was cut off; writing {@code superblock} there again repairs it
 */
public record SuperblockPair(
        Superblock superblock,
        long writeSequence,
        RecordCopy newest,
        Optional<DamagedCopy> damagedCopy) {
    /**
     * Decodes both copies.
     *
     * @param copyA the bytes at {@link DomainLayout#superblockOffset} of A: 512 at least; if there
     *     are more, those that belong to the copy's sector must be zero
     * @param copyB the bytes at {@link DomainLayout#superblockOffset} of B, likewise
     * @return the superblock
     * @throws NotTenureDomainException if neither has Tenure's magic
     * @throws UnsupportedFormatException if a whole copy is of a newer format version
     * @throws CorruptMetadataException if no copy is valid, a copy whose checksum holds has a value
     *     that must not be, or the two do not belong together
     * @throws IllegalArgumentException if there are fewer than 512 bytes
     */
    public static SuperblockPair decode(MemorySegment copyA, MemorySegment copyB)
            throws CorruptMetadataException, UnsupportedFormatException {
        byte[] magic = SuperblockLayout.magic();
        MetadataBlock blockA = block("copyA", copyA);
        MetadataBlock blockB = block("copyB", copyB);
        if (!blockA.hasMagic(magic) && !blockB.hasMagic(magic)) {
            throw new NotTenureDomainException(
                    "not a storage domain of Tenure: no superblock: copy A: "
                            + blockA.tornProblem(magic)
                            + "; copy B: "
                            + blockB.tornProblem(magic));
        }
        Optional<Sequenced<Superblock>> a = read(RecordCopy.A, blockA, copyA);
        Optional<Sequenced<Superblock>> b = read(RecordCopy.B, blockB, copyB);
        if (a.isEmpty() && b.isEmpty()) {
            throw new CorruptMetadataException(
                    "superblock: no valid copy: copy A: "
                            + blockA.tornProblem(magic)
                            + "; copy B: "
                            + blockB.tornProblem(magic));
        }
        if (a.isEmpty()) {
            return of(b.get(), RecordCopy.B, blockA.tornProblem(magic));
        }
        if (b.isEmpty()) {
            return of(a.get(), RecordCopy.A, blockB.tornProblem(magic));
        }
        if (blockA.hasBytesOf(blockB)) {
            return new SuperblockPair(
                    a.get().value(), a.get().writeSequence(), RecordCopy.A, Optional.empty());
        }
        return newer(a.get(), b.get());
    }

    private static SuperblockPair newer(Sequenced<Superblock> a, Sequenced<Superblock> b)
            throws CorruptMetadataException {
        if (a.writeSequence() == b.writeSequence()) {
            throw new CorruptMetadataException(
                    "superblock: writeSequence is "
                            + a.writeSequence()
                            + " in both copies, but they differ: copy A: "
                            + a.value()
                            + "; copy B: "
                            + b.value());
        }
        if (!a.value().domainId().equals(b.value().domainId())) {
            throw new CorruptMetadataException(
                    "superblock: domainId is "
                            + a.value().domainId()
                            + " in copy A and "
                            + b.value().domainId()
                            + " in copy B");
        }
        return a.writeSequence() > b.writeSequence()
                ? of(a, RecordCopy.A, stale(b, a))
                : of(b, RecordCopy.B, stale(a, b));
    }

    private static String stale(Sequenced<Superblock> older, Sequenced<Superblock> newer) {
        return "writeSequence is "
                + older.writeSequence()
                + ", the other copy's is "
                + newer.writeSequence();
    }

    private static SuperblockPair of(
            Sequenced<Superblock> newest, RecordCopy copy, String problemOfOther) {
        return new SuperblockPair(
                newest.value(),
                newest.writeSequence(),
                copy,
                Optional.of(new DamagedCopy(copy.other(), problemOfOther)));
    }

    private static MetadataBlock block(String name, MemorySegment bytes) {
        Checks.range(name + ".byteSize", bytes.byteSize(), MetadataBlock.BYTES, Long.MAX_VALUE);
        return MetadataBlock.copyOf(bytes, 0);
    }

    /** Empty if the copy is not whole: torn, zero or foreign. */
    private static Optional<Sequenced<Superblock>> read(
            RecordCopy copy, MetadataBlock block, MemorySegment bytes)
            throws CorruptMetadataException, UnsupportedFormatException {
        if (!block.isWhole()) {
            return Optional.empty();
        }
        String what = "superblock copy " + copy;
        Sequenced<Superblock> found = SuperblockCodec.decode(what, block);
        long sectorBytes = found.value().layout().sectorBytes();
        SectorTail.requireZero(what, bytes, 0, Math.min(sectorBytes, bytes.byteSize()));
        return Optional.of(found);
    }
}
