package io.tenure.format;

/** A record and the write sequence of the copy it was read from. */
record Sequenced<T>(T value, long writeSequence) {}
