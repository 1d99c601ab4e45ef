package io.tenure.io.engine;

import io.tenure.io.BlockDevice;
import io.tenure.io.HeldDescriptor;
import io.tenure.io.TenureIoException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Opens engines. */
public final class IoEngines {
    private static final AtomicBoolean FALLBACK_SAID = new AtomicBoolean();

    private IoEngines() {}

    /**
     * Opens an engine for some devices, and registers them.
     *
     * @param kind which one; {@link EngineKind#AUTO} takes threads if a device has no descriptor,
     *     or if the kernel gives no AIO context, which is logged once for the process
     * @param gate the gate that every request passes
     * @param depth the most requests in flight, at least 1
     * @param devices what the requests will go to; they stay open until the engine is closed
     * @return the engine
     * @throws IOException a device is closed; or the kernel does not offer this kind, and then the
     *     message says what to do; never that for {@link EngineKind#AUTO}
     */
    public static IoEngine open(
            EngineKind kind, IoGate gate, int depth, List<? extends BlockDevice> devices)
            throws IOException {
        IoEngine engine =
                switch (kind) {
                    case AUTO -> openBest(gate, depth, devices);
                    case AIO -> new AioEngine(gate, depth);
                    case THREADS -> threads(gate, depth);
                    case URING -> new UringEngine(gate, depth);
                };
        try {
            for (BlockDevice device : devices) {
                engine.register(device);
            }
            return engine;
        } catch (IOException | RuntimeException | Error e) {
            engine.close();
            throw e;
        }
    }

    private static IoEngine openBest(IoGate gate, int depth, List<? extends BlockDevice> devices)
            throws IOException {
        for (BlockDevice device : devices) {
            if (!hasDescriptor(device)) {
                return threads(gate, depth);
            }
        }
        try {
            return new AioEngine(gate, depth);
        } catch (TenureIoException e) {
            sayOnce(e);
            return threads(gate, depth);
        }
    }

    private static boolean hasDescriptor(BlockDevice device) throws IOException {
        Optional<HeldDescriptor> held = device.holdDescriptor();
        held.ifPresent(HeldDescriptor::close);
        return held.isPresent();
    }

    private static IoEngine threads(IoGate gate, int depth) {
        return new ThreadEngine(gate, depth, ThreadEngine.DEFAULT_THREADS);
    }

    /** The logger is not looked up before: that would cost every start. */
    private static void sayOnce(TenureIoException why) {
        if (FALLBACK_SAID.compareAndSet(false, true)) {
            System.getLogger(IoEngines.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            why.getMessage()
                                    + "; until then threads are used, which cost more CPU");
        }
    }
}
