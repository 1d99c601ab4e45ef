/** Superblock and volume record: bytes to records and back. Pure: no I/O, no clock. */
package io.tenure.format;
