package io.tenure.sim;

import io.tenure.format.DomainLayout;
import io.tenure.io.BlockDevice;
import io.tenure.io.Geometry;
import io.tenure.io.Zeroing;
import io.tenure.io.extent.ExtentSource;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** One host's way to the control area, or to the volume's data. */
final class SimDevice implements BlockDevice {
    /** What it leads to. */
    enum Of {
        CONTROL,
        DATA
    }

    private final SimHost host;
    private final Of of;
    private final Geometry geometry;

    SimDevice(SimHost host, Of of) {
        this.host = host;
        this.of = of;
        this.geometry =
                new Geometry(
                        of == Of.CONTROL
                                ? SimStorage.LAYOUT.totalBytes()
                                : (long) SimStorage.DATA_SECTORS * SimStorage.SECTOR_BYTES,
                        SimStorage.SECTOR_BYTES,
                        SimStorage.SECTOR_BYTES,
                        SimStorage.SECTOR_BYTES,
                        true);
    }

    private World world() {
        return host.world;
    }

    @Override
    public String name() {
        return "simulated " + of;
    }

    @Override
    public Geometry geometry() {
        return geometry;
    }

    @Override
    public int read(long offsetBytes, MemorySegment target) throws IOException {
        if (of == Of.DATA) {
            throw new UnsupportedOperationException("no simulated job reads data");
        }
        SimStorage storage = world().storage;
        boolean superblock = offsetBytes < SimStorage.LAYOUT.lockspaceOffset();
        boolean scan = target.byteSize() > DomainLayout.METADATA_SLOT_BYTES;
        SimRecords.Copies copies;
        if (superblock || (scan && world().pruning.hidesScans() && host.ask(() -> !host.touched))) {
            copies = new SimRecords.Copies(storage.first);
        } else {
            host.operation("read record", SimHost.Reach.RECORD);
            copies = host.ask(() -> seen(storage.now));
        }
        storage.readControl(offsetBytes, target, copies);
        return (int) target.byteSize();
    }

    private SimRecords.Copies seen(byte[][] sectors) {
        SimRecords.Copies copies = new SimRecords.Copies(sectors);
        host.saw(world().storage.hashes.of(copies.a()));
        host.saw(world().storage.hashes.of(copies.b()));
        return copies;
    }

    private int sector(long offsetBytes) {
        return of == Of.CONTROL
                ? world().storage.controlSector(offsetBytes)
                : SimStorage.DATA + (int) (offsetBytes / SimStorage.SECTOR_BYTES);
    }

    @Override
    public void write(long offsetBytes, MemorySegment source) throws IOException {
        byte[] content = source.toArray(ValueLayout.JAVA_BYTE);
        if (of == Of.DATA) {
            host.write("write data", sector(offsetBytes), content);
        } else {
            writeRecord(sector(offsetBytes), content);
        }
    }

    /** One of the two copies; which is the second, and which finishes another's, the bytes tell. */
    private void writeRecord(int sector, byte[] content) throws IOException {
        if (host.ask(() -> isLeftOut(content))) {
            return;
        }
        if (world().mutation == Mutation.BASE_READ_AFTER_LOOK) {
            host.operation("read record", SimHost.Reach.RECORD);
            SimRecords.Copies now = host.ask(() -> new SimRecords.Copies(world().storage.now));
            host.write(
                    "write record",
                    world().records.nextSector(now),
                    world().records.onTop(now, content));
        } else {
            host.write("write record", sector, content);
        }
    }

    private boolean isLeftOut(byte[] content) {
        boolean repeats = world().records.repeats(world().storage.now, content);
        boolean second = repeats && host.halfWritten;
        host.halfWritten = !repeats;
        Mutation mutation = world().mutation;
        return (mutation == Mutation.SECOND_COPY_LEFT_OUT && second)
                || (mutation == Mutation.HALF_A_RECORD_BELIEVED && repeats && !second);
    }

    /** Begins to write a sector; it reaches the storage some time later. */
    void submit(int dataSector, byte[] content, Runnable done) throws IOException {
        host.submit(SimStorage.DATA + dataSector, content, done);
    }

    @Override
    public void zero(long offsetBytes, long lengthBytes, Zeroing zeroing) throws IOException {
        for (long at = offsetBytes; at < offsetBytes + lengthBytes; at += SimStorage.SECTOR_BYTES) {
            host.write(SimHost.ZERO, sector(at), SimStorage.ZEROES);
        }
    }

    @Override
    public void discard(long offsetBytes, long lengthBytes) throws IOException {
        zero(offsetBytes, lengthBytes, Zeroing.MAY_DEALLOCATE);
    }

    @Override
    public void flush() throws IOException {
        Mutation mutation = world().mutation;
        boolean left =
                of == Of.DATA
                        ? mutation == Mutation.DATA_FLUSH_LEFT_OUT
                        : mutation == Mutation.RECORD_FLUSH_LEFT_OUT;
        if (!left) {
            host.operation(
                    of == Of.DATA ? "flush data" : "flush record",
                    of == Of.DATA ? SimHost.Reach.MORE : SimHost.Reach.RECORD);
            host.does(() -> {
                if (world().flush(of)) {
                    host.touches();
                }
                host.saw(11);
            });
        }
    }

    @Override
    public ExtentSource extents() {
        return ExtentSource.allData(geometry.sizeBytes());
    }

    @Override
    public void close() {}
}
