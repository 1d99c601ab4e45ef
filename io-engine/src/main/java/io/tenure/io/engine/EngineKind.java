package io.tenure.io.engine;

/** The ways to keep requests in flight. */
public enum EngineKind {
    /** {@link #AIO} where it can be had, otherwise {@link #THREADS}. */
    AUTO,
    /** Linux native AIO. */
    AIO,
    /** A few threads with blocking calls. */
    THREADS,
    /** io_uring. Never taken by {@link #AUTO}. */
    URING
}
