package io.tenure.testing.sanlock;

import io.tenure.sanlock.Lockspace;
import io.tenure.sanlock.Resource;
import io.tenure.testing.device.Fault;
import io.tenure.testing.device.FaultyFile;
import io.tenure.testing.device.LoopDevice;
import io.tenure.testing.process.VanishingFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Storage that all hosts of a lab share, each by a path of its own that can be cut off: it fails,
 * or hangs, and comes back. Made by {@link SanlockLab#cutFile} and {@link SanlockLab#cutDevice}.
 *
 * <p>Files have no cache in between. Devices have the kernel's, one for each: what is to be seen by
 * other hosts must be written and read with O_DIRECT, as sanlock and Tenure do.
 */
public final class CutDisk implements AutoCloseable {
    private final Path backing;
    private final List<FaultyFile> files = new ArrayList<>();
    private final List<LoopDevice> devices = new ArrayList<>();

    CutDisk(Path backing) {
        this.backing = backing;
    }

    /** Adds the next host's path. */
    void addFile(VanishingFolder folder) throws IOException {
        files.add(FaultyFile.create(folder, backing.getFileName().toString(), backing));
    }

    /** Puts a device on the last path. */
    void addDevice(int sectorBytes) throws IOException {
        devices.add(LoopDevice.over(files.getLast().path(), sectorBytes));
    }

    /**
     * Where a host finds the storage.
     *
     * @param host which, from 0
     * @return a file or device
     */
    public Path path(int host) {
        return devices.isEmpty() ? files.get(host).path() : devices.get(host).path();
    }

    /**
     * Where the storage never fails, for looking at what is there.
     *
     * @return the file behind all paths
     */
    public Path backing() {
        return backing;
    }

    /**
     * What is wrong with a host's path from now on.
     *
     * @param host which, from 0
     * @param fault with reads and writes alike
     * @throws IOException if it cannot be changed
     */
    public void cut(int host, Fault fault) throws IOException {
        files.get(host).set(fault);
    }

    /**
     * The file that makes a host's faults, for reads and writes apart.
     *
     * @param host which, from 0
     * @return closed with the lab
     */
    public FaultyFile file(int host) {
        return files.get(host);
    }

    /**
     * A lockspace here as one of the hosts joins it.
     *
     * @param lockspace any host's view
     * @param host which, from 0
     * @return the same with that host's path and its id, which is one more
     */
    public Lockspace asHost(Lockspace lockspace, int host) {
        return new Lockspace(
                lockspace.name(),
                host + 1L,
                path(host).toString(),
                lockspace.offsetBytes(),
                lockspace.sectorBytes(),
                lockspace.alignBytes());
    }

    /**
     * A resource here as one of the hosts finds it.
     *
     * @param resource any host's view
     * @param host which, from 0
     * @return the same with that host's path
     */
    public Resource asHost(Resource resource, int host) {
        return new Resource(
                resource.lockspace(),
                resource.name(),
                path(host).toString(),
                resource.offsetBytes(),
                resource.sectorBytes(),
                resource.alignBytes());
    }

    /** Makes all that waits fail, so that processes which wait for storage can end. */
    void fail() throws IOException {
        for (FaultyFile file : files) {
            file.set(Fault.FAILS);
        }
    }

    @Override
    public void close() throws IOException {
        for (LoopDevice device : devices) {
            device.close();
        }
        for (FaultyFile file : files) {
            file.close();
        }
    }
}
