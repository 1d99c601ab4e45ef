package io.tenure.jobs.op;

import io.tenure.domain.DeviceOpener;
import io.tenure.domain.RefusedException;
import io.tenure.domain.Volume;
import io.tenure.format.Legality;
import io.tenure.io.Access;
import io.tenure.io.BlockDevice;
import io.tenure.lease.LeaseClaim;
import io.tenure.lease.LeaseMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The source of a copy: its lease claim, its checks, and the device opened for reading. */
final class SourceReader implements AutoCloseable {
    private final CopySource source;
    private @Nullable Volume seen;
    private final OpenedDevice device = new OpenedDevice();

    SourceReader(CopySource source) {
        this.source = source;
    }

    /** The shared lease that reading needs, if the source is a volume. */
    Optional<LeaseClaim> claim() throws IOException {
        if (source instanceof CopySource.OfVolume(var domain, var volumeId)) {
            Volume volume = domain.find(volumeId);
            seen = volume;
            return Optional.of(
                    new LeaseClaim(
                            domain.leaseArea(volume.slotIndex(), volumeId), LeaseMode.SHARED));
        }
        return Optional.empty();
    }

    /** Opens the source, under its lease. */
    BlockDevice open(DeviceOpener devices) throws IOException {
        BlockDevice opened =
                switch (source) {
                    case CopySource.OfVolume(var domain, var volumeId) -> {
                        Volume volume = seen;
                        if (volume == null) {
                            throw new IllegalStateException("the source was not claimed");
                        }
                        yield VolumeDevices.openForReading(devices, legal(domain.reread(volume)));
                    }
                    case CopySource.Outside(var path) -> {
                        if (!Files.exists(path)) {
                            throw new RefusedException("no such source: " + path);
                        }
                        yield devices.open(path, Access.READ_ONLY);
                    }
                };
        return device.hold(opened);
    }

    /** Refuses a destination that is the source under a name of its own. */
    void requireOtherThan(Path destination) throws IOException {
        if (source instanceof CopySource.Outside(var path)
                && Files.exists(path)
                && Files.exists(destination)
                && VolumeDevices.same(path, destination)) {
            throw new RefusedException(path + " is the volume's own data; name another source");
        }
    }

    private static Volume legal(Volume volume) throws RefusedException {
        if (volume.record().legality() != Legality.LEGAL) {
            throw new RefusedException(
                    "source volume "
                            + volume.record().volumeId()
                            + " is "
                            + volume.record().legality()
                            + ": its content is not whole; copy from another one, or write it anew");
        }
        return volume;
    }

    @Override
    public void close() throws IOException {
        device.close();
    }
}
