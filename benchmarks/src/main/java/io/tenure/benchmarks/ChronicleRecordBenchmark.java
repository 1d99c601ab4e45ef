package io.tenure.benchmarks;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import net.openhft.chronicle.bytes.Bytes;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What would a record cost through Chronicle Bytes, as a peer of {@link RecordBenchmark}? The same
 * fields at the same offsets, two texts, and the checksum. None of the checks that a decoded record
 * has passed are made here, and one copy is looked at, not two.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        jvmArgsAppend = {
            "--add-exports=java.base/jdk.internal.ref=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-Dchronicle.analytics.disable=true",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=off"
        })
public class ChronicleRecordBenchmark {
    private static final int RECORD_BYTES = 512;
    private static final int CHECKSUM = 508;
    private static final long MAGIC = 0x4c4f_5652_554e_4554L;

    /** The fields, as a program holds them. */
    private record Fields(
            long sequence,
            List<UUID> ids,
            long capacityBytes,
            long generation,
            long createdMillis,
            List<Change> changes,
            String path,
            String description) {}

    /** A transition's fields. */
    private record Change(long fromGeneration, long timeMillis, UUID job, int hostId, int kind) {}

    private final CRC32C checksum = new CRC32C();
    private final Fields fields = fields();
    private Bytes<ByteBuffer> bytes;
    private ByteBuffer buffer;

    /** Creates the state. */
    @SuppressWarnings("NullAway.Init") // JMH calls encodeFirst() first
    public ChronicleRecordBenchmark() {}

    private static Fields fields() {
        UUID id = UUID.randomUUID();
        long now = System.currentTimeMillis();
        Change change = new Change(1, now, id, 1, 1);
        return new Fields(
                1,
                List.of(id, id, id, id),
                1L << 40,
                2,
                now,
                List.of(change, change, change),
                "volumes/" + id + ".raw",
                "");
    }

    /** Makes the memory and a record in it. */
    @Setup
    public void encodeFirst() {
        bytes = Bytes.elasticByteBuffer(RECORD_BYTES, RECORD_BYTES);
        buffer = bytes.underlyingObject();
        encode();
    }

    /** Frees the memory. */
    @TearDown
    public void close() {
        bytes.releaseLast();
    }

    /**
     * Writes a record.
     *
     * @return its bytes
     */
    @Benchmark
    public Object encode() {
        bytes.clear();
        bytes.writeLong(MAGIC).writeInt(1).writeInt(1).writeLong(fields.sequence);
        for (UUID id : fields.ids) {
            bytes.writeLong(id.getMostSignificantBits()).writeLong(id.getLeastSignificantBits());
        }
        bytes.writeLong(fields.capacityBytes).writeLong(fields.generation).writeInt(0).writeInt(0);
        bytes.writeLong(fields.createdMillis).writeSkip(40);
        for (Change change : fields.changes) {
            bytes.writeLong(change.fromGeneration).writeLong(change.timeMillis);
            bytes.writeLong(change.job.getMostSignificantBits());
            bytes.writeLong(change.job.getLeastSignificantBits());
            bytes.writeInt(change.hostId).writeInt(change.kind);
        }
        bytes.writeSkip(16).writeUtf8(fields.path).writeUtf8(fields.description);
        bytes.writeInt(CHECKSUM, checksum());
        return bytes;
    }

    /**
     * Reads a record and its checksum.
     *
     * @return the record
     */
    @Benchmark
    public Object decode() {
        bytes.readPositionRemaining(0, RECORD_BYTES);
        if (bytes.readLong() != MAGIC || bytes.readInt(CHECKSUM) != checksum()) {
            throw new IllegalStateException("no record");
        }
        bytes.readSkip(8);
        long sequence = bytes.readLong();
        List<UUID> ids = List.of(readId(), readId(), readId(), readId());
        long capacityBytes = bytes.readLong();
        long generation = bytes.readLong();
        bytes.readSkip(8);
        long createdMillis = bytes.readLong();
        bytes.readSkip(40);
        List<Change> changes = List.of(readChange(), readChange(), readChange());
        bytes.readSkip(16);
        String path = bytes.readUtf8();
        String description = bytes.readUtf8();
        return new Fields(
                sequence,
                ids,
                capacityBytes,
                generation,
                createdMillis,
                changes,
                path == null ? "" : path,
                description == null ? "" : description);
    }

    private UUID readId() {
        return new UUID(bytes.readLong(), bytes.readLong());
    }

    private Change readChange() {
        return new Change(
                bytes.readLong(), bytes.readLong(), readId(), bytes.readInt(), bytes.readInt());
    }

    private int checksum() {
        checksum.reset();
        checksum.update(buffer.limit(CHECKSUM).position(0));
        return (int) checksum.getValue();
    }
}
