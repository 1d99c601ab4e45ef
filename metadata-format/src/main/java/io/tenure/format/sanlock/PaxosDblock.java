package io.tenure.format.sanlock;

import io.tenure.format.CorruptMetadataException;
import java.lang.foreign.MemorySegment;

/**
 * A host's ballot in a lease's area: sector 1 + N for host id N, from byte 0. Struct paxos_dblock
 * of sanlock's ondisk.h; it has neither magic nor version.
 *
 * <table class="striped">
 * <caption>Ballot</caption>
 * <thead><tr><th>offset</th><th>type</th><th>what</th></tr></thead>
 * <tbody>
 * <tr><td>0</td><td>u64</td><td>mbal: the newest ballot the host has taken part in</td></tr>
 * <tr><td>8</td><td>u64</td><td>bal: the newest ballot it has accepted a value in; 0: none</td></tr>
 * <tr><td>16</td><td>u64</td><td>inp: the value's host id</td></tr>
 * <tr><td>24</td><td>u64</td><td>inp2: the value's host generation</td></tr>
 * <tr><td>32</td><td>u64</td><td>inp3: the value's time, in seconds of its host's
 *     CLOCK_MONOTONIC</td></tr>
 * <tr><td>40</td><td>u64</td><td>lver: the grant that is voted on</td></tr>
 * <tr><td>48</td><td>u32</td><td>checksum of bytes 0 to 47</td></tr>
 * <tr><td>52</td><td>u32</td><td>flags: 1 released</td></tr>
 * </tbody>
 * </table>
 *
 * @param mbal the newest ballot that the host has taken part in; 0: none yet
 * @param bal the newest ballot that it has accepted a value in; 0: none
 * @param ownerId the value: the host id that is to own the lease; 0: none
 * @param ownerGeneration the value: its host generation
 * @param timestampSeconds the value: when, in seconds of that host's CLOCK_MONOTONIC
 * @param lver the grant that is voted on
 * @param released whether the host has released that grant since; not covered by the checksum
 */
public record PaxosDblock(
        long mbal,
        long bal,
        long ownerId,
        long ownerGeneration,
        long timestampSeconds,
        long lver,
        boolean released) {
    /** How many bytes are read, from the sector's beginning. */
    public static final int BYTES = 56;

    private static final int MBAL = 0;
    private static final int BAL = 8;
    private static final int INP = 16;
    private static final int INP2 = 24;
    private static final int INP3 = 32;
    private static final int LVER = 40;
    private static final int CHECKSUM = 48;
    private static final int FLAGS = 52;

    private static final int RELEASED = 1;

    /** 1 shifted through the 48 bytes that the checksum covers. */
    private static final long SEED_CORRECTION = 0x1C291D04L;

    /**
     * Reads the ballot of a host's sector.
     *
     * @param sector the sector's bytes, {@link #BYTES} at least
     * @return the ballot; all zeros for a host that has not taken part in any
     * @throws CorruptMetadataException if no whole ballot stands there
     * @throws IndexOutOfBoundsException if fewer bytes are given
     */
    public static PaxosDblock decode(MemorySegment sector) throws CorruptMetadataException {
        SanlockSector copy = SanlockSector.copyOf("ballot", sector, 0, BYTES);
        if (!copy.isZero()) {
            copy.requireWhole(CHECKSUM, SEED_CORRECTION);
        }
        return new PaxosDblock(
                copy.u63("mbal", MBAL),
                copy.u63("bal", BAL),
                copy.ranged("inp", copy.bits64(INP), 0, SanlockAreaLayout.MOST_HOSTS),
                copy.u63("inp2", INP2),
                copy.u63("inp3", INP3),
                copy.u63("lver", LVER),
                (copy.u32(FLAGS) & RELEASED) != 0);
    }

    /**
     * Whether the grant that a leader tells of was released by its owner, whose ballot this is: the
     * ballot is written first, the leader after it.
     *
     * @param leader the lease's leader
     * @return true if the leader's owner has let go, whatever the leader says
     */
    public boolean releases(PaxosLeader leader) {
        return releases(leader.ownerId(), leader.ownerGeneration(), leader.lver());
    }

    /**
     * Whether a grant was released by its owner, whose ballot this is. It stays so for ever, but is
     * told only until the owner takes part in another ballot. A later grant that was released tells
     * the same of all before it: a host has a lease once at a time.
     *
     * @param grantedTo the owner's host id
     * @param grantedGeneration its host generation
     * @param grantedLver the grant
     * @return true if the owner has let go of it
     */
    public boolean releases(long grantedTo, long grantedGeneration, long grantedLver) {
        return released
                && ownerId == grantedTo
                && ownerGeneration == grantedGeneration
                && lver >= grantedLver;
    }
}
