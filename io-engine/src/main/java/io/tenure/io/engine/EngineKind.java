package io.tenure.io.engine;

/** The ways to keep requests in flight. */
public enum EngineKind {
    /** The best one that this kernel has. */
    AUTO,
    /** Linux native AIO. */
    AIO,
    /** A few threads with blocking calls. */
    THREADS
}
