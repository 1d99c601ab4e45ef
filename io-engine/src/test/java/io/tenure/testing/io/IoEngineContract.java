package io.tenure.testing.io;

import io.tenure.io.BlockDevice;
import io.tenure.io.engine.IoEngine;
import io.tenure.io.engine.IoGate;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every {@link IoEngine} promises, tried on a real device that is registered, and on others
 * that are not. A class for each engine and kind of device extends it.
 */
public abstract class IoEngineContract
        implements EngineDataContract,
                EngineErrorContract,
                EngineLifetimeContract,
                EngineGateContract {
    /** The depth of the engine to be tested. */
    protected static final int DEPTH = EngineFixture.DEPTH;

    /** How much one request moves in most tests; every device's unit divides it. */
    protected static final int UNIT_BYTES = EngineFixture.UNIT_BYTES;

    /** For the test's file. */
    @TempDir protected Path directory;

    private EngineFixture fixture;

    /** For the classes that extend it. */
    @SuppressWarnings("NullAway.Init") // JUnit and open() set the fields
    protected IoEngineContract() {}

    /**
     * Creates an engine.
     *
     * @param gate the gate that its requests pass
     * @return an engine of {@link #DEPTH}
     * @throws IOException it cannot be created
     */
    protected abstract IoEngine createEngine(IoGate gate) throws IOException;

    /**
     * Opens a device that the engine works with.
     *
     * @param path where to create it
     * @param sizeBytes its size
     * @return the device, which reads as zero
     * @throws IOException it cannot be opened
     */
    protected abstract BlockDevice openDevice(Path path, long sizeBytes) throws IOException;

    /**
     * Lets go what {@link #openDevice} made besides the devices.
     *
     * @throws IOException it cannot be let go
     */
    protected void closeDevices() throws IOException {}

    @BeforeEach
    void open() throws IOException {
        fixture = new EngineFixture(this::createEngine, this::openDevice, directory);
    }

    @AfterEach
    void closeAll() throws IOException {
        try {
            fixture.close();
        } finally {
            closeDevices();
        }
    }

    @Override
    public EngineFixture fixture() {
        return fixture;
    }
}
