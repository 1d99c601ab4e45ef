/**
 * Read-only decoders of the sectors that sanlock keeps in a lockspace, in a lease area and in a
 * resource index, so that a lease can be explained without a daemon.
 *
 * <p>Pure: bytes to records, no I/O, no clock, no native code. The sectors are sanlock's (format of
 * its release 3.8.5); nothing here ever makes one. {@link
 * io.tenure.format.sanlock.SanlockAreaLayout} says where each sector lies.
 *
 * <h2>What is told of damage</h2>
 *
 * <p>Bytes that cannot be what sanlock wrote are refused with {@link
 * io.tenure.format.CorruptMetadataException}, which names the field and the value; a format version
 * with another major number (the high 16 bits) is refused with {@link
 * io.tenure.format.UnsupportedFormatException} if it is newer. Neither ever means "free". Minor
 * versions only add to what is read here. Leaders and ballots carry a checksum, which is verified;
 * requests, mode blocks and the resource index carry none, so there a flipped bit within the range
 * of a field goes unnoticed, as it does by sanlock itself.
 *
 * <p>Numbers are little-endian. An unsigned 64-bit field above 2^63-1 is refused as damage, unless
 * it is said to be 64 free bits. Names end at the first NUL or after 48 bytes, and must be UTF-8.
 * All records are immutable; memory segments are read during the call only.
 */
package io.tenure.format.sanlock;
