/**
 * The bytes of a storage domain's control area: superblock, volume records and where they lie.
 *
 * <p>Pure: bytes to records and back. No I/O, no clock, no native code; callers read and write the
 * sectors. {@link io.tenure.format.DomainLayout} says where everything lies, {@link
 * io.tenure.format.SuperblockPair} and {@link io.tenure.format.VolumeSlot} read two copies and say
 * which is the newest and where the next write goes, and {@link io.tenure.format.VolumeRecord}
 * carries the pure steps of the job protocol.
 *
 * <h2>What every version keeps</h2>
 *
 * <p>Each record is a block of 512 bytes. In every format version, now and later, a block has its
 * magic in bytes 0 to 7, its format version (u32, little-endian) in bytes 8 to 11, and a CRC-32C of
 * bytes 0 to 507 (u32, little-endian) in bytes 508 to 511. So any version of Tenure can tell a torn
 * block from a whole one of a version it does not know, and refuse the latter with {@link
 * io.tenure.format.UnsupportedFormatException}.
 *
 * <h2>Rules for all types here</h2>
 *
 * <p>All values are immutable and may be shared between threads. Constructors refuse values that
 * must not be written with IllegalArgumentException; decoding refuses the same values with {@link
 * io.tenure.format.CorruptMetadataException}. Memory segments are read and written during the call
 * only and never kept; any alignment and any kind of segment (heap, native, mapped) will do.
 */
package io.tenure.format;
