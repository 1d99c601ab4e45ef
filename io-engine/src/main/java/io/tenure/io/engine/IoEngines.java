package io.tenure.io.engine;

import java.io.IOException;

/** Opens engines. */
public final class IoEngines {

    private IoEngines() {}

    /**
     * Opens an engine.
     *
     * @param kind which one
     * @param gate the gate that every request passes
     * @param depth the most requests in flight, at least 1
     * @return the engine
     * @throws IOException the kernel does not offer this kind; never for {@link EngineKind#AUTO}
     */
    public static IoEngine open(EngineKind kind, IoGate gate, int depth) throws IOException {
        return switch (kind) {
            case AUTO, THREADS -> new ThreadEngine(gate, depth, ThreadEngine.DEFAULT_THREADS);
            case AIO -> throw new IOException("Linux AIO is not built yet");
        };
    }
}
